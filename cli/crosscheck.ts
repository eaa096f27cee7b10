/** `pterace crosscheck [pattern]`: other model checkers must count and judge every world as we do. */
import { availableParallelism } from 'node:os';
import { UsageError } from '../schedules/errors.ts';
import { matchCases, type Case } from './cases.ts';
import { compare, type Compared } from './crosscheck-compare.ts';
import { agrees, crosscheckJson, renderCrosscheck, type Crosschecked } from './crosscheck-report.ts';
import { Interrupted, refuseMissing } from './crosscheck-run.ts';
import { TOOLS, type ToolName } from './crosscheck-tools.ts';
import { examine } from './examine.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { suggest } from './near.ts';
import { sideBySide } from './side-by-side.ts';

export interface CrosscheckFlags {
  readonly maxStates: number;
  /** Names with commas between. */
  readonly tools: string;
  /** Cases at the same time. */
  readonly jobs?: number;
  readonly json?: boolean;
  /** False: scenarios alone. */
  readonly mutants: boolean;
}

export async function crosscheck(pattern: string | undefined, flags: CrosscheckFlags, host: Host, io: Io): Promise<ExitCode> {
  const tools = toolsNamed(flags.tools);
  const all = matchCases(await host.scenarios(), pattern).filter((c) => flags.mutants || c.mutation === null);
  const recorded = await host.expected();
  const cases = all.filter((c) => (recorded[c.id]?.states ?? Infinity) <= flags.maxStates);
  await refuseMissing([...new Set(tools.flatMap((t) => TOOLS[t].programs))]);
  const start = performance.now();
  const compared = await compareAll(cases, tools, flags.jobs ?? availableParallelism(), host, io);
  const run: Crosschecked = {
    compared, tools, left: all.length - cases.length, skipped: cases.length - compared.length, seconds: (performance.now() - start) / 1000,
  };
  if (flags.json) printJson(io, crosscheckJson(run));
  else io.out(`${renderCrosscheck(run, io)}\n`);
  if (!agrees(run)) return EXIT.failed;
  return run.skipped > 0 ? EXIT.incomplete : EXIT.ok;
}

function toolsNamed(list: string): ToolName[] {
  const known = Object.keys(TOOLS) as ToolName[];
  const names = [...new Set(list.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !(known as string[]).includes(name));
  if (unknown === undefined) return known.filter((name) => names.includes(name));
  throw new UsageError(`unknown tool '${unknown}'${suggest(unknown, known)} (--tools takes ${known.join(', ')}, with commas between)`);
}

/** Each case with one tool after the other; what Ctrl-C cuts short is left out. */
async function compareAll(cases: readonly Case[], tools: readonly ToolName[], jobs: number, host: Host, io: Io): Promise<Compared[]> {
  const done = await sideBySide({ cases, jobs }, io, async (c) => {
    const { graph, result } = await examine(c, host, { signal: io.signal, safetyOnly: true });
    return result.verdict === 'incomplete' ? null : unlessInterrupted(compare(c.id, graph, result, tools, io.signal));
  });
  return cases.flatMap((c) => done.get(c) ?? []);
}

async function unlessInterrupted<T>(task: Promise<T>): Promise<T | null> {
  try {
    return await task;
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  }
}
