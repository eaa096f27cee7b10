/** What is done with expressions in several places: an operator on numbers, comparing, rewriting. */
import type { GExpr, GOp } from '../model/language/graph.ts';

export type BinaryOp = Exclude<GOp, 'and' | 'or' | 'not'>;

/** Two's complement, 32 bits; comparisons answer 0 or 1. */
export function binary(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case 'eq': return Number(a === b);
    case 'ne': return Number(a !== b);
    case 'lt': return Number(a < b);
    case 'le': return Number(a <= b);
    case 'add': return (a + b) | 0;
    case 'sub': return (a - b) | 0;
    case 'bitand': return a & b;
    case 'bitor': return a | b;
    case 'shl': return a << b;
    case 'shr': return a >> b;
  }
}

/** Equal as they are written. */
export function same(a: GExpr, b: GExpr): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The expressions directly inside one. */
export function partsOf(e: GExpr): readonly GExpr[] {
  switch (e.g) {
    case 'cell': return [e.index];
    case 'op': return e.args;
    case 'cond': return [e.test, e.then, e.else];
    default: return [];
  }
}

/** `e` with every part, from the outside in, that `replace` answers for replaced by its answer; null: look inside. */
export function rewrite(e: GExpr, replace: (part: GExpr) => GExpr | null): GExpr {
  const other = replace(e);
  if (other !== null) return other;
  const inner = (part: GExpr): GExpr => rewrite(part, replace);
  switch (e.g) {
    case 'cell': return { ...e, index: inner(e.index) };
    case 'op': return { ...e, args: e.args.map(inner) };
    case 'cond': return { ...e, test: inner(e.test), then: inner(e.then), else: inner(e.else) };
    default: return e;
  }
}
