/** How much code a graph is when its expressions are written out; in memory, those that share parts are much smaller. */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';

type Code = Action | GExpr;

/** Expressions and actions of the largest node. */
export function largestNode({ nodes }: Graph): number {
  const known = new Map<Code, number>();
  return Math.max(0, ...nodes.map((n) => sizes(n.code, known) + (n.guard === null ? 0 : sizeOf(n.guard, known))));
}

function sizes(all: readonly Code[], known: Map<Code, number>): number {
  return all.reduce((sum, x) => sum + sizeOf(x, known), 0);
}

function sizeOf(x: Code, known: Map<Code, number>): number {
  const before = known.get(x);
  if (before !== undefined) return before;
  const size = 1 + sizes(partsOf(x), known);
  known.set(x, size);
  return size;
}

function partsOf(x: Code): readonly Code[] {
  if ('a' in x) {
    switch (x.a) {
      case 'if': return [x.test, ...x.then, ...x.else];
      case 'set': return [x.value];
      case 'write': return [x.index, x.value];
      default: return [];
    }
  }
  switch (x.g) {
    case 'cell': return [x.index];
    case 'op': return x.args;
    case 'cond': return [x.test, x.then, x.else];
    default: return [];
  }
}
