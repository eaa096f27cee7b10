/** How much code expressions and actions are when they are written out; in memory, those that share parts are much smaller. */
import type { Action, GExpr } from '../model/language/graph.ts';
import { partsOf } from './expressions.ts';

type Code = Action | GExpr;

/** A function that answers the number of expressions and actions that code is made of. */
export function codeSizes(): (code: readonly (Code | null)[]) => number {
  const known = new Map<Code, number>();
  const sizes = (all: readonly (Code | null)[]): number => all.reduce((sum, x) => (x === null ? sum : sum + sizeOf(x)), 0);
  const sizeOf = (x: Code): number => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const size = 1 + sizes(inside(x));
    known.set(x, size);
    return size;
  };
  return sizes;
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
