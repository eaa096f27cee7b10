/** The accesses that raced: conflicting, by different threads, next to each other, and all decisive for the failure. */
import type { GPlace, Graph } from '../../model/language/graph.ts';
import { run } from '../../schedules/replay.ts';
import { accesses } from '../accesses.ts';
import { decisive } from '../decisive.ts';
import { lockPlaces } from '../held.ts';
import type { Rechecked } from '../recheck.ts';
import { isInternal } from '../reenact.ts';
import { IPI } from '../relations.ts';
import { formatValue, placeName } from '../values.ts';

/** What a step did to a cell. */
export interface Access {
  /** 1 for the first step of the trace. */
  readonly step: number;
  readonly writes: boolean;
  /** What was read, or the change: `-W`, `2 -> 1`, or `stays P pfn0`. */
  readonly value: string;
}

export interface Race {
  readonly place: string;
  readonly first: Access;
  readonly second: Access;
  /** Locks that the one thread gave back after its access and the other took before its own: they order the two, and do not span both. */
  readonly orderedBy: readonly string[];
}

/**
 * Pairs in the order of their second access, the first of several with the same access before. Left out: locks, flush
 * requests, places of the properties and of the language, and counters that both sides only count up or down.
 */
export function races(graph: Graph, trace: Rechecked): Race[] {
  const { steps, end } = run(graph, trace.schedule);
  const did = steps.map((step) => accesses(graph, step));
  const matters = decisive(graph, { steps, did, end, breakage: trace.breakage });
  const shown = racing(graph);
  const found = new Map<string, Race>();
  const earlier = new Map<string, readonly Earlier[]>();
  steps.forEach(({ thread, before }, i) => {
    if (!matters.has(i + 1)) return;
    const { read, written } = did[i]!;
    for (const [key, [p, cell]] of new Map([...read, ...written].map((c) => [c.join(), c]))) {
      const place = graph.places[p]!;
      if (!shown(place, p)) continue;
      const writes = written.some((w) => w.join() === key);
      const value = (writes ? change(trace, i, p, cell) : undefined) ?? kept(formatValue(graph, place.type, before.cells[p]![cell]!), writes);
      const second = { step: i + 1, writes, value };
      const here = earlier.get(key) ?? [];
      const first = here.findLast((e) => e.thread !== thread && (e.access.writes || writes))?.access;
      const pair = `${key} ${first?.step}`;
      if (first !== undefined && !found.has(pair) && !(first.writes && writes && isCounter(graph, place))) {
        found.set(pair, { place: placeName(place, cell), first, second, orderedBy: handedOver(trace, first.step, i + 1) });
      }
      // A write hides what came before it.
      earlier.set(key, writes ? [{ thread, access: second }] : [...here, { thread, access: second }]);
    }
  });
  return [...found.values()];
}

interface Earlier {
  readonly thread: number;
  readonly access: Access;
}

/** Tells the places whose accesses are a race and not the way to order one. */
function racing(graph: Graph): (place: GPlace, p: number) => boolean {
  const locks = lockPlaces(graph);
  return (place, p) => !place.ghost && !locks.has(p) && !isInternal(place.name) && place.name !== IPI;
}

function isCounter(graph: Graph, { type }: GPlace): boolean {
  return graph.types[type]?.kind === 'int';
}

/** What became of the cell in step i, counted from 0; undefined when it stayed what it was. */
function change({ moments }: Rechecked, i: number, p: number, cell: number): string | undefined {
  return moments[i]!.changed.find(({ at }) => at[0] === p && at[1] === cell)?.delta;
}

const kept = (value: string, writes: boolean): string => (writes ? `stays ${value}` : value);

/** Locks given back by the thread of step `from` at or after it, and then taken by the thread of step `to` at or before it. */
function handedOver({ moments }: Rechecked, from: number, to: number): string[] {
  const between = moments.slice(from - 1, to);
  const [giver, taker] = [moments[from - 1]!.thread, moments[to - 1]!.thread];
  const held = (thread: number, number: number): readonly string[] => moments.slice(0, number).findLast((m) => m.thread === thread)?.locks.map(bare) ?? [];
  const given = new Set<string>();
  const ordered = new Set<string>();
  for (const m of between) {
    const before = held(m.thread, m.number - 1);
    const now = m.locks.map(bare);
    if (m.thread === giver) for (const lock of before) if (!now.includes(lock)) given.add(lock);
    if (m.thread === taker) for (const lock of now) if (!before.includes(lock) && given.has(lock)) ordered.add(lock);
  }
  return [...ordered];
}

/** `mm0.mmap_sem (shared)` is the lock mm0.mmap_sem. */
function bare(lock: string): string {
  return lock.replace(/ \(shared\)$/, '');
}
