/** What an edit moves or drops as one: a statement with the ghost writes that belong to its primitive. */
import type { Expr, Stmt } from '../ir.ts';
import { stmtName } from '../mutate.ts';
import { printExpr, printStep, type Names } from '../print.ts';
import { eachStmt, exprsOf, isStep, leaves, localsIn } from '../walk.ts';
import type { Body } from './blocks.ts';

export interface Unit {
  readonly first: Stmt;
  readonly stmts: Body;
  /** Where it begins in its list, and where the next one does. */
  readonly from: number;
  readonly to: number;
}

export function unitsOf(list: Body): Unit[] {
  const units: Unit[] = [];
  for (let from = 0; from < list.length;) {
    const first = list[from]!;
    const name = stmtName(first);
    let to = from + 1;
    for (let s = list[to]; name !== '' && s?.s === 'ghost' && s.within === name; s = list[to]) to++;
    units.push({ first, stmts: list.slice(from, to), from, to });
    from = to;
  }
  return units;
}

/** Ghost writes and assertions only: what properties look at, not what the kernel does. */
export const isBookkeeping = (list: Body): boolean => list.every((s) => s.s === 'ghost' || s.s === 'assert' || (s.s === 'if' && isBookkeeping(s.then) && isBookkeeping(s.else)));

/** A step, a call, or a conditional that always goes on: it may stand elsewhere in its list. */
export function isMovable({ first, stmts }: Unit): boolean {
  if (isStep(first)) return first.s !== 'choose';
  if (first.s === 'call') return true;
  return first.s === 'if' && !isBookkeeping(stmts) && !exits(stmts);
}

function exits(list: Body): boolean {
  let found = false;
  eachStmt(list, (s) => { if (leaves(s)) found = true; });
  return found;
}

/** Locals that the statements define or assign, and those that they use. */
export function localsOf(list: Body): { readonly defines: ReadonlySet<number>; readonly uses: ReadonlySet<number> } {
  const defines = new Set<number>();
  const uses = new Set<number>();
  eachStmt(list, (s) => {
    for (const e of exprsOf(s)) localsIn(e, uses);
    if (s.s === 'rmw') defines.add(s.old);
    else if (s.s === 'call' && s.into !== undefined) defines.add(s.into);
    else if (s.s !== 'call' && 'into' in s) defines.add(s.into);
  });
  return { defines, uses };
}

/** What comes after may not need what comes before, and both may not write one local. */
export function independent(a: Body, b: Body): boolean {
  const [x, y] = [localsOf(a), localsOf(b)];
  const disjoint = (p: ReadonlySet<number>, q: ReadonlySet<number>): boolean => ![...p].some((id) => q.has(id));
  return disjoint(x.defines, y.uses) && disjoint(y.defines, x.uses) && disjoint(x.defines, y.defines);
}

/** What a statement is called in a mutant's name. */
export function label(s: Stmt, names: Names): string {
  const name = stmtName(s);
  if (name !== '') return name;
  if (s.s === 'if') return `if (${printExpr(s.test, names)})`;
  if (s.s === 'assign') return `${s.name} = ${printExpr(s.value, names)}`;
  return printStep(s, names);
}

/** What stands for a dropped statement: the results that later statements use, all 0 (false, NONE, no page). */
export function zeroes(s: Stmt): Body {
  const zero = (into: number, name: string, type: string): Stmt => ({ s: 'let', into, name, type, value: constant(type, 0), loc: s.loc });
  switch (s.s) {
    case 'load': return [zero(s.into, s.name, s.type)];
    case 'rmw': return s.used ? [zero(s.old, s.name, s.type)] : [];
    case 'call': return s.into === undefined ? [] : [zero(s.into, s.name ?? 'ret', s.type ?? 'bool')];
    case 'atomic': return s.body.flatMap(definition);
    default: return [];
  }
}

function definition(s: Stmt): Body {
  if (s.s === 'let' || s.s === 'var') return [{ ...s, value: constant(s.type, 0) }];
  return zeroes(s);
}

export const constant = (type: string, value: number): Expr => ({ e: 'const', value, type });
