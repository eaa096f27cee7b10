/**
 * Among the shortest schedules to any of several states, one with the fewest context switches: the trace a reader
 * can follow. Dynamic programming from the last level of a breadth-first search back to the initial state, over
 * (state, thread that moves next). Predecessors are not stored: each level is expanded once more, and its successors
 * are looked up among the few states that are on a shortest way. These fit the caches, so going back takes a
 * fraction of the time of the search.
 */
import { moveChoice, moveThread } from './compile.ts';
import type { Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import { Inspector } from './inspector.ts';
import type { Levels, Piece } from './levels.ts';
import type { Tally } from './outcome.ts';
import type { Pace } from './pace.ts';
import type { ScheduleStep } from './result.ts';
import { Visited } from './visited.ts';

/** No schedule leads on from here by this thread. */
const NEVER = 0xffff;

export interface Easiest {
  readonly schedule: readonly ScheduleStep[];
  /** Index of the target it leads to. */
  readonly target: number;
}

/**
 * The schedule to one of `targets`, distinct states of level `last`. Ties: lower thread first, then lower choice.
 * Goes on when time is up, because without a schedule a failure is of no use.
 */
export async function fewestSwitches(engine: Engine, levels: Levels, last: number, targets: readonly Pick<Piece, 'words' | 'offset'>[], pace: Pace, tally: Tally): Promise<Easiest> {
  const table = new Remaining(engine, targets);
  for (let level = last - 1; level >= 0; level--) {
    table.nextLevel();
    for (const piece of levels.pieces(level)) {
      for (let done = 0; done < piece.count;) {
        done = table.relax(piece, done);
        if (pace.due()) await pace.pause(() => ({ states: tally.states, transitions: tally.transitions, frontier: 0, depth: level, memory: tally.engineBytes + table.bytes }));
      }
    }
  }
  return table.follow(last);
}

/** Fewest switches from a state to a target, by the thread that moves next; only states on a shortest way have a row. */
class Remaining {
  private readonly inspector: Inspector;
  private readonly threads: number;
  /** The states on a shortest way; their ids are the rows. */
  private readonly near: Visited;
  private readonly moves: Int32Array;
  /** Position in its piece of the state that each state of the batch was reached from. */
  private readonly from: Int32Array;
  private costs: Uint16Array;
  /** First row of each level, the last level first. */
  private readonly starts: number[] = [0];
  /** Rows met by a batch: position of the parent, thread, row of the child. */
  private readonly met: number[] = [];

  constructor(engine: Engine, targets: readonly Pick<Piece, 'words' | 'offset'>[]) {
    this.inspector = new Inspector(engine);
    this.threads = engine.graph.threads.length;
    const capacity = BATCH + engine.maxSuccessors;
    this.near = new Visited(engine.layout.words, capacity, Infinity);
    this.moves = new Int32Array(capacity);
    this.from = new Int32Array(capacity);
    this.costs = new Uint16Array(this.threads * 1024).fill(NEVER);
    for (const { words, offset } of targets) {
      const first = this.row(words, offset) * this.threads;
      this.costs.fill(0, first, first + this.threads);
    }
  }

  get bytes(): number {
    return this.near.bytes + this.costs.byteLength;
  }

  /** From now on states of the level before are relaxed. */
  nextLevel(): void {
    this.starts.push(this.near.count);
  }

  /** Works out the rows of the states of a piece from `first` on; answers the first not done. */
  relax(piece: Piece, first: number): number {
    const { near, inspector, from } = this;
    let n = 0;
    let at = first;
    for (let o = piece.offset + first * near.words; at < piece.count && n < BATCH; at++, o += near.words) {
      const after = inspector.expand(at, piece.words, o, near.batch, n, this.moves);
      while (n < after) from[n++] = at;
    }
    this.meet(n);
    for (let i = 0; i < this.met.length; i += 3) this.improve(piece, this.met[i]!, this.met[i + 1]!, this.met[i + 2]!);
    return at;
  }

  /** Walks from the initial state by the cheapest moves. */
  follow(last: number): Easiest {
    const { engine } = this.inspector;
    const schedule: ScheduleStep[] = [];
    let state = engine.initial;
    let thread = -1;
    let row = 0;
    for (let level = 1; level <= last; level++) {
      const step = this.cheapest(state, thread, level, last);
      schedule.push({ thread: step.thread, choice: step.choice });
      ({ row, thread } = step);
      const offset = this.near.offsetOf(row);
      state = this.near.chunkOf(row).subarray(offset, offset + this.near.words);
    }
    return { schedule, target: row };
  }

  /** Fills `met` with those of the n states of the batch that have a row at the level relaxed before. */
  private meet(n: number): void {
    const { near, met } = this;
    const first = this.starts.at(-2)!;
    const end = this.starts.at(-1)!;
    met.length = 0;
    near.find(n);
    for (let i = 0; i < n; i++) {
      const row = near.ids[i]!;
      if (row >= first && row < end) met.push(this.from[i]!, moveThread(this.moves[i]!), row);
    }
  }

  private improve(piece: Piece, parent: number, thread: number, child: number): void {
    const cell = this.row(piece.words, piece.offset + parent * this.near.words) * this.threads + thread;
    this.costs[cell] = Math.min(this.costs[cell]!, this.after(child, thread));
  }

  private cheapest(state: Int32Array, last: number, level: number, depth: number): { row: number; thread: number; choice: number } {
    const { near } = this;
    const n = this.inspector.expand(0, state, 0, near.batch, 0, this.moves);
    near.find(n);
    const first = this.starts[depth - level]!;
    const end = this.starts[depth - level + 1]!;
    const moves = Array.from({ length: n }, (_, i) => ({ row: near.ids[i]!, thread: moveThread(this.moves[i]!), choice: moveChoice(this.moves[i]!) }))
      .filter((m) => m.row >= first && m.row < end)
      .map((m) => ({ ...m, cost: this.after(m.row, m.thread) + (last >= 0 && last !== m.thread ? 1 : 0) }));
    return moves.sort((a, b) => a.cost - b.cost || a.thread - b.thread || a.choice - b.choice)[0]!;
  }

  /** Switches from a state that `thread` has just reached. */
  private after(row: number, thread: number): number {
    const first = row * this.threads;
    let best = NEVER;
    for (let t = 0; t < this.threads; t++) best = Math.min(best, this.costs[first + t]! + (t === thread ? 0 : 1));
    return best;
  }

  /** The row of a state, made if need be. */
  private row(words: Int32Array, offset: number): number {
    const { near } = this;
    for (let i = 0; i < near.words; i++) near.batch[i] = words[offset + i]!;
    near.reserve(1, Infinity);
    near.insert(1);
    if (near.count * this.threads > this.costs.length) this.grow();
    return near.ids[0]!;
  }

  private grow(): void {
    const costs = new Uint16Array(this.costs.length * 2).fill(NEVER);
    costs.set(this.costs);
    this.costs = costs;
  }
}
