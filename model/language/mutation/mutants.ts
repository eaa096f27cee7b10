/** Every single mistake that the operators can make in the procedures of a program. */
import { locksHeld } from '../contracts.ts';
import type { Loc, ProcDecl, Program, Stmt } from '../ir.ts';
import { programNames } from '../lower.ts';
import { eachStmt } from '../walk.ts';
import { blocksOf } from './blocks.ts';
import { conditions, drops, lockerKey, lockOf, swaps, unlocked, windows, type Around, type Edit, type Operator } from './operators.ts';
import { unitsOf, type Unit } from './unit.ts';

/** One procedure with one mistake. */
export interface Site {
  /** The same in every program that records this line of the model: `page_mkclean_one model/kernel/rmap.ts:51 drop ptep_clear_flush`. */
  readonly key: string;
  readonly operator: Operator;
  readonly proc: string;
  readonly loc: Loc;
  readonly what: string;
  /** The statement that stands at `loc`. */
  readonly at: string;
  /** Without control coming to one of these, statements of the procedure, nothing differs; null: to the procedure. */
  readonly ways: readonly (Stmt | null)[];
  /** The program with the mistake. It may break rules of the language: see validate(). */
  readonly build: () => Program;
}

/** In the order of the procedures and of their lines. */
export function mutants(program: Program): Site[] {
  const around: Around = { names: programNames(program), held: locksHeld(program), lockers: lockersOf(program) };
  return underTest(program).flatMap((p) => {
    const seen = new Map<string, number>();
    return edits(p, around).map(({ operator, loc, what, at, body, ways }): Site => {
      const key = `${p.name} ${loc.file}:${loc.line} ${what}`;
      const nth = (seen.get(key) ?? 0) + 1;
      seen.set(key, nth);
      const build = (): Program => ({ ...program, procs: program.procs.map((q) => (q === p ? { ...p, body } : q)) });
      return { key: nth === 1 ? key : `${key} #${nth}`, operator, proc: p.name, loc, what, at, ways, build };
    });
  });
}

function edits(p: ProcDecl, around: Around): Edit[] {
  const blocks = blocksOf(p.body);
  const local = [drops, conditions, swaps, windows].flatMap((operator) => blocks.flatMap((block) => [...operator(block, around)]));
  return [...local, ...unlocked(p.body, blocks, around)].sort((a, b) => a.loc.line - b.loc.line);
}

/** Procedures that follow a kernel function; in a program without any, those that no daemon runs. */
export function underTest(program: Program): ProcDecl[] {
  const kernel = program.procs.filter((p) => p.models !== null);
  if (kernel.length > 0) return kernel;
  const daemons = reachable(program, program.threads.filter((t) => t.daemon !== 'no').map((t) => t.proc));
  const programs = reachable(program, program.threads.filter((t) => t.daemon === 'no').map((t) => t.proc));
  return program.procs.filter((p) => programs.has(p.name) && !daemons.has(p.name));
}

function reachable(program: Program, from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) {
    eachStmt(program.procs.find((p) => p.name === name)?.body ?? [], (s) => { if (s.s === 'call') found.add(s.proc); });
  }
  return found;
}

/** The first take and the first release of each kind of lock. */
function lockersOf(program: Program): Around['lockers'] {
  const takes = new Map<string, Unit>();
  const releases = new Map<string, Unit>();
  for (const unit of program.procs.flatMap((p) => blocksOf(p.body)).flatMap(({ list }) => unitsOf(list))) {
    const lock = lockOf(unit.first);
    if (lock === undefined || lock.op === 'tryAcquire' || lock.op === 'downgrade') continue;
    const into = lock.op === 'acquire' ? takes : releases;
    const key = lockerKey({ place: lock.lock, mode: lock.mode });
    if (!into.has(key)) into.set(key, unit);
  }
  return new Map([...takes].flatMap(([key, take]) => {
    const release = releases.get(key);
    return release === undefined ? [] : [[key, { take, release }] as const];
  }));
}
