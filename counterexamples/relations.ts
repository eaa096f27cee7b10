/**
 * What the threads of a run tell each other: a lock handed over, a value written by one and read by another, an
 * interrupt sent and handled. Drawn as arrows from step to step.
 */
import type { Graph } from '../model/language/graph.ts';
import { run, type ReplayStep } from '../schedules/replay.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import { accesses, type Accesses } from './accesses.ts';
import type { Breakage } from './breakage.ts';
import { decisive } from './decisive.ts';
import { changedCell } from './held.ts';
import { isInternal } from './reenact.ts';
import { placeName } from './values.ts';

/** The place that the machine's interrupt requests are written to. */
export const IPI = 'ipi';

/** An arrow between steps of different threads; steps are counted from 1, as `Moment.number`. */
export interface Relation {
  /**
   * lock: from a release to the acquire that had to wait for it, shared by shared not among them. ipi: from the request
   * to the handler, and from the handler to the sender that waits for it. reads-from: from the last write of a cell to
   * a read of it; places that are locks or only there for properties are left out.
   */
  readonly kind: 'lock' | 'reads-from' | 'ipi';
  readonly from: number;
  readonly to: number;
  /** As traces print it: `pte[mm0][va0]`. */
  readonly place: string;
  /** What came this way decided, directly or through later steps, that the run fails as it does. */
  readonly matters: boolean;
}

export interface Run {
  readonly schedule: readonly ScheduleStep[];
  /** What fails in the last state; without it, whatever the last step turned on matters. */
  readonly breakage?: Breakage | null;
}

/** In the order of `to`, then `from`. @throws ReplayError when the graph cannot follow the schedule. */
export function relations(graph: Graph, { schedule, breakage = null }: Run): readonly Relation[] {
  const { steps, end } = run(graph, schedule);
  const did = steps.map((step) => accesses(graph, step));
  const matters = decisive(graph, { steps, did, end, breakage });
  const found = [...lockHandOvers(graph, steps, did), ...reads(graph, steps, did)];
  return found
    .map((arrow) => ({ ...arrow, matters: matters.has(arrow.from) && matters.has(arrow.to) }))
    .sort((a, b) => a.to - b.to || a.from - b.from);
}

type Arrow = Omit<Relation, 'matters'>;

interface LockStep {
  readonly number: number;
  readonly thread: number;
  readonly op: 'acquire' | 'release';
  readonly shared: boolean;
}

/** The lock steps that did something, by lock. */
function lockSteps(graph: Graph, steps: readonly ReplayStep[], did: readonly Accesses[]): Map<string, LockStep[]> {
  const byLock = new Map<string, LockStep[]>();
  steps.forEach(({ thread, node, before, after }, i) => {
    if (node.lock === undefined) return;
    const { place, op, mode } = node.lock;
    const changed = changedCell(place, before, after);
    const cell = changed ?? did[i]!.written.find(([p]) => p === place)?.[1];
    // A try that failed changes nothing.
    if (cell === undefined || (op === 'tryAcquire' && changed === null)) return;
    const name = placeName(graph.places[place]!, cell);
    const list = byLock.get(name) ?? [];
    list.push({ number: i + 1, thread, op: op === 'release' ? 'release' : 'acquire', shared: mode === 'shared' });
    byLock.set(name, list);
  });
  return byLock;
}

function lockHandOvers(graph: Graph, steps: readonly ReplayStep[], did: readonly Accesses[]): Arrow[] {
  return [...lockSteps(graph, steps, did)].flatMap(([place, events]) =>
    events.flatMap((event, i) => (event.op === 'acquire' ? waitedFor(events.slice(0, i), event) : [])
      .map((from): Arrow => ({ kind: 'lock', from, to: event.number, place }))));
}

/** Back to the last exclusive release: whoever took it after that could not conflict with anything earlier. */
function waitedFor(before: readonly LockStep[], { thread, shared }: LockStep): number[] {
  const releases = before.filter((e) => e.op === 'release');
  const exclusive = releases.findLastIndex((e) => !e.shared);
  const last = exclusive < 0 ? [] : [releases[exclusive]!];
  const readers = shared ? [] : releases.slice(exclusive + 1);
  return (readers.length > 0 ? readers : last).filter((e) => e.thread !== thread).map((e) => e.number);
}

function reads(graph: Graph, steps: readonly ReplayStep[], did: readonly Accesses[]): Arrow[] {
  const writers = new Map<string, number>();
  return steps.flatMap(({ thread, node }, i) => {
    const sources = did[i]!.read.flatMap((cell): Arrow[] => {
      const from = writers.get(cell.join());
      const place = graph.places[cell[0]]!;
      const told = from !== undefined && steps[from - 1]!.thread !== thread && node.lock?.place !== cell[0];
      if (!told || place.ghost || isInternal(place.name)) return [];
      return [{ kind: place.name === IPI ? 'ipi' : 'reads-from', from, to: i + 1, place: placeName(place, cell[1]) }];
    });
    for (const cell of did[i]!.written) writers.set(cell.join(), i + 1);
    return sources;
  });
}
