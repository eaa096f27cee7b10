/** How much code a graph is when its expressions are written out; in memory, those that share parts are much smaller. */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';
import { partsOf } from './expressions.ts';

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
  const size = 1 + sizes(inside(x), known);
  known.set(x, size);
  return size;
}

function inside(x: Code): readonly Code[] {
  if ('g' in x) return partsOf(x);
  switch (x.a) {
    case 'if': return [x.test, ...x.then, ...x.else];
    case 'set': return [x.value];
    case 'write': return [x.index, x.value];
    case 'goto': return [];
  }
}
