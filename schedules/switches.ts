/**
 * Among the shortest schedules to any of several states, one with the fewest context switches: the trace a reader
 * can follow. Dynamic programming from the last level of a breadth-first search back to the initial state, over
 * (state, thread that moves next).
 */
import { moveChoice, moveThread } from './compile.ts';
import type { Explorer } from './explorer.ts';
import type { Counters, Pace } from './pace.ts';
import type { ScheduleStep } from './result.ts';

/** No schedule leads on from here by this thread. */
const NEVER = 0xffff;

/** The levels of a breadth-first search: level k is the ids starts[k] … starts[k+1]-1; the last is that of the targets. */
export interface Levels {
  readonly starts: readonly number[];
  /** Ids below this were expanded. */
  readonly expanded: number;
}

export interface Easiest {
  readonly schedule: readonly ScheduleStep[];
  /** The target it leads to. */
  readonly target: number;
}

/** The schedule, or null when the pace ran out first. Ties: lower thread first, then lower choice. */
export async function fewestSwitches(x: Explorer, levels: Levels, targets: readonly number[], pace: Pace): Promise<Easiest | null> {
  const table = new Remaining(x, targets);
  for (let level = levels.starts.length - 2; level >= 0; level--) {
    const end = Math.min(levels.starts[level + 1]!, levels.expanded);
    for (let id = levels.starts[level]!; id < end;) {
      id = table.relax(id, end, levels.starts[level + 1]!);
      if (pace.due() && (await pace.pause(() => progressOf(x, level))) !== null) return null;
    }
  }
  return table.follow(levels.starts);
}

function progressOf(x: Explorer, depth: number): Counters {
  return { states: x.visited.count, transitions: x.transitions, frontier: 0, depth, memory: x.bytes };
}

/** Fewest switches from a state to a target, by the thread that moves next; only states on a shortest path have a row. */
class Remaining {
  private readonly x: Explorer;
  private readonly threads: number;
  /** By state: 1 + its row, 0 for none. */
  private readonly rowOf: Int32Array;
  private rows: Uint16Array;
  private count = 0;

  constructor(x: Explorer, targets: readonly number[]) {
    this.x = x;
    this.threads = x.engine.graph.threads.length;
    this.rowOf = new Int32Array(x.visited.count);
    this.rows = new Uint16Array(this.threads * 1024).fill(NEVER);
    for (const id of targets) {
      const first = this.row(id) * this.threads;
      this.rows.fill(0, first, first + this.threads);
    }
  }

  /** Works out the rows of states from id on whose successors at level starts `below`; answers the first not done. */
  relax(id: number, end: number, below: number): number {
    const { x } = this;
    const { next, n } = x.expandRange(id, end, []);
    x.insert(n);
    for (let i = 0; i < n; i++) {
      const child = x.visited.ids[i]!;
      if (child < below || (this.rowOf[child] ?? 0) === 0) continue;
      const thread = moveThread(x.moves[i]!);
      const cell = this.row(x.visited.from[i]!) * this.threads + thread;
      this.rows[cell] = Math.min(this.rows[cell]!, this.after(child, thread));
    }
    return next;
  }

  /** Walks from the initial state by the cheapest moves. */
  follow(starts: readonly number[]): Easiest {
    const schedule: ScheduleStep[] = [];
    let id = 0;
    let last = -1;
    for (let level = 1; level < starts.length; level++) {
      const step = this.cheapest(id, last, starts[level]!);
      schedule.push({ thread: step.thread, choice: step.choice });
      ({ id, thread: last } = step);
    }
    return { schedule, target: id };
  }

  private cheapest(id: number, last: number, below: number): { id: number; thread: number; choice: number } {
    const { x } = this;
    const n = x.expandOne(id, 0, []);
    x.insert(n);
    const moves = Array.from({ length: n }, (_, i) => ({ id: x.visited.ids[i]!, thread: moveThread(x.moves[i]!), choice: moveChoice(x.moves[i]!) }))
      .filter((m) => m.id >= below && (this.rowOf[m.id] ?? 0) > 0)
      .map((m) => ({ ...m, cost: this.after(m.id, m.thread) + (last >= 0 && last !== m.thread ? 1 : 0) }));
    return moves.sort((a, b) => a.cost - b.cost || a.thread - b.thread || a.choice - b.choice)[0]!;
  }

  /** Switches from a state that `thread` has just reached. */
  private after(id: number, thread: number): number {
    const first = (this.rowOf[id]! - 1) * this.threads;
    let best = NEVER;
    for (let t = 0; t < this.threads; t++) best = Math.min(best, this.rows[first + t]! + (t === thread ? 0 : 1));
    return best;
  }

  /** The row of a state, made if need be. */
  private row(id: number): number {
    if (this.rowOf[id] === 0) {
      this.rowOf[id] = ++this.count;
      if (this.count * this.threads > this.rows.length) this.grow();
    }
    return this.rowOf[id]! - 1;
  }

  private grow(): void {
    const rows = new Uint16Array(this.rows.length * 2).fill(NEVER);
    rows.set(this.rows);
    this.rows = rows;
  }
}
