/**
 * Delta debugging of a schedule: leaves steps out in ever smaller pieces (A. Zeller, R. Hildebrandt, "Simplifying and isolating
 * failure-inducing input", IEEE TSE 28(2), 2002), then joins the runs of threads.
 */
import type { Graph } from '../../model/language/graph.ts';
import { switchesIn } from '../../schedules/outcome.ts';
import type { State } from '../../schedules/interpret.ts';
import { follow, type Schedule, type Walk } from './follow.ts';

/** Lists of wishes in which a run of one thread has moved to another of the same thread, or past its neighbour. */
export function* reordered(schedule: Schedule): Generator<Schedule> {
  const starts = schedule.flatMap((step, i) => (i === 0 || schedule[i - 1]!.thread !== step.thread ? [i] : []));
  const runs = starts.map((start, i) => schedule.slice(start, starts[i + 1] ?? schedule.length));
  const moved = (from: number, to: number): Schedule => {
    const rest = [...runs.slice(0, from), ...runs.slice(from + 1)];
    return [...rest.slice(0, to), runs[from]!, ...rest.slice(to)].flat();
  };
  for (const [i, run] of runs.entries()) {
    const same = (other: Schedule): boolean => other[0]!.thread === run[0]!.thread;
    const before = runs.slice(0, i).findLastIndex(same);
    const after = runs.slice(i + 1).findIndex(same);
    if (before >= 0) yield moved(i, before + 1);
    if (after >= 0) yield moved(i, i + after);
    if (i + 1 < runs.length) yield moved(i, i + 1);
  }
}

/** A walk of which no step can be left out, whatever the others then do. `tidied` takes out what is quick to find. */
export function fewerSteps(graph: Graph, fails: (state: State) => boolean, given: Walk, tidied: (walk: Walk) => Walk = (walk) => walk): Walk {
  let walk = tidied(given);
  const without = (leaves: (at: number) => boolean): boolean => {
    const wishes = walk.schedule.filter((_, at) => !leaves(at));
    const shorter = follow(graph, fails, wishes, { walk, kept: walk.schedule.findIndex((_, at) => leaves(at)) });
    if (shorter === null || shorter.schedule.length >= walk.schedule.length) return false;
    walk = shorter;
    return true;
  };
  for (const thread of new Set(walk.schedule.map((step) => step.thread))) {
    const { schedule } = walk;
    if (schedule.some((step) => step.thread === thread)) without((at) => schedule[at]!.thread === thread);
  }
  for (let length = Math.ceil(walk.schedule.length / 2); length > 0;) {
    const changed = sweep(() => walk.schedule.length, length, without);
    if (changed) walk = tidied(walk);
    if (!changed || length > 1) length = length === 1 ? 0 : Math.min(Math.ceil(length / 2), Math.max(1, walk.schedule.length));
  }
  return walk;
}

/** Tries every piece of a length once, the last first: whatever follows the failure is idle. Answers whether one could be left out. */
function sweep(total: () => number, length: number, without: (leaves: (at: number) => boolean) => boolean): boolean {
  let changed = false;
  for (let from = total() - length; from > -length && total() > 0; from = Math.min(from, total()) - length) {
    const start = Math.max(0, from);
    if (without((at) => at >= start && at < start + length)) changed = true;
  }
  return changed;
}

/** A walk of the same length in which no run of a thread can be joined with another. */
export function fewerSwitches(graph: Graph, fails: (state: State) => boolean, given: Walk): Walk {
  let walk = given;
  for (let found: Walk | undefined = given; found !== undefined;) {
    const { schedule } = walk;
    found = firstOf(reordered(schedule), (wishes) => {
      const calmer = switchesIn(wishes) < switchesIn(schedule) ? follow(graph, fails, wishes, { walk, kept: firstDifference(wishes, schedule) }) : null;
      return calmer !== null && calmer.schedule.length <= schedule.length && switchesIn(calmer.schedule) < switchesIn(schedule) ? calmer : undefined;
    });
    walk = found ?? walk;
  }
  return walk;
}

function firstOf<T, R>(list: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstDifference(a: Schedule, b: Schedule): number {
  const at = a.findIndex((step, i) => step.thread !== b[i]?.thread || step.choice !== b[i].choice);
  return at < 0 ? a.length : at;
}
