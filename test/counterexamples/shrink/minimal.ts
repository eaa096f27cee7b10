/** Whether a shrunk run is one: asked of the graph again, by other code than what shrank it. */
import type { Graph } from '../../../model/language/graph.ts';
import type { Buildable } from '../../../model/scenario.ts';
import { lower } from '../../../model/language/lower.ts';
import { recheck } from '../../../counterexamples/recheck.ts';
import { allowed, changesTheEnd } from '../../../counterexamples/shrink/guard.ts';
import { shortestRun, someRunKeeps } from '../../../counterexamples/shrink/search.ts';
import type { Shrunk } from '../../../counterexamples/shrink/shrink.ts';
import { failsAs, type Target } from '../../../counterexamples/shrink/target.ts';
import { furtherCuts, smallerProgram } from '../../../counterexamples/shrink/world.ts';
import { check } from '../../../schedules/check.ts';
import { ReplayError } from '../../../schedules/errors.ts';
import { run } from '../../../schedules/replay.ts';
import type { ScheduleStep } from '../../../schedules/result.ts';

const LIMITS = { maxStates: 200_000 };

/** A failing run that is long, by seeded random walks or, where these find nothing, depth-first; null when nothing is found. */
export async function longRun(graph: Graph): Promise<{ readonly schedule: readonly ScheduleStep[]; readonly target: Target } | null> {
  const walked = await check(graph, { search: 'random', seed: 1, walks: 50, walkLength: 1000, safetyOnly: true });
  const { schedule, property, conjunct } = walked.schedule === null ? await check(graph, { search: 'dfs', maxStates: 200_000, safetyOnly: true }) : walked;
  return schedule === null || property === null ? null : { schedule, target: { property, conjunct } };
}

/** Steps whose removal leaves a run that fails as before, from 0. */
export function needlessSteps(graph: Graph, schedule: readonly ScheduleStep[], target: Target): number[] {
  return schedule.flatMap((_, i) => (fails(graph, [...schedule.slice(0, i), ...schedule.slice(i + 1)], target) ? [i] : []));
}

/** Whether strict replay takes the schedule, and it ends as the target says. */
export function fails(graph: Graph, schedule: readonly ScheduleStep[], target: Target): boolean {
  try {
    return failsAs(graph, target)(run(graph, schedule).end);
  } catch (error) {
    if (error instanceof ReplayError) return false;
    throw error;
  }
}

/** What is wrong with a result, in words; empty when all is as promised. `cuts`: look for what could still be left out, too. */
export async function faults(whole: Buildable, { given, minimal, target, proved, undecided }: Shrunk, cuts: boolean): Promise<string[]> {
  const { graph, schedule, program } = minimal;
  recheck(graph, schedule, target);
  const rebuilt = smallerProgram(whole, minimal.cuts);
  const shortest = await shortestRun(graph, target, schedule.length, LIMITS);
  const length = typeof shortest === 'string' ? schedule.length : shortest.found.length;
  return [
    ...(schedule.length > given.schedule.length ? ['longer than what was given'] : []),
    ...(rebuilt === null || lower(rebuilt).hash !== graph.hash ? ['its cuts do not name its world'] : []),
    ...(proved && length < schedule.length ? [`${length} steps are enough`] : []),
    ...(proved ? [] : needlessSteps(graph, schedule, target)).map((i) => `step ${i + 1} is not needed`),
    ...(cuts ? await needlessParts(whole, program, minimal.cuts, { given: given.graph, length: schedule.length, target, undecided }) : []),
  ];
}

interface Asked {
  readonly given: Graph;
  readonly length: number;
  readonly target: Target;
  readonly undecided: readonly string[];
}

async function needlessParts(whole: Buildable, program: Parameters<typeof furtherCuts>[1], cuts: readonly string[], { given, length, target, undecided }: Asked): Promise<string[]> {
  const found: string[] = [];
  for (const cut of furtherCuts(whole, program, cuts)) {
    const left = smallerProgram(whole, [...cuts, cut.name]);
    if (left === null || !allowed(target, cut) || undecided.includes(cut.name)) continue;
    const graph = lower(left);
    if (typeof (await shortestRun(graph, target, length, LIMITS)) === 'string') continue;
    const meaning = !changesTheEnd(given, target, cut) || typeof (await someRunKeeps(graph, target, LIMITS)) !== 'string' || (await someRunKeeps(given, target, LIMITS)) === 'none';
    if (meaning) found.push(`${cut.name} is not needed`);
  }
  return found;
}
