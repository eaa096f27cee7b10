/** `pterace reductions [pattern]`: states of every case, plain and reduced; each reduced search must say what is declared. */
import { availableParallelism } from 'node:os';
import { UsageError } from '../schedules/errors.ts';
import { allCases, matchCases, type Case } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { hire } from './hire.ts';
import type { Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { output } from './output.ts';
import { refuseUnwritable } from './save-trace.ts';
import type { ReductionRecords } from './reductions-file.ts';
import { answerOf, renderReductions } from './reductions-report.ts';
import { searchRows, type Row, type Task } from './reductions-search.ts';

export interface ReductionsFlags {
  readonly json?: boolean;
  readonly maxStates?: number;
  readonly maxKept: number;
  readonly jobs?: number;
  readonly recorded?: boolean;
  readonly check?: boolean;
  readonly update?: boolean;
  readonly svg?: string;
}

/** Cases that are larger without reductions are searched when that is asked for. */
const MOST = 200_000;

export async function reductions(pattern: string | undefined, flags: ReductionsFlags, host: Host, io: Io): Promise<ExitCode> {
  refuseContradictions(flags);
  if (flags.svg !== undefined) await refuseUnwritable(flags.svg, '--svg', 'the chart');
  const scenarios = await host.scenarios();
  const cases = matchCases(scenarios, pattern);
  const recorded = (await host.recordedReductions?.()) ?? {};
  const rows = flags.recorded ? recordedRows(cases, recorded, await host.expected()) : await found(cases, recorded, new Set(allCases(scenarios).map((c) => c.id)), flags, host, io);
  const answer = answerOf(rows, cases.length - rows.length);
  if (flags.svg !== undefined) await output(flags.svg, (await import('./reductions-svg.ts')).factorChart(answer), io);
  if (flags.json) printJson(io, answer);
  else io.out(`${renderReductions(answer, io)}\n`);
  if (rows.some((r) => r.differences.length > 0)) return EXIT.failed;
  return io.signal.aborted ? EXIT.incomplete : EXIT.ok;
}

function refuseContradictions({ recorded, check, update, maxStates }: ReductionsFlags): void {
  const given = [recorded && '--recorded', check && '--check', update && '--update'].filter((name) => typeof name === 'string');
  if (given.length > 1) throw new UsageError(`${given[0]!} contradicts ${given[1]!}`);
  if (recorded && maxStates !== undefined) throw new UsageError('--recorded searches nothing: there is nothing for --max-states to limit');
}

/** Without cases of which not even the states of the plain search are recorded. */
export function recordedRows(cases: readonly Case[], recorded: ReductionRecords, counts: Expected): Row[] {
  return cases.flatMap((c) => {
    const plain = counts[c.id]?.states;
    return plain === undefined ? [] : [{ case: c, plain, kept: recorded[c.id] ?? null, seconds: null, differences: [] }];
  });
}

/** Compared with what is declared; with --check all that match, but only those searched that are small enough. */
async function found(matched: readonly Case[], recorded: ReductionRecords, known: ReadonlySet<string>, flags: ReductionsFlags, host: Host, io: Io): Promise<Row[]> {
  const counts = await host.expected();
  const mode = flags.check ? 'check' : flags.update ? 'update' : 'compare';
  const most = flags.maxStates ?? (mode === 'update' ? Infinity : MOST);
  const plain = (c: Case): number => counts[c.id]?.states ?? Infinity;
  const small = (c: Case): boolean => plain(c) <= most && plain(c) !== Infinity;
  const cases = mode === 'check' ? matched : matched.filter(small);
  const { crew, jobs } = await hire(Math.max(1, Math.min(flags.jobs ?? availableParallelism(), cases.length)), host, io);
  const task: Task = { cases, plain, recorded, searched: mode === 'check' ? small : null, mode, most: flags.maxKept, jobs };
  try {
    const rows = await searchRows(task, crew, host, known, io);
    return cases.flatMap((c) => rows.get(c) ?? []);
  } finally {
    await crew.end();
  }
}
