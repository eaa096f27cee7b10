/** A run that is fair and never makes progress, re-checked by the reference interpreter: the schedule, its end repeated for ever. */
import type { GProgress, Graph } from '../model/language/graph.ts';
import { enabled, evaluate, nodeOf, type State } from '../schedules/interpret.ts';
import { fairThreads } from '../schedules/liveness/fair-threads.ts';
import type { Moment, Reenactment } from './reenact.ts';

/** Why a run is fair to a thread. */
export interface Served {
  readonly thread: string;
  readonly cpu: number;
  /** The first step of the cycle that is its own; null where it only waits. */
  readonly step: Moment | null;
  /** Where it cannot move: after this step (0: in the initial state) it stands before this statement; null text when it has ended. */
  readonly waits: { readonly after: number; readonly text: string | null } | null;
}

export interface Lasso {
  /** Index of the first step that is repeated; the number of steps where the run rests. */
  readonly start: number;
  /** By fair thread. */
  readonly served: readonly Served[];
  /** Threads that are promised no turn. */
  readonly unfair: readonly string[];
}

/** Null where the obligation is met, the cycle does not close, or some thread that is promised its turns never gets one. */
export function lassoOf(graph: Graph, property: GProgress, played: Reenactment, start: number): Lasso | null {
  const { moments, states } = played;
  if (start > moments.length || !same(states[start]!, states.at(-1)!) || !isPending(graph, property, states)) return null;
  const fair = fairThreads(graph, property);
  const served = fair.map((thread) => servedBy(graph, thread, played, start, property.strong === true));
  if (served.some((s) => s === null)) return null;
  return { start, served: served.filter((s) => s !== null), unfair: graph.threads.filter((_, i) => !fair.includes(i)).map((t) => t.name) };
}

/** Whether it arises in some state and is met neither there nor after. */
function isPending(graph: Graph, { from, to }: GProgress, states: readonly State[]): boolean {
  const holds = (e: GProgress['from'], state: State): boolean => evaluate(graph, state, e, -1, 0) !== 0;
  const met = states.findLastIndex((state) => holds(to, state));
  return states.slice(met + 1).some((state) => holds(from, state));
}

function servedBy(graph: Graph, thread: number, { moments, states }: Reenactment, start: number, strong: boolean): Served | null {
  const { name, cpu } = graph.threads[thread]!;
  const step = moments.slice(start).find((m) => m.thread === thread) ?? null;
  const waiting = states.map((state, i) => i >= start && enabled(graph, state).every((s) => s.thread !== thread));
  const after = waiting.indexOf(true);
  if (step === null && (after < 0 || (strong && waiting.slice(start).includes(false)))) return null;
  const node = after < 0 ? null : nodeOf(graph, states[after]!, thread);
  return { thread: name, cpu, step, waits: node === null ? null : { after, text: node.kind === 'end' ? null : node.text } };
}

function same(a: State, b: State): boolean {
  return JSON.stringify([a.pcs, a.regs, a.cells]) === JSON.stringify([b.pcs, b.regs, b.cells]);
}
