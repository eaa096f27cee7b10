/** Runs of the plain interpreter that follow a list of wishes as far as it goes. */
import type { Graph } from '../../model/language/graph.ts';
import { RangeFault } from '../../schedules/errors.ts';
import { apply, canTake, initialState, type State } from '../../schedules/interpret.ts';
import type { ScheduleStep } from '../../schedules/result.ts';

export type Schedule = readonly ScheduleStep[];

/** A run and the states that it goes through, the initial one first. */
export interface Walk {
  readonly schedule: Schedule;
  readonly states: readonly State[];
}

/**
 * Takes those steps of a list that can be taken, in turn, and stops in the first state that fails; null when none does or
 * a value leaves its range on the way. The first `kept` steps are those of an earlier walk.
 */
export function follow(graph: Graph, fails: (state: State) => boolean, wishes: Schedule, earlier?: { readonly walk: Walk; readonly kept: number }): Walk | null {
  const kept = earlier?.kept ?? 0;
  const schedule = earlier?.walk.schedule.slice(0, kept) ?? [];
  const states = earlier?.walk.states.slice(0, kept + 1) ?? [initialState(graph)];
  let state = states[kept]!;
  try {
    if (fails(state)) return { schedule, states };
    for (const step of kept === 0 ? wishes : wishes.slice(kept)) {
      if (!canTake(graph, state, step)) continue;
      state = apply(graph, state, step);
      schedule.push(step);
      states.push(state);
      if (fails(state)) return { schedule, states };
    }
  } catch (error) {
    if (!(error instanceof RangeFault)) throw error;
  }
  return null;
}

/** The steps of a list that can be taken, leaving out the others, until a value leaves its range. */
export function taken(graph: Graph, wishes: Schedule): Schedule {
  const schedule: ScheduleStep[] = [];
  let state = initialState(graph);
  for (const step of wishes) {
    if (!canTake(graph, state, step)) continue;
    const after = applied(graph, state, step);
    if (after === null) break;
    state = after;
    schedule.push(step);
  }
  return schedule;
}

/** The state after a step that can be taken; null when a value leaves its range. */
export function applied(graph: Graph, state: State, step: ScheduleStep): State | null {
  try {
    return apply(graph, state, step);
  } catch (error) {
    if (error instanceof RangeFault) return null;
    throw error;
  }
}
