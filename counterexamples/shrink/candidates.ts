/** Smaller runs of a graph, for those who judge themselves whether a run fails. */
import type { Graph } from '../../model/language/graph.ts';
import { switchesIn } from '../../schedules/outcome.ts';
import { reordered } from './delta.ts';
import { taken, type Schedule } from './follow.ts';

/** Each a valid run and strictly smaller than the given one, in length or else in context switches, so that taking them in turn ends. */
export function* smaller(graph: Graph, schedule: Schedule): Generator<Schedule> {
  for (let length = Math.ceil(schedule.length / 2); length > 0; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    // The end first: whatever follows the failure is idle.
    for (let from = schedule.length - length; from > -length; from -= length) {
      const start = Math.max(0, from);
      yield taken(graph, [...schedule.slice(0, start), ...schedule.slice(start + length)]);
    }
  }
  for (const wishes of reordered(schedule)) {
    const run = taken(graph, wishes);
    if (run.length === schedule.length && switchesIn(run) < switchesIn(schedule)) yield run;
  }
}
