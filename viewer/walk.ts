/** Steps that a reader takes: which are possible, and the shortest way to where something happens. */
import type { GExpr, Graph } from '../model/language/graph.ts';
import { enabled, nodeOf, run, type State } from '../schedules/replay.ts';
import type { CheckOptions, CheckResult, ScheduleStep } from '../schedules/result.ts';
import type { Found, Option } from './data.ts';
import { story } from './story.ts';
import { cellPositions } from './world.ts';

type Schedule = readonly ScheduleStep[];

/** What can happen next after a schedule, by CPU. @throws ReplayError */
export function options(graph: Graph, schedule: Schedule): Option[] {
  const { end } = run(graph, schedule);
  return enabled(graph, end)
    .map((move): Option => {
      const after = story('', graph, [...schedule, move]);
      return { step: after.steps.at(-1)!, broken: after.broken };
    })
    .sort((a, b) => a.step.cpu - b.step.cpu || a.step.thread - b.step.thread || a.step.choice - b.step.choice);
}

/** More steps than this in a row are a loop that somebody else must end. */
const MOST_ALONE = 1000;

/** The thread that moved last goes on alone, to where it ends, waits or has a choice. */
export function runOn(graph: Graph, schedule: Schedule): Found {
  const thread = schedule.at(-1)?.thread ?? 0;
  const taken: ScheduleStep[] = [...schedule];
  const moves = (): Schedule => enabled(graph, run(graph, taken).end).filter((move) => move.thread === thread);
  for (let next = moves(); next.length === 1 && taken.length - schedule.length < MOST_ALONE; next = moves()) taken.push(next[0]!);
  return found(taken, 0);
}

function found(schedule: Schedule, states: number): Found {
  return { answer: 'found', schedule: schedule.map(({ thread, choice }) => [thread, choice]), states };
}

export type Search = (graph: Graph, options: CheckOptions) => Promise<CheckResult>;

/** Of a world that begins in `state`, one in which what is looked for counts as a failure. */
export type Goal = (world: Graph, state: State) => Graph;

/** The shortest way on from the end of a schedule to a goal. @throws ReplayError, ModelError */
export async function runUntil(graph: Graph, schedule: Schedule, goal: Goal, search: Search, limits: CheckOptions): Promise<Found> {
  const { end } = run(graph, schedule);
  const { verdict, schedule: way, states } = await search(goal(startingAt(graph, end), end), limits);
  if (way !== null) return found([...schedule, ...way], states);
  return { ...found(schedule, states), answer: verdict === 'incomplete' ? 'unknown' : 'never' };
}

/** A property is false, or all are stuck. */
export const somethingBreaks: Goal = (world) => world;

/** The same world, beginning in another state. What must be reached has been, or was not asked for. */
function startingAt(graph: Graph, state: State): Graph {
  return {
    ...graph, reaches: [],
    places: graph.places.map((place, p) => ({ ...place, initial: state.cells[p]! })),
    threads: graph.threads.map((thread, t) => ({
      ...thread, start: nodeOf(graph, state, t).id,
      init: graph.regs.flatMap((reg, r) => (reg.thread === t ? [{ reg: r, value: state.regs[r]! }] : [])),
    })),
  };
}

/** A cell, by its number in PageData.cells, has another value. Nobody has to end, so that a deadlock is no failure. */
export function changeOf(cell: number): Goal {
  return (world, state) => {
    const [place, index] = cellPositions(world)[cell]!;
    const num = (value: number): GExpr => ({ g: 'const', value });
    const holds: GExpr = { g: 'op', op: 'eq', args: [{ g: 'cell', place, index: num(index) }, num(state.cells[place]![index]!)] };
    return {
      ...world,
      threads: world.threads.map((thread) => ({ ...thread, daemon: 'optional' })),
      properties: [{ name: 'unchanged', prose: '', conjuncts: [{ name: 'unchanged', premise: null, holds }] }],
    };
  };
}
