/** Bounded searches for one failure. */
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import { ModelError } from '../../schedules/errors.ts';
import type { CheckOptions, CheckResult, Progress } from '../../schedules/result.ts';
import { DEADLOCK } from '../breakage.ts';
import type { Schedule } from './follow.ts';
import { onlyKept, onlyTarget, type Target } from './target.ts';

export interface SearchLimits {
  /** Of each search. */
  readonly maxStates: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((p: Progress) => void) | undefined;
}

/** `none`: no run within the bound fails so. `unknown`: the search was cut short. */
export type Answer = { readonly found: Schedule } | 'none' | 'unknown';

/** A shortest failing run of at most `maxDepth` steps, and with the fewest context switches among these. */
export async function shortestRun(graph: Graph, target: Target, maxDepth: number, limits: SearchLimits): Promise<Answer> {
  const only = onlyTarget(graph, target);
  // That a state is a deadlock is found when it is expanded.
  return only === null ? 'none' : search(only, { maxDepth: target.property === DEADLOCK ? maxDepth + 1 : maxDepth }, limits);
}

/** Whether some run keeps the target with its premise true. */
export async function someRunKeeps(graph: Graph, target: Target, limits: SearchLimits): Promise<Answer> {
  const only = onlyKept(graph, target);
  return only === null ? 'none' : search(only, { search: 'dfs' }, limits);
}

async function search(graph: Graph, how: CheckOptions, { maxStates, signal, onProgress }: SearchLimits): Promise<Answer> {
  try {
    return answerOf(await check(graph, { ...how, maxStates, ...(signal && { signal }), ...(onProgress && { onProgress }) }));
  } catch (error) {
    // Values leave their range nearer than anything fails: such a world shows nothing.
    if (error instanceof ModelError) return 'unknown';
    throw error;
  }
}

function answerOf({ schedule, limit }: CheckResult): Answer {
  if (schedule !== null) return { found: schedule };
  return limit === null || limit === 'depth' ? 'none' : 'unknown';
}
