/**
 * Arbitraries for fast-check: random schedules of a graph that shrink to a smaller failing one.
 *
 *     fc.assert(fc.property(schedules(graph), (schedule) => breaks(graph, schedule) === null));
 */
import fc from 'fast-check';
import type { Graph } from '../model/language/graph.ts';
import { findBreakage, type Breakage, type Claim } from '../counterexamples/breakage.ts';
import { reenact } from '../counterexamples/reenact.ts';
import { smaller } from '../counterexamples/shrink/candidates.ts';
import { taken } from '../counterexamples/shrink/follow.ts';
import { shrunkByReplay } from '../counterexamples/shrink/replayed.ts';
import { switchesIn } from '../schedules/outcome.ts';
import { apply, enabled, initialState } from '../schedules/replay.ts';
import type { ScheduleStep } from '../schedules/result.ts';

export type Schedule = readonly ScheduleStep[];

/** What is wrong after the last step of a schedule; null when nothing is. */
export function breaks(graph: Graph, schedule: Schedule, claim: Claim = {}): Breakage | null {
  return findBreakage(graph, reenact(graph, schedule), claim);
}

/** Valid schedules from the initial state, of at most `maxLength` steps; all of their prefixes are as likely. */
export function schedules(graph: Graph, options: { readonly maxLength?: number } = {}): fc.Arbitrary<Schedule> {
  return new Schedules(graph, options.maxLength ?? 100);
}

class Schedules extends fc.Arbitrary<Schedule> {
  private readonly graph: Graph;
  private readonly maxLength: number;

  constructor(graph: Graph, maxLength: number) {
    super();
    this.graph = graph;
    this.maxLength = maxLength;
  }

  override generate(random: fc.Random): fc.Value<Schedule> {
    const schedule: ScheduleStep[] = [];
    const length = random.nextInt(0, this.maxLength);
    let state = initialState(this.graph);
    while (schedule.length < length) {
      const step = pick(enabled(this.graph, state), schedule.at(-1), random);
      if (step === null) break;
      schedule.push(step);
      state = apply(this.graph, state, step);
    }
    return new fc.Value(schedule, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Schedule {
    return Array.isArray(value);
  }

  override shrink(schedule: Schedule): fc.Stream<fc.Value<Schedule>> {
    return fc.stream(candidates(this.graph, schedule)).map((candidate) => new fc.Value(candidate, undefined));
  }
}

/** If a property of the graph breaks, at once the least of the run that breaks it; fast-check asks whether the test fails by it too. */
function* candidates(graph: Graph, schedule: Schedule): Generator<Schedule> {
  const breakage = taken(graph, schedule).length === schedule.length ? breaks(graph, schedule) : null;
  const least = breakage === null ? null : shrunkByReplay(graph, breakage, schedule);
  if (least !== null && (least.length < schedule.length || switchesIn(least) < switchesIn(schedule))) yield least;
  yield* smaller(graph, schedule);
}

/** Stays with the thread that ran last half of the time: fair coins at every step rarely let anyone get far. */
function pick(steps: readonly ScheduleStep[], last: ScheduleStep | undefined, random: fc.Random): ScheduleStep | null {
  const same = steps.filter((step) => step.thread === last?.thread);
  const from = same.length > 0 && random.nextInt(0, 1) === 0 ? same : steps;
  return from.length === 0 ? null : from[random.nextInt(0, from.length - 1)]!;
}
