/** Interval analysis of expressions: which range checks and dynamic indices the generated code can leave out. */
import type { GExpr, GOp, Graph } from '../model/language/graph.ts';

/** Both ends inclusive, in the signed 32-bit range. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

const WORD: Interval = { lo: -(2 ** 31), hi: 2 ** 31 - 1 };
const BIT: Interval = { lo: 0, hi: 1 };

/** Every value `e` can take lies in the answer; `choices` is the number of alternatives at the node (1: none). */
export function bounds(graph: Graph, e: GExpr, choices: number): Interval {
  switch (e.g) {
    case 'const': return { lo: e.value, hi: e.value };
    case 'reg': return { lo: 0, hi: graph.regs[e.reg]!.size - 1 };
    case 'cell': return { lo: 0, hi: graph.places[e.place]!.size - 1 };
    case 'choice': return { lo: 0, hi: choices - 1 };
    case 'ended': return BIT;
    case 'cond': return union(bounds(graph, e.then, choices), bounds(graph, e.else, choices));
    case 'op': return ARITHMETIC.has(e.op)
      ? e.args.map((a) => bounds(graph, a, choices)).reduce((a, b) => combine(e.op, a, b))
      : BIT;
  }
}

/** The interval's only value, or null. */
export function constant(i: Interval): number | null {
  return i.lo === i.hi ? i.lo : null;
}

/** True when every value of the interval is one of 0 … size-1. */
export function within(i: Interval, size: number): boolean {
  return i.lo >= 0 && i.hi < size;
}

/** Bits that hold 0 … size-1. */
export function bitsFor(size: number): number {
  return size <= 1 ? 0 : 32 - Math.clz32(size - 1);
}

const ARITHMETIC: ReadonlySet<GOp> = new Set(['add', 'sub', 'bitand', 'bitor', 'shl', 'shr']);

function union(a: Interval, b: Interval): Interval {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

function combine(op: GOp, a: Interval, b: Interval): Interval {
  if (op === 'add') return clamp(a.lo + b.lo, a.hi + b.hi);
  if (op === 'sub') return clamp(a.lo - b.hi, a.hi - b.lo);
  if (a.lo < 0 || b.lo < 0) return WORD;
  if (op === 'bitand') return { lo: 0, hi: Math.min(a.hi, b.hi) };
  if (op === 'bitor') return { lo: Math.max(a.lo, b.lo), hi: 2 ** Math.max(bitsFor(a.hi + 1), bitsFor(b.hi + 1)) - 1 };
  if (b.hi > 31) return WORD;
  return op === 'shl' ? clamp(a.lo * 2 ** b.lo, a.hi * 2 ** b.hi) : { lo: a.lo >> b.hi, hi: a.hi >> b.lo };
}

/** A result that may wrap could be anything. */
function clamp(lo: number, hi: number): Interval {
  return lo < WORD.lo || hi > WORD.hi ? WORD : { lo, hi };
}
