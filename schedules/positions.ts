/**
 * What a preemption-bounded search has been at: a state together with the thread that runs there. Positions are
 * numbered in order of discovery; each knows how it was reached first.
 */
import { grown } from './grown.ts';
import type { ScheduleStep } from './result.ts';

/** Nobody runs: at the start, and where the running thread has blocked or ended. */
export const NOBODY = -1;
/** Instead of a move: the running thread has lost its CPU, and nobody has moved. */
export const NO_MOVE = -1;

const FIRST = 8192;
/** Words a position. */
const WORDS = 5;

export class Positions {
  count = 0;
  private rows = new Int32Array(FIRST * WORDS);
  /** Bits by state and thread, `stride` words a state: bit t + 1 of thread t, bit 0 of nobody. */
  private seen: Int32Array;
  private readonly stride: number;

  constructor(threads: number) {
    this.stride = Math.ceil((threads + 1) / 32);
    this.seen = new Int32Array(FIRST * this.stride);
  }

  get bytes(): number {
    return this.rows.byteLength + this.seen.byteLength;
  }

  /** Adds a position unless it is known. `parent`: the position that it was reached from, -1 for the first. */
  add(state: number, running: number, parent: number, move: number): void {
    const word = state * this.stride + ((running + 1) >>> 5);
    const bit = 1 << ((running + 1) & 31);
    if (word >= this.seen.length) this.seen = grown(this.seen, word + 1);
    if ((this.seen[word]! & bit) !== 0) return;
    this.seen[word]! |= bit;
    if ((this.count + 1) * WORDS > this.rows.length) this.rows = grown(this.rows, this.rows.length + WORDS);
    const at = this.count++ * WORDS;
    this.rows[at] = state;
    this.rows[at + 1] = running;
    this.rows[at + 2] = parent;
    this.rows[at + 3] = move;
    this.rows[at + 4] = parent < 0 ? 0 : this.depth(parent) + (move === NO_MOVE ? 0 : 1);
  }

  state(position: number): number {
    return this.rows[position * WORDS]!;
  }

  running(position: number): number {
    return this.rows[position * WORDS + 1]!;
  }

  /** Steps on the way to it. */
  depth(position: number): number {
    return this.rows[position * WORDS + 4]!;
  }

  /** The first position in a state. */
  at(state: number): number {
    let position = 0;
    while (this.state(position) !== state) position++;
    return position;
  }

  /** The way to a position, as moves (see compile.ts) read by `step`. */
  pathTo(position: number, step: (move: number) => ScheduleStep): ScheduleStep[] {
    const path: ScheduleStep[] = [];
    for (let p = position; p > 0; p = this.rows[p * WORDS + 2]!) {
      const move = this.rows[p * WORDS + 3]!;
      if (move !== NO_MOVE) path.push(step(move));
    }
    return path.reverse();
  }
}
