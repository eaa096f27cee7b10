/** Candidates for a smaller schedule: shorter first, then with fewer context switches. Each of them is a valid run. */
import type { Graph } from '../model/language/graph.ts';
import { apply, enabled, initialState } from '../schedules/replay.ts';
import { switchesIn } from '../schedules/outcome.ts';
import type { ScheduleStep } from '../schedules/result.ts';

type Schedule = readonly ScheduleStep[];

/** Strictly smaller than the given one, so that taking them in turn ends. */
export function* smaller(graph: Graph, schedule: Schedule): Generator<Schedule> {
  for (let length = Math.ceil(schedule.length / 2); length > 0; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    // The end first: whatever follows the failure is idle.
    for (let from = schedule.length - length; from > -length; from -= length) {
      const start = Math.max(0, from);
      yield possible(graph, [...schedule.slice(0, start), ...schedule.slice(start + length)]);
    }
  }
  const switches = switchesIn(schedule);
  for (const candidate of reordered(schedule)) {
    const run = possible(graph, candidate);
    if (run.length === schedule.length && switchesIn(run) < switches) yield run;
  }
}

/** Neighbouring runs of two threads, exchanged. */
function* reordered(schedule: Schedule): Generator<Schedule> {
  const starts = schedule.flatMap((step, i) => (i === 0 || schedule[i - 1]!.thread !== step.thread ? [i] : []));
  for (const [i, first] of starts.entries()) {
    const second = starts[i + 1];
    if (second === undefined) return;
    const end = starts[i + 2] ?? schedule.length;
    yield [...schedule.slice(0, first), ...schedule.slice(second, end), ...schedule.slice(first, second), ...schedule.slice(end)];
  }
}

/** The steps of a schedule that can be taken, leaving out the others. */
function possible(graph: Graph, schedule: Schedule): Schedule {
  const run: ScheduleStep[] = [];
  let state = initialState(graph);
  for (const step of schedule) {
    if (!enabled(graph, state).some((s) => s.thread === step.thread && s.choice === step.choice)) continue;
    state = apply(graph, state, step);
    run.push(step);
  }
  return run;
}
