/** A counterexample as data: the trace file. */
import type { Graph } from '../model/language/graph.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import type { Breakage } from './breakage.ts';
import type { Moment } from './reenact.ts';
import type { Trace } from './trace-schema.ts';

export function buildTrace(scenario: string, graph: Graph, schedule: readonly ScheduleStep[], moments: readonly Moment[], breakage: Breakage): Trace {
  return {
    format: 'pterace-trace',
    version: 1,
    scenario,
    model: graph.hash,
    property: breakage.property,
    conjunct: breakage.conjunct,
    schedule: schedule.map((s) => [s.thread, s.choice]),
    ...(breakage.lasso === undefined ? {} : { loop: breakage.lasso.start }),
    steps: traceSteps(moments),
  };
}

export function traceSteps(moments: readonly Moment[]): Trace['steps'] {
  return moments.map((m) => ({
    cpu: m.cpu,
    thread: m.thread,
    proc: m.proc,
    loc: { file: m.loc.file, line: m.loc.line },
    text: m.text,
    changed: m.changed.map(({ place, from, to }) => ({ place, from, to })),
    locks: [...m.locks],
  }));
}
