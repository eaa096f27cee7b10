/** `pterace verify [pattern]`: every scenario and every mutant must be as declared, to the exact state count. */
import { style } from '../counterexamples/style.ts';
import { UsageError } from '../schedules/errors.ts';
import type { CheckOptions } from '../schedules/result.ts';
import { isModelFault } from './broken-model.ts';
import { matchCases, type Case } from './cases.ts';
import { countDifferences, verdictDifferences } from './declared.ts';
import { examine } from './examine.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Counts, Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { progressLine } from './progress.ts';
import { limits, type LimitFlags } from './search-flags.ts';
import { isComplete, type Run, type Verified } from './verified.ts';
import { renderVerify, verifyJson } from './verify-report.ts';

export interface VerifyFlags extends LimitFlags {
  readonly json?: boolean;
  readonly update?: boolean;
}

export async function verify(pattern: string | undefined, flags: VerifyFlags, host: Host, io: Io): Promise<ExitCode> {
  const options = limits(flags);
  if (flags.update && Object.keys(options).length > 0) throw new UsageError('--update contradicts a limit: only whole searches are recorded');
  const scenarios = await host.scenarios();
  const cases = matchCases(scenarios, pattern);
  const recorded = await host.expected();
  const run = await verifyAll(cases, recorded, { ...flags, options }, host, io);
  if (flags.update) await host.saveExpected(updated(recorded, run, new Set(matchCases(scenarios, undefined).map((c) => c.id))));
  if (flags.json) printJson(io, verifyJson(run));
  else io.out(`${renderVerify(run, io)}\n`);
  return exitCode(run);
}

async function verifyAll(cases: readonly Case[], recorded: Expected, flags: VerifyFlags & { readonly options: CheckOptions }, host: Host, io: Io): Promise<Run> {
  const start = performance.now();
  const verified: Verified[] = [];
  for (const [i, c] of cases.entries()) {
    if (io.signal.aborted) break;
    const one = await verifyOne(c, flags.update ? null : recorded, flags.options, `[${i + 1}/${cases.length}] ${c.id}  `, host, io);
    verified.push(one);
  }
  return { verified, skipped: cases.length - verified.length, seconds: (performance.now() - start) / 1000 };
}

/** A broken model is that case's failure, not the end of the run. `recorded` is null when counts are being recorded. */
async function verifyOne(c: Case, recorded: Expected | null, options: CheckOptions, label: string, host: Host, io: Io): Promise<Verified> {
  const line = progressLine(io, label, 0);
  announce(label, io);
  try {
    const examined = await examine(c, host, { ...options, signal: io.signal, onProgress: (p) => { line.update(p); } });
    const { result } = examined;
    const counts = recorded === null || result.verdict === 'incomplete' ? [] : countDifferences(result, recorded[c.id]);
    return { case: c, examined, differences: [...verdictDifferences(c, result), ...counts] };
  } catch (error) {
    if (isModelFault(error)) return { case: c, examined: null, differences: [error.message] };
    throw error;
  } finally {
    if (io.live) io.err('\r\x1b[K');
  }
}

function announce(label: string, io: Io): void {
  const { colors } = style({ color: io.color });
  if (io.live) io.err(`\r\x1b[K${colors.dim(label.trimEnd().slice(0, io.width - 1))}`);
}

/** Counts of this run over those recorded, without cases that no longer exist, in the order of their ids. */
function updated(recorded: Expected, { verified }: Run, known: ReadonlySet<string>): Expected {
  const fresh = verified.flatMap(({ case: c, examined }): [string, Counts][] => {
    if (examined === null || examined.result.verdict === 'incomplete') return [];
    const { states, transitions, depth } = examined.result;
    return [[c.id, { states, transitions, depth }]];
  });
  const all = new Map([...Object.entries(recorded).filter(([id]) => known.has(id)), ...fresh]);
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function exitCode(run: Run): ExitCode {
  const wrong = run.verified.some((v) => v.differences.length > 0 && v.examined?.result.verdict !== 'incomplete');
  if (wrong) return EXIT.failed;
  return isComplete(run) ? EXIT.ok : EXIT.incomplete;
}
