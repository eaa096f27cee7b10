/** Partial evaluation: what an expression must be, given what is known of some cells and of which threads have ended. */
import type { GExpr, GOp } from '../../model/language/graph.ts';
import { binary } from '../expressions.ts';

/** What is known; everything else may have any value of its range. */
export interface Facts {
  /** Value of a cell with a constant index, or null. */
  readonly cell?: (place: number, cell: number) => number | null;
  /** Value of a leaf (a cell, a register), asked before anything else is; or null. */
  readonly read?: (e: GExpr) => number | null;
  /** 1, 0 or null: whether a thread stands at its end. */
  readonly ended?: (thread: number) => number | null;
}

/** The only value that `e` can have under the facts, or null where there may be several. */
export function fold(e: GExpr, facts: Facts): number | null {
  switch (e.g) {
    case 'const': return e.value;
    case 'reg': return facts.read?.(e) ?? null;
    case 'choice': return null;
    case 'cell': return facts.read?.(e) ?? (e.index.g === 'const' ? facts.cell?.(e.place, e.index.value) ?? null : null);
    case 'ended': return facts.ended?.(e.thread) ?? null;
    case 'cond': return foldCond(fold(e.test, facts), fold(e.then, facts), fold(e.else, facts));
    case 'op': return foldOp(e.op, e.args.map((a) => fold(a, facts)));
  }
}

function foldCond(test: number | null, then: number | null, otherwise: number | null): number | null {
  if (test === null) return then === otherwise ? then : null;
  return test !== 0 ? then : otherwise;
}

function foldOp(op: GOp, args: readonly (number | null)[]): number | null {
  if (op === 'and' || op === 'bitand') {
    if (args.includes(0)) return 0;
  }
  if (op === 'or' && args.some((a) => a !== null && a !== 0)) return 1;
  if (args.includes(null)) return null;
  const known = args as readonly number[];
  if (op === 'and') return bit(known.every((a) => a !== 0));
  if (op === 'or') return bit(known.some((a) => a !== 0));
  if (op === 'not') return bit(known[0] === 0);
  return known.reduce((a, b) => binary(op, a, b));
}

const bit = (b: boolean): number => (b ? 1 : 0);
