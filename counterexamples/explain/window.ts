/**
 * The window of a race: the stretch of a thread's way that must be interruptible for the failure to happen. Found by
 * trying: the whole world is searched again with the stretch made uninterruptible, and the shortest one that leaves
 * nothing to find is the window.
 */
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import type { CheckOptions } from '../../schedules/result.ts';
import { nodeOf, run } from '../../schedules/replay.ts';
import type { Rechecked } from '../recheck.ts';
import { uninterrupted } from './uninterrupted.ts';

/** Of each search. */
export type Limits = Pick<CheckOptions, 'maxStates' | 'signal' | 'onProgress'>;

/** A stretch of one thread's steps in the trace. */
export interface Window {
  readonly thread: number;
  /** The stretch begins when this step of the thread was taken (1 for the trace's first). */
  readonly after: number;
  /** It ends with this step of the thread; null when the thread does not move again in the trace. */
  readonly before: number | null;
  /** Steps of other programs in the trace that fall into it. */
  readonly inside: readonly number[];
  /** States of the search that found nothing with the window closed. */
  readonly states: number;
}

/** What became of a thread that was interrupted. */
export interface Tried {
  readonly thread: number;
  /** Null where the failure happens even if the thread is never interrupted, or where that was not searched to its end. */
  readonly window: Window | null;
  /** Some search was cut short: what is said is true, but a shorter window may do. */
  readonly cut: boolean;
}

/** Where a thread stands after one of its steps. */
interface Stop {
  readonly node: number;
  readonly after: number;
}

/** Tries every program that others interrupted, in order of the trace. */
export async function windows(graph: Graph, trace: Rechecked, options: Limits): Promise<Tried[]> {
  const programs = graph.threads.flatMap((t, i) => (t.daemon === 'no' ? [i] : []));
  const found: Tried[] = [];
  for (const thread of programs) {
    const stops = stopsOf(graph, trace, thread);
    if (stops.some((_, i) => inside(graph, trace, stops, i, i).length > 0)) found.push(await windowOf(graph, trace, thread, stops, options));
  }
  return found;
}

async function windowOf(graph: Graph, trace: Rechecked, thread: number, stops: readonly Stop[], options: Limits): Promise<Tried> {
  const only = claimed(graph, trace);
  let cut = false;
  /** States searched when nothing fails with stops from … to closed, else null. */
  const closed = async (from: number, to: number): Promise<number | null> => {
    if (from > to) return null;
    const { verdict, states } = await check(uninterrupted(only, thread, between(graph, thread, stops, from, to)), options);
    if (verdict === 'incomplete') cut = true;
    return verdict === 'holds' || verdict === 'vacuous' ? states : null;
  };
  let lo = 0;
  let hi = stops.length - 1;
  let states = await closed(lo, hi);
  if (states === null) return { thread, window: null, cut };
  for (let found = await closed(lo + 1, hi); found !== null; found = await closed(lo + 1, hi)) {
    states = found;
    lo++;
  }
  for (let found = await closed(lo, hi - 1); found !== null; found = await closed(lo, hi - 1)) {
    states = found;
    hi--;
  }
  const window = { thread, after: stops[lo]!.after, before: stops[hi + 1]?.after ?? null, inside: inside(graph, trace, stops, lo, hi), states };
  return { thread, window, cut };
}

/** The graph with nothing to break but what the trace breaks, and the assertions of the model. */
function claimed(graph: Graph, { breakage }: Rechecked): Graph {
  const properties = graph.properties.flatMap((p) => {
    if (p.name.startsWith('$')) return [p];
    return p.name === breakage.property ? [{ ...p, conjuncts: p.conjuncts.filter((c) => c.name === breakage.conjunct) }] : [];
  });
  return { ...graph, properties, reaches: [] };
}

/**
 * Where the thread may not be interrupted: at its stops from … to, and wherever it comes by on ways that the trace does
 * not take, so that the failure is not merely moved to one of them.
 */
function between(graph: Graph, thread: number, stops: readonly Stop[], from: number, to: number): Set<number> {
  const { start, nodes } = graph.threads[thread]!;
  const inside = stops.slice(from, to + 1).map((s) => s.node);
  const outside = new Set([start, ...stops.map((s) => s.node)]);
  return new Set([...inside, ...nodes.filter((n) => graph.nodes[n]!.kind === 'step' && !outside.has(n))]);
}

/** Where a thread stood after each of its steps; not after its last if it ended with it. */
function stopsOf(graph: Graph, { schedule }: Rechecked, thread: number): Stop[] {
  return run(graph, schedule).steps.flatMap((step, i) => {
    const node = nodeOf(graph, step.after, thread);
    return step.thread === thread && node.kind === 'step' ? [{ node: node.id, after: i + 1 }] : [];
  });
}

/** Steps of other programs while the thread stood at its stops from … to. */
function inside(graph: Graph, { schedule }: Rechecked, stops: readonly Stop[], from: number, to: number): number[] {
  const [begin, end] = [stops[from]!.after, stops[to + 1]?.after ?? Infinity];
  return schedule.flatMap((s, i) => (i + 1 > begin && i + 1 < end && graph.threads[s.thread]!.daemon === 'no' && !stops.some((stop) => stop.after === i + 1) ? [i + 1] : []));
}
