/** `pterace verify [pattern]`: every scenario and every mutant must be as declared, to the exact state count. */
import { availableParallelism } from 'node:os';
import { UsageError } from '../schedules/errors.ts';
import { matchCases } from './cases.ts';
import { hire } from './hire.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Counts, Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { output } from './output.ts';
import { refuseUnwritable } from './save-trace.ts';
import { limits, type LimitFlags } from './search-flags.ts';
import { isComplete, type Run } from './verified.ts';
import { verifyAll } from './verify-all.ts';
import { renderVerify, verifyJson } from './verify-report.ts';

export interface VerifyFlags extends LimitFlags {
  readonly json?: boolean;
  readonly update?: boolean;
  readonly jobs?: number;
  /** File for a JUnit report. */
  readonly junit?: string;
}

export async function verify(pattern: string | undefined, flags: VerifyFlags, host: Host, io: Io): Promise<ExitCode> {
  const bounds = limits(flags);
  if (flags.update && Object.keys(bounds).length > 0) throw new UsageError('--update contradicts a limit: only whole searches are recorded');
  if (flags.junit !== undefined) await refuseUnwritable(flags.junit, '--junit', 'the report');
  const scenarios = await host.scenarios();
  const cases = matchCases(scenarios, pattern);
  const recorded = await host.expected();
  const jobs = Math.min(flags.jobs ?? availableParallelism(), cases.length);
  const crew = await hire(jobs, host, io);
  let run: Run;
  try {
    run = await verifyAll({ cases, recorded, recording: flags.update === true, limits: bounds, jobs: crew.jobs }, crew.crew, io);
  } finally {
    await crew.crew.end();
  }
  if (flags.update) await host.saveExpected(updated(recorded, run, new Set(matchCases(scenarios, undefined).map((c) => c.id))));
  if (flags.junit !== undefined) await output(flags.junit, (await import('./junit.ts')).junit(cases, run), io);
  if (flags.json) printJson(io, verifyJson(run));
  else io.out(`${renderVerify(run, io)}\n`);
  return exitCode(run);
}

/** Counts of this run over those recorded, without cases that no longer exist, in the order of their ids. */
function updated(recorded: Expected, { verified }: Run, known: ReadonlySet<string>): Expected {
  const fresh = verified.flatMap(({ case: c, searched }): [string, Counts][] => {
    if (searched === null || searched.result.verdict === 'incomplete') return [];
    const { states, transitions, depth, schedule } = searched.result;
    return [[c.id, { states, transitions, depth, ...(schedule === null ? {} : { steps: schedule.length }) }]];
  });
  const all = new Map([...Object.entries(recorded).filter(([id]) => known.has(id)), ...fresh]);
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function exitCode(run: Run): ExitCode {
  const wrong = run.verified.some((v) => v.differences.length > 0 && v.searched?.result.verdict !== 'incomplete');
  if (wrong) return EXIT.failed;
  return isComplete(run) ? EXIT.ok : EXIT.incomplete;
}
