/** Breadth-first search over a reduced graph. */
import type { Graph } from '../../model/language/graph.ts';
import { breadthFirst } from '../bfs.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { complete, incomplete } from '../outcome.ts';
import { Pace } from '../pace.ts';
import type { CheckOptions, CheckResult, ScheduleStep } from '../result.ts';
import type { Idea, Reduced } from './ideas.ts';
import { Plan } from './plan.ts';
import { judgeSchedule } from './replayed.ts';
import { Run } from './run.ts';

/** States that the search for a shortest schedule may keep: so many times those of the reduced search, and at least so many. */
const EFFORT = { times: 20, least: 200_000 } as const;

/** The last of so many runs takes no node to be unreachable. */
const MOST_RUNS = 6;

/**
 * Every failure is reported that an unreduced search finds, but not necessarily the same one: a schedule is shortened by
 * an unreduced search of limited effort. @throws ModelError
 */
export async function reducedSearch(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions & { readonly reduce: readonly Idea[] }): Promise<CheckResult> {
  const pace = new Pace(options);
  const plan = new Plan(graph, conjuncts, options.reduce);
  const about = (shortest: boolean | null): Reduced => ({ ideas: plan.ideas, symmetries: plan.symmetries.map((s) => s.shown), shortest });
  for (let runs = 1; ; runs++) {
    if (runs === MOST_RUNS) plan.assumeNothing();
    const run = new Run(plan, options, pace);
    const ending = await run.explore();
    if (ending.end === 'surprised') {
      plan.scoutOn();
      continue;
    }
    if (ending.end === 'limit') return { ...incomplete(run.tally(), ending.limit), reduced: about(null) };
    if (ending.end === 'complete') {
      plan.shareRan();
      return { ...complete(plan.engine, run.tally()), reduced: about(null) };
    }
    const shorter = await shorten(graph, conjuncts, options, ending.schedule, run.tally().states, pace);
    const answer = shorter ?? judgeSchedule(graph, conjuncts, ending.schedule, run.tally());
    return { ...answer, ...run.tally(), reduced: about(shorter !== null) };
  }
}

/** The answer of an unreduced search, which is a shortest one; null when it would take too much. */
async function shorten(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, schedule: readonly ScheduleStep[], states: number, pace: Pace): Promise<CheckResult | null> {
  const { maxMemory, maxSeconds, signal, onProgress } = options;
  const effort = {
    ...(maxMemory === undefined ? {} : { maxMemory }),
    ...(maxSeconds === undefined ? {} : { maxSeconds: Math.max(0, maxSeconds - pace.seconds) }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    maxStates: Math.max(EFFORT.least, EFFORT.times * states),
    maxDepth: schedule.length + 1,
  };
  const answer = await breadthFirst(graph, conjuncts, effort);
  return answer.schedule === null ? null : answer;
}
