/**
 * The locks held along a trace. The graph's own sets are what the static pass can promise on every path; along one
 * path it is known exactly which lock a step took or gave back: the cell of the lock's place that the step changed.
 */
import type { GNode, Graph } from '../model/language/graph.ts';
import type { ReplayStep, State } from '../schedules/replay.ts';
import { placeName } from './values.ts';

type LockStep = NonNullable<GNode['lock']>;

interface HeldLock {
  readonly place: number;
  readonly cell: number;
  readonly name: string;
}

/** By thread, in the order they were taken: `mm0.ptl`, `mm0.mmap_sem (shared)`. */
export type Held = readonly (readonly string[])[];

/** What every thread holds after each step. */
export function heldAfter(graph: Graph, steps: readonly ReplayStep[]): Held[] {
  const held: HeldLock[][] = graph.threads.map(() => []);
  return steps.map(({ thread, node, before, after }) => {
    if (node.lock !== undefined) follow(graph, held, thread, node.lock, before, after);
    return held.map((locks) => locks.map((lock) => lock.name));
  });
}

/** Places that are locks. */
export function lockPlaces(graph: Graph): ReadonlySet<number> {
  return new Set(graph.nodes.flatMap((n) => (n.lock === undefined ? [] : [n.lock.place])));
}

/** Before the first step. */
export function nothingHeld(graph: Graph): Held {
  return graph.threads.map(() => []);
}

function follow(graph: Graph, held: HeldLock[][], thread: number, lock: LockStep, before: State, after: State): void {
  const changed = changedCell(lock.place, before, after);
  const cell = lock.op === 'tryAcquire' ? changed : (lock.cell ?? changed);
  // A try that failed changes nothing.
  if (cell === null) return;
  if (lock.op === 'release') {
    drop(held, thread, lock.place, cell);
    return;
  }
  if (lock.op === 'downgrade') drop(held, thread, lock.place, cell);
  const name = placeName(graph.places[lock.place]!, cell);
  held[thread]!.push({ place: lock.place, cell, name: lock.mode === 'shared' || lock.op === 'downgrade' ? `${name} (shared)` : name });
}

/** The releaser's own, or that of whoever took it: a page lock may be given back by another thread. */
function drop(held: HeldLock[][], thread: number, place: number, cell: number): void {
  const others = held.filter((_, i) => i !== thread);
  for (const locks of [held[thread]!, ...others]) {
    const at = locks.findLastIndex((lock) => lock.place === place && lock.cell === cell);
    if (at < 0) continue;
    locks.splice(at, 1);
    return;
  }
}

/** The first cell of a place that a step changed, or null. */
export function changedCell(place: number, before: State, after: State): number | null {
  const at = after.cells[place]!.findIndex((value, cell) => value !== before.cells[place]![cell]);
  return at < 0 ? null : at;
}
