/** Symbolic values of a thread's registers: expressions over what was read at known steps. */
import type { GExpr } from '../../model/language/graph.ts';
import { fold } from './fold.ts';

/** Register values on a path: constants, or expressions whose `reg` leaves are symbols. */
export type Registers = ReadonlyMap<number, GExpr>;

/** A value of which nothing is known: equal to nothing, itself included. */
export const UNKNOWN: GExpr = { g: 'reg', reg: -1 };
const LARGE = 400;

/** The symbol for what register `reg` got at a node. */
export function symbol(node: number, reg: number): GExpr {
  return { g: 'reg', reg: node * 4096 + reg };
}

/** `e` with registers replaced by their values and constants folded. */
export function resolve(e: GExpr, regs: Registers): GExpr {
  const known = fold(e, {});
  if (known !== null) return constant(known);
  switch (e.g) {
    case 'reg': return regs.get(e.reg) ?? UNKNOWN;
    case 'cell': return { ...e, index: resolve(e.index, regs) };
    case 'op': return folded({ ...e, args: e.args.map((a) => resolve(a, regs)) });
    case 'cond': return folded({ ...e, test: resolve(e.test, regs), then: resolve(e.then, regs), else: resolve(e.else, regs) });
    default: return e;
  }
}

/** True when a value is the same whenever it is computed: no reads, no choice, nothing unknown. */
export function isStable(e: GExpr): boolean {
  switch (e.g) {
    case 'const': return true;
    case 'reg': return e.reg >= 0;
    case 'op': return e.args.every(isStable) && JSON.stringify(e).length < LARGE;
    case 'cond': return isStable(e.test) && isStable(e.then) && isStable(e.else) && JSON.stringify(e).length < LARGE;
    default: return false;
  }
}

/** True when two resolved values are surely equal. */
export function surelyEqual(a: GExpr, b: GExpr): boolean {
  return isStable(a) && isStable(b) && JSON.stringify(a) === JSON.stringify(b);
}

/** True when a symbol occurs in an expression. */
export function mentions(e: GExpr, reg: number): boolean {
  switch (e.g) {
    case 'reg': return e.reg === reg;
    case 'cell': return mentions(e.index, reg);
    case 'op': return e.args.some((a) => mentions(a, reg));
    case 'cond': return mentions(e.test, reg) || mentions(e.then, reg) || mentions(e.else, reg);
    default: return false;
  }
}

function folded(e: GExpr): GExpr {
  const known = fold(e, {});
  return known === null ? e : constant(known);
}

function constant(value: number): GExpr {
  return { g: 'const', value };
}
