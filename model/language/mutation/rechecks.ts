/** What was read under a lock, compared after the lock was taken again: where it has changed, the procedure gives up. */
import type { Expr, Program, ProcDecl, Stmt, TypeDecl } from '../ir.ts';
import { printExpr, type Names } from '../print.ts';
import { blocksOf, type Body } from './blocks.ts';
import { lockOf } from './operators.ts';
import { label, unitsOf, type Unit } from './unit.ts';

export interface Recheck {
  /** `if (!(pte == orig_pte)) return NOPAGE after *pte`. */
  readonly what: string;
  /** The procedure's whole body with it. */
  readonly body: Body;
}

/** Values returned beyond the first so many are not tried. */
const MOST_VALUES = 8;

interface Local {
  readonly id: number;
  readonly name: string;
}

/**
 * After each load that comes when a lock was taken in the same list: for each earlier value of its type, and each value
 * that the procedure may return. The locks taken in the list are given back by copies of the procedure's own releases.
 */
export function rechecks(p: ProcDecl, program: Program, names: Names): Recheck[] {
  const releases = blocksOf(p.body).flatMap(({ list }) => unitsOf(list)).filter((u) => lockOf(u.first)?.op === 'release');
  return blocksOf(p.body).flatMap(({ list, put }) => {
    const units = unitsOf(list);
    return units.flatMap((unit, i): Recheck[] => {
      const load = unit.first;
      if (load.s !== 'load') return [];
      const held = heldHere(units.slice(0, i), releases);
      if (held === null) return [];
      return earlierValues(p, units.slice(0, i), load.type, load.into).flatMap((before) => answers(p, program).map((value) => {
        const changed = unequal(load, before);
        const giveUp: Stmt = { s: 'return', loc: load.loc, ...(value === null ? {} : { value }) };
        const check: Stmt = { s: 'if', test: changed, then: [...held, giveUp], else: [], loc: load.loc };
        const what = `if (${printExpr(changed, names)}) return${value === null ? '' : ` ${printExpr(value, names)}`} after ${label(load, names)}`;
        return { what, body: put([...list.slice(0, unit.to), check, ...list.slice(unit.to)]) };
      }));
    });
  });
}

/** Releases of the locks that the list has taken so far; null when it holds none, or one that the procedure never releases. */
function heldHere(units: readonly Unit[], releases: readonly Unit[]): Body | null {
  const held: Unit[] = [];
  for (const { first } of units) {
    const lock = lockOf(first);
    if (lock === undefined) continue;
    const release = releases.find((r) => JSON.stringify(lockOf(r.first)!.lock) === JSON.stringify(lock.lock));
    if (release === undefined) return null;
    if (lock.op === 'release') held.splice(0, held.length, ...held.filter((h) => h !== release));
    else held.push(release);
  }
  return held.length === 0 ? null : held.reverse().flatMap((r) => r.stmts);
}

/** Parameters, and what the list has loaded. */
function earlierValues(p: ProcDecl, units: readonly Unit[], type: string, own: number): Local[] {
  const loaded = units.flatMap(({ first: s }): Local[] => (s.s === 'load' && s.type === type && s.into !== own ? [{ id: s.into, name: s.name }] : []));
  return [...p.params.filter((q) => q.type === type), ...loaded];
}

function unequal(load: Extract<Stmt, { s: 'load' }>, before: Local): Expr {
  const local = ({ id, name }: Local): Expr => ({ e: 'local', id, name, type: load.type });
  const equal: Expr = { e: 'op', op: 'eq', args: [local({ id: load.into, name: load.name }), local(before)], type: 'bool' };
  return { e: 'op', op: 'not', args: [equal], type: 'bool' };
}

function answers(p: ProcDecl, program: Program): (Expr | null)[] {
  const { returns } = p;
  if (returns === null) return [null];
  return Array.from({ length: Math.min(MOST_VALUES, sizeOf(program.types.find((t) => t.name === returns))) }, (_, value) => ({ e: 'const', value, type: returns }));
}

function sizeOf(type: TypeDecl | undefined): number {
  if (type === undefined || type.kind === 'bool') return 2;
  return type.kind === 'enum' ? type.values.length : 0;
}
