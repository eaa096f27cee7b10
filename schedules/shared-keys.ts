/** The keys of a parallel search: made by the hand of the thread that leads, kept in a set that all see, and made anew when parts become too many for their numbers. All this while no other thread works. */
import { BatchExpander, commonFor, type Common } from './batch.ts';
import type { Folds } from './batch-plan.ts';
import type { Resumed } from './checkpoint.ts';
import { statesOf } from './checkpoint-format.ts';
import type { Engine } from './compile.ts';
import type { Levels, Piece } from './levels.ts';
import type { Start } from './parallel-task.ts';
import { SearchThread } from './parallel-thread.ts';
import { joined, sizeOf } from './ranges.ts';
import { folded, refold, unfolded } from './refold.ts';
import type { CheckOptions } from './result.ts';
import { SharedSet } from './shared-set.ts';

/** How room was made: the limit that forbade it, and whether the index is now empty and must be filled with all there is. */
export interface Grown {
  readonly limit: 'states' | 'memory' | null;
  readonly empty: boolean;
}

export class SharedKeys {
  readonly set: SharedSet;
  /** What threads work with; another object once tables were made anew. */
  common: Common;
  /** The leading thread's own hand, number 0. */
  readonly me: SearchThread;
  private readonly engine: Engine;
  private readonly maxBytes: number;

  constructor(engine: Engine, folds: Folds, { workers = 1, maxStates = Infinity, maxMemory = Infinity }: CheckOptions) {
    this.engine = engine;
    this.common = commonFor(engine, folds, workers);
    this.maxBytes = maxMemory;
    this.set = new SharedSet(this.common.at.keyWords, workers, { states: maxStates, bytes: maxMemory }, () => this.me.expander.bytes + this.me.inserter.bytes * workers);
    this.me = new SearchThread({ ...this.start, number: 0 });
  }

  /** What the other threads are started with. */
  get start(): Omit<Start, 'number'> {
    return { common: this.common, shared: this.set.shared };
  }

  /** Puts the initial state into the set as id 0: answers whether something is wrong with it, or null when memory does not allow it. */
  begin(): boolean | null {
    const { set, engine, me: { expander } } = this;
    const pieces = [{ words: engine.initial, offset: 0, count: 1 }];
    if (!this.fit([]) || !set.load(1, folded(() => expander, pieces, () => true))) return null;
    // It is the first state of the batch.
    const wrong = expander.test(Int32Array.of(0), 1).length > 0;
    expander.forget();
    return wrong;
  }

  /** Takes over the states of a checkpoint, as ids 0, 1, …; false when memory does not allow it. `known`: ranges of their ids. */
  restore(resumed: Resumed, known: readonly Int32Array[]): boolean {
    const { set, me } = this;
    if (!this.fit([]) || !set.load(statesOf(resumed.header), folded(() => me.expander, resumed.pieces(), () => this.fit(known)))) return false;
    me.expander.forget();
    return true;
  }

  /** Makes room. `known`: ranges of all ids in use. */
  grow(known: readonly Int32Array[]): Grown {
    const widened = this.reserve() !== null;
    if (widened && !this.widen(known)) return { limit: 'memory', empty: false };
    const grown = this.set.full ? this.set.grow() : 'room';
    if (widened) this.set.clear();
    return { limit: grown === 'states' || grown === 'memory' ? grown : null, empty: widened || grown === 'rehash' };
  }

  /** Writes a state in full. */
  unfold(id: number, to: Int32Array): void {
    this.me.expander.unfold(this.set.chunkOf(id), this.set.offsetOf(id), to, 0);
  }

  /** States in full, of ranges of ids. */
  states(ranges: Int32Array): Iterable<Piece> {
    return unfolded(this.me.expander, this.set.pieces(ranges));
  }

  /** `levels`: ranges of the ids of each. */
  history(levels: readonly Int32Array[]): Levels {
    return {
      last: levels.length - 1,
      pieces: (level) => this.states(levels[level]!),
      stateOf: (id) => {
        const words = new Int32Array(this.engine.layout.words);
        this.unfold(id, words);
        return { words, offset: 0 };
      },
    };
  }

  /** Room for the parts of a batch of each thread; false when memory does not allow it. Keys are made anew where that is needed. */
  private fit(known: readonly Int32Array[]): boolean {
    return this.reserve() === null || this.widen(known);
  }

  private reserve(): 'memory' | 'numbers' | null {
    const { set, me: { expander } } = this;
    return expander.reserve(this.maxBytes - set.bytes + expander.bytes);
  }

  /** Makes all keys anew if parts have become too many for their numbers; ids stay, the index must be filled next. False when memory does not allow it. */
  private widen(known: readonly Int32Array[]): boolean {
    if (this.reserve() !== 'numbers') return false;
    const { me, set } = this;
    const all = joined(known);
    const folds = me.expander.wider();
    const again = me.expander.redivide(folds);
    if (again === null) return this.refold(all, folds) && this.reserve() === null;
    for (const { words, offset, count } of set.pieces(all)) again(words, offset, count);
    return this.reserve() === null;
  }

  /** As `widen`, where all tables are made anew. */
  private refold(all: Int32Array, folds: Folds): boolean {
    const { me, set } = this;
    const before = me.expander;
    const common = commonFor(this.engine, folds, this.common.at.threads);
    const after = new BatchExpander(common);
    const done = refold(before, after, set.pieces(all), () => after.reserve(this.maxBytes - set.bytes) === null);
    if (done < sizeOf(all)) {
      // It can be undone without memory: the parts are known.
      refold(after, before, set.pieces(all), () => true, done);
      return false;
    }
    before.note(this.engine);
    this.common = common;
    me.expander = after;
    return true;
  }
}
