/** Which small change makes a failing run impossible and the whole world hold. */
import { checkContracts } from '../model/language/contracts.ts';
import { LanguageError } from '../model/language/errors.ts';
import type { Graph } from '../model/language/graph.ts';
import type { Program } from '../model/language/ir.ts';
import { lower } from '../model/language/lower.ts';
import { underTest } from '../model/language/mutation/mutants.ts';
import { changes, type Change } from '../model/language/mutation/repairs.ts';
import { validate } from '../model/language/validate.ts';
import { check } from '../schedules/check.ts';
import { ModelError, ReplayError } from '../schedules/errors.ts';
import { run } from '../schedules/replay.ts';
import type { CheckResult, ScheduleStep } from '../schedules/result.ts';

export interface RepairOptions {
  /** States of each search. Default 200 000. */
  readonly maxStates?: number;
  readonly signal?: AbortSignal;
  /** Called before each change that is tried. */
  readonly onChange?: (change: Change, tried: number, of: number) => void;
}

export interface Repair {
  readonly change: Change;
  /** With the change. */
  readonly program: Program;
  /** How the failing run ends: it cannot be followed any more, or it can and breaks nothing. */
  readonly run: 'impossible' | 'unbroken';
  /** All of them, searched. */
  readonly states: number;
}

export interface RepairSearch {
  /** Smallest changes first. */
  readonly repairs: readonly Repair[];
  /** Changes that are programs and keep the lock contracts. */
  readonly tried: number;
  /** Changes whose search had too many states. */
  readonly undecided: number;
  readonly interrupted: boolean;
}

/** Tries every change in the procedures that the run goes through. Searches the worlds of those that the run does not break. */
export async function repairs(program: Program, schedule: readonly ScheduleStep[], options: RepairOptions = {}): Promise<RepairSearch> {
  const { maxStates = 200_000, signal } = options;
  const candidates = programsOf(changes(program, procsOf(program, schedule)), program);
  const found: Repair[] = [];
  let [tried, undecided] = [0, 0];
  for (const { change, changed, graph } of candidates) {
    if (signal?.aborted) break;
    options.onChange?.(change, tried++, candidates.length);
    const ends = replayed(graph, schedule);
    if (ends === 'broken') continue;
    const result = await searched(graph, maxStates, signal);
    if (result?.limit === 'states') undecided++;
    if (result?.verdict === 'holds') found.push({ change, program: changed, run: ends, states: result.states });
  }
  return { repairs: found, tried, undecided, interrupted: tried < candidates.length || signal?.aborted === true };
}

/** Of the kernel: what programs do is not to be repaired. */
function procsOf(program: Program, schedule: readonly ScheduleStep[]): ReadonlySet<string> {
  const passed = new Set(run(lower(program), schedule).steps.flatMap(({ node }) => node.stack.map((f) => f.proc)));
  return new Set(underTest(program).map((p) => p.name).filter((name) => passed.has(name)));
}

interface Candidate {
  readonly change: Change;
  readonly changed: Program;
  readonly graph: Graph;
}

/** Those that are programs and keep the contracts, if the original does; of several that come to the same, the first. */
function programsOf(all: readonly Change[], original: Program): Candidate[] {
  const contracts = isSound(() => { checkContracts(original); });
  const seen = new Set([lower(original).hash]);
  return all.flatMap((change) => {
    const changed = change.build();
    const sound = isSound(() => {
      validate(changed, true);
      if (contracts) checkContracts(changed);
    });
    if (!sound) return [];
    const graph = lower(changed);
    if (seen.has(graph.hash)) return [];
    seen.add(graph.hash);
    return [{ change, changed, graph }];
  });
}

function isSound(look: () => void): boolean {
  try {
    look();
    return true;
  } catch (error) {
    if (error instanceof LanguageError) return false;
    throw error;
  }
}

function replayed(graph: Graph, schedule: readonly ScheduleStep[]): 'impossible' | 'unbroken' | 'broken' {
  try {
    const { steps, deadlock } = run(graph, schedule);
    return deadlock || steps.some((s) => s.violated !== null) ? 'broken' : 'unbroken';
  } catch (error) {
    if (error instanceof ReplayError) return 'impossible';
    throw error;
  }
}

/** Null when the change makes the model leave its ranges. */
async function searched(graph: Graph, maxStates: number, signal: AbortSignal | undefined): Promise<CheckResult | null> {
  try {
    return await check(graph, { maxStates, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
