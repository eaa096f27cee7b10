/** The keys of a parallel search: in memory that all threads see, and of the thread that leads, which makes room for them while no other works. */
import type { Folds } from './batch-plan.ts';
import type { Common } from './batch.ts';
import type { Resumed } from './checkpoint.ts';
import type { Engine } from './compile.ts';
import { CAP, newControl, NEXT } from './id-hand.ts';
import { Keys } from './keys.ts';
import type { Levels, Piece } from './levels.ts';
import type { Shared, Start } from './parallel-task.ts';
import { SearchThread } from './parallel-thread.ts';
import { CHUNK_STATES } from './passes.ts';
import type { CheckOptions } from './result.ts';

export class SharedKeys {
  readonly shared: Shared;
  /** The leading thread's own hand, number 0. */
  readonly me: SearchThread;
  private readonly keys: Keys;
  private readonly maxStates: number;

  constructor(engine: Engine, folds: Folds, { workers = 1, maxStates = Infinity, maxMemory = Infinity }: CheckOptions) {
    this.maxStates = maxStates;
    this.keys = new Keys(engine, { folds, threads: workers, maxStates, maxBytes: maxMemory, allocate: (bytes) => new SharedArrayBuffer(bytes) });
    this.shared = { control: newControl(), progress: new Float64Array(new SharedArrayBuffer(16 * workers)) };
    this.me = new SearchThread(this.keys.expander, 0, this.shared);
  }

  /** What threads work with; another object once tables were made anew. */
  get common(): Common {
    return this.keys.common;
  }

  /** What the other threads are started with. */
  get start(): Omit<Start, 'number'> {
    return { common: this.common, shared: this.shared };
  }

  /** Chunks of the list of keys. */
  get chunks(): readonly Int32Array[] {
    return this.keys.list.chunks;
  }

  get bytes(): number {
    return this.keys.bytes;
  }

  /** True when states that were expanded have been forgotten. */
  get forgets(): boolean {
    return this.keys.list.forgets;
  }

  /** Lists the initial state as id 0: answers whether something is wrong with it, or null when memory does not allow it. */
  begin(): boolean | null {
    this.given(1);
    return this.keys.begin();
  }

  /** After `begin`, takes over the states of a checkpoint, not more than there may be, as ids 0, 1, …; false when memory does not allow it. */
  restore(resumed: Resumed): boolean {
    const count = this.keys.load(resumed.pieces());
    if (count !== null) this.given(count);
    this.me.expander = this.keys.expander;
    return count !== null;
  }

  /** Makes room for parts, and for states if no id is left to be given out: answers the limit that forbids it, or null. `known`: ranges of all ids in use. */
  grow(known: () => Int32Array): 'states' | 'memory' | null {
    const { keys, shared: { control } } = this;
    const given = control[NEXT]!;
    if (!keys.fit(given, () => this.pieces(known()))) return 'memory';
    this.me.expander = keys.expander;
    if (given < control[CAP]!) return null;
    if (given === this.maxStates) return 'states';
    // An eighth more, so that growing is rare, or one more when memory is short.
    const chunks = Math.floor(given / CHUNK_STATES);
    const most = [chunks + Math.max(1, chunks >> 3), chunks + 1].map((n) => Math.min(this.maxStates, n * CHUNK_STATES)).find((end) => keys.room(end));
    if (most === undefined) return 'memory';
    control[CAP] = most;
    return null;
  }

  /** Forgets states with ids below this one, as far as they fill chunks. */
  forget(below: number): void {
    this.keys.list.forget(below);
  }

  /** Writes a state in full. */
  unfold(id: number, to: Int32Array): void {
    this.keys.unfold(id, to);
  }

  /** States in full, of ranges of ids. */
  states(ranges: Int32Array): Iterable<Piece> {
    return this.keys.states(this.pieces(ranges));
  }

  /** `levels`: ranges of the ids of each. */
  history(levels: readonly Int32Array[]): Levels {
    return { last: levels.length - 1, pieces: (level) => this.states(levels[level]!), stateOf: (id) => this.keys.stateOf(id) };
  }

  private * pieces(ranges: Int32Array): Generator<Piece, void> {
    for (let i = 0; i < ranges.length; i += 2) yield* this.keys.list.pieces(ranges[i]!, ranges[i + 1]!);
  }

  /** All ids up to this one are given out. */
  private given(end: number): void {
    this.shared.control[NEXT] = end;
    this.shared.control[CAP] = end;
  }
}
