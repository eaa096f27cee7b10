/** `pterace repairs <scenario>`: small changes under which what failed holds. */
import { repairs, type Repair, type RepairSearch } from '../counterexamples/repairs.ts';
import { style } from '../counterexamples/style.ts';
import type { Program } from '../model/language/ir.ts';
import { listing } from '../model/language/listing.ts';
import { Board } from './board.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadRun, type FailingRun } from './failing-run.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { RepairsJson } from './json-repairs.ts';
import { hunksBetween, paintDiff, withoutNumbers } from './listing-diff.ts';
import { formatCount, formatSeconds, many } from './numbers.ts';
import { propertyName } from './verdict.ts';

export interface RepairsFlags {
  readonly json?: boolean;
  /** States that the search of one change may have. */
  readonly budget: number;
}

/** Lines of the listing around a change. */
const CONTEXT = 3;

export async function findRepairs(source: string, flags: RepairsFlags, host: Host, io: Io): Promise<ExitCode> {
  const start = performance.now();
  const failing = await loadRun(source, host, io);
  const program = programOf(failing);
  const result = await tryRepairs(failing, flags.budget, io);
  const seconds = (performance.now() - start) / 1000;
  if (flags.json) printJson(io, repairsJson(failing, program, result, seconds));
  else io.out(`${render(failing, program, result, seconds, io)}\n`);
  return result.interrupted ? EXIT.incomplete : EXIT.ok;
}

/** Of a mutant its own program: its scenario's strict one is without the mistake. */
function programOf({ case: c }: FailingRun): Program {
  return c.mutation === null ? (c.scenario.strict?.() ?? c.build()) : c.build();
}

/** `budget`: states of each search. Shows how far it is. */
export async function tryRepairs(failing: FailingRun, budget: number, io: Io): Promise<RepairSearch> {
  let board: Board | null = null;
  let last = '';
  const result = await repairs(programOf(failing), failing.trace.schedule, {
    maxStates: budget, signal: io.signal,
    onChange: ({ proc, what }, _, of) => {
      board ??= new Board(io, of);
      if (last !== '') board.end(last);
      last = `${proc}: ${what}`;
      board.begin(last);
    },
  });
  (board as Board | null)?.clear();
  return result;
}

function diffOf({ change, program: repaired }: Repair, original: Program): string {
  const text = (p: Program): string => withoutNumbers(listing(p.procs.find((q) => q.name === change.proc)!, p));
  return hunksBetween(text(original), text(repaired), CONTEXT);
}

function render({ case: c, trace }: FailingRun, original: Program, result: RepairSearch, seconds: number, io: Io): string {
  const { colors } = style({ color: io.color });
  const shown = result.repairs.map((r, i) => {
    return `${i + 1}. ${r.change.proc}: ${r.change.what}\n   the failing run ${r.run === 'impossible' ? 'is impossible' : 'breaks nothing'}; all ${many(r.states, 'state')} hold\n${paintDiff(diffOf(r, original), colors)}`;
  });
  const undecided = result.undecided > 0 ? `, ${formatCount(result.undecided)} with too many states to search` : '';
  return [
    `${c.id} breaks ${propertyName(trace.breakage)} in ${many(trace.schedule.length, 'step')}`, ...shown,
    `${many(result.tried, 'change')} tried, ${many(result.repairs.length, 'repair')}${undecided}${result.interrupted ? '; interrupted' : ''}, ${formatSeconds(seconds)}`,
  ].join('\n\n');
}

function repairsJson({ case: c, trace }: FailingRun, original: Program, result: RepairSearch, seconds: number): RepairsJson {
  return {
    scenario: c.id, property: propertyName(trace.breakage), tried: result.tried, undecided: result.undecided, complete: !result.interrupted, seconds,
    repairs: result.repairs.map((r) => ({ proc: r.change.proc, what: r.change.what, size: r.change.size, run: r.run, states: r.states, diff: diffOf(r, original) })),
  };
}
