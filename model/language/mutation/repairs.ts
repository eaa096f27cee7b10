/** Small changes that might close a race: a statement earlier or later, or once more and earlier, or a check that what was read is still so. */
import type { Program, ProcDecl, Stmt } from '../ir.ts';
import { programNames } from '../lower.ts';
import type { Names } from '../print.ts';
import { isStep } from '../walk.ts';
import { blocksOf, type BlockAt, type Body } from './blocks.ts';
import { lockOf } from './operators.ts';
import { rechecks } from './rechecks.ts';
import { independent, isMovable, label, unitsOf, type Unit } from './unit.ts';

/** Statements that one may be moved over. */
const FAR = 4;
/** Statements that a check has: a comparison, a release, a return. */
const RECHECK = 3;

export interface Change {
  readonly proc: string;
  /** `pte_unmap_unlock after flush_tlb_page`. */
  readonly what: string;
  /** Statements moved over, plus one for what was not there before. */
  readonly size: number;
  readonly build: () => Program;
}

/** In the named procedures, smallest first. A change may break rules of the language and contracts. */
export function changes(program: Program, procs: ReadonlySet<string>): Change[] {
  const names = programNames(program);
  return program.procs.filter((p) => procs.has(p.name)).flatMap((p) => changesOf(p, program, names)).sort((a, b) => a.size - b.size);
}

function changesOf(p: ProcDecl, program: Program, names: Names): Change[] {
  const change = (what: string, size: number, body: Body): Change =>
    ({ proc: p.name, what, size, build: () => ({ ...program, procs: program.procs.map((q) => (q === p ? { ...p, body } : q)) }) });
  return [
    ...blocksOf(p.body).flatMap((block) => [...moves(block, names, change), ...copies(block, names, change)]),
    ...rechecks(p, program, names).map(({ what, body }) => change(what, RECHECK, body)),
  ];
}

type Make = (what: string, size: number, body: Body) => Change;

/** A swap of neighbours is the one moved later; moves over more are tried from both ends. */
function moves({ list, put }: BlockAt, names: Names, change: Make): Change[] {
  const units = unitsOf(list);
  return units.flatMap((unit, i) => {
    if (!isMovable(unit)) return [];
    const name = label(unit.first, names);
    const later = crossed(units.slice(i + 1), unit).map((over, k) => change(`${name} after ${label(over.first, names)}`, k + 1, put(order(units, i, i + k + 1))));
    const earlier = crossed(units.slice(0, i).reverse(), unit).flatMap((over, k) => (k === 0 ? [] : [change(`${name} before ${label(over.first, names)}`, k + 1, put(order(units, i, i - k - 1)))]));
    return [...later, ...earlier];
  });
}

/** How far the unit can go: over what does not need it, does not leave, and is no bookkeeping. */
function crossed(ahead: readonly Unit[], unit: Unit): readonly Unit[] {
  const stop = ahead.findIndex((u) => !isMovable(u) || !independent(unit.stmts, u.stmts));
  return ahead.slice(0, Math.min(FAR, stop < 0 ? ahead.length : stop));
}

function order(units: readonly Unit[], from: number, to: number): Body {
  const rest = units.toSpliced(from, 1);
  return rest.toSpliced(to, 0, units[from]!).flatMap((u) => u.stmts);
}

/** A call or step whose result nobody uses, and which takes or releases no lock, once more and earlier. */
function copies({ list, put }: BlockAt, names: Names, change: Make): Change[] {
  const units = unitsOf(list);
  return units.flatMap((unit, i) => {
    if (!isRepeatable(unit.first)) return [];
    const before = units.slice(Math.max(0, i - FAR), i);
    return before.map((over) => change(`${label(unit.first, names)} also before ${label(over.first, names)}`, i - units.indexOf(over) + 1, put([...list.slice(0, over.from), ...unit.stmts, ...list.slice(over.from)])));
  });
}

function isRepeatable(s: Stmt): boolean {
  if (s.s === 'call') return s.into === undefined;
  return isStep(s) && lockOf(s) === undefined && (s.s === 'store' || s.s === 'wait' || (s.s === 'rmw' && !s.used));
}
