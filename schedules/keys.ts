/**
 * The keys of the states that a breadth-first search has found: the expander that makes them, the set that knows them and the list of
 * them by id. They are made anew when parts of states become too many for their numbers; ids stay. Where several threads search,
 * all this is done by the one that leads, while no other works.
 */
import { BatchExpander, commonFor, type Common } from './batch.ts';
import type { Folds } from './batch-plan.ts';
import type { Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import { KeyList, type Allocate } from './key-list.ts';
import { KeySet } from './key-set.ts';
import type { Piece } from './levels.ts';
import { refold, unfolded } from './refold.ts';

export interface KeysOptions {
  /** Of the keys, at first. */
  readonly folds: Folds;
  readonly threads: number;
  /** Most bytes of all this, and most states. */
  readonly maxBytes: number;
  readonly maxStates: number;
  /** Of the list. */
  readonly allocate?: Allocate;
  /** log2 of the number of keys in a chunk of the list. */
  readonly chunkBits?: number;
}

export class Keys {
  /** Another one once tables were made anew. */
  expander: BatchExpander;
  readonly list: KeyList;
  private set: KeySet;
  private readonly engine: Engine;
  private readonly options: KeysOptions;

  constructor(engine: Engine, options: KeysOptions) {
    this.engine = engine;
    this.options = options;
    this.expander = this.expanderOf(options.folds);
    this.set = new KeySet(this.expander);
    this.list = new KeyList(this.expander.keyWords, options.allocate, options.chunkBits);
  }

  /** What threads work with. */
  get common(): Common {
    return this.expander.common;
  }

  /** Of all this. */
  get bytes(): number {
    return this.set.bytes + this.list.bytesFor(0) + this.expander.bytes;
  }

  /** Lists the initial state as id 0: answers whether something is wrong with it, or null when memory does not allow it. */
  begin(): boolean | null {
    const { expander, list, engine: { initial } } = this;
    if (!this.room(1)) return null;
    expander.keep(initial, 0, 0);
    const key = new Int32Array(expander.keyWords);
    expander.takeKeys(1, key);
    list.write(0, key, 0, 1);
    const wrong = expander.test(Int32Array.of(0), 1).length > 0;
    expander.forget();
    return wrong;
  }

  /**
   * After `begin`, takes over states that were found before, the initial one first, as ids 0, 1, …, as many as there may be. Answers
   * how many are new, or the complement when there was one more, or null when memory does not allow it.
   */
  load(pieces: Iterable<Piece>): number | null {
    const { words } = this.engine.layout;
    let count = 1;
    for (const piece of pieces) {
      for (let done = 0; done < piece.count;) {
        if (!this.fit(count, () => this.list.pieces(0, count))) return null;
        let n = 0;
        for (; done < piece.count && n < BATCH; done++) n = this.expander.keep(piece.words, piece.offset + done * words, n);
        const found = this.add(n, count);
        if (found === null) return null;
        if (found < 0) return ~(count + ~found);
        count += found;
      }
    }
    this.expander.forget();
    return count;
  }

  /** Puts the first n states of the batch that are new into the set and lists them from the id `count` on. Answers how many they are, or the complement when there was one more than there may be, or null when memory does not allow it. */
  add(n: number, count: number): number | null {
    const { expander, list } = this;
    if (!this.room(count + n)) return null;
    expander.makeKeys(n);
    const found = expander.insert(n, this.options.maxStates - count);
    const { words, offset } = expander.found;
    list.write(count, words, offset, found < 0 ? ~found : found);
    return found;
  }

  /** Room for the parts of another batch of each thread; false when memory does not allow it. Keys are made anew where that is needed: all, which are not more than `count`, and those of the list that are asked for. */
  fit(count: number, listed: () => Iterable<Piece>): boolean {
    const full = this.reserve();
    if (full !== 'numbers') return full === null;
    const folds = this.expander.wider();
    return (this.redivide(folds, count, listed) ?? this.refold(folds, listed)) && this.reserve() === null;
  }

  /** Room for the keys of states with ids below `end`; false when memory does not allow it. */
  room(end: number): boolean {
    const { list, set, expander, options: { maxStates, maxBytes } } = this;
    const wanted = Math.min(end, maxStates);
    if (!set.reserve(wanted, maxBytes - expander.bytes - list.bytesFor(wanted))) return false;
    list.reserve(wanted);
    return true;
  }

  /** Writes a state in full. */
  unfold(id: number, to: Int32Array): void {
    this.expander.unfold(this.list.chunkOf(id), this.list.offsetOf(id), to, 0);
  }

  /** States in full, of keys in the list. */
  states(listed: Iterable<Piece>): Iterable<Piece> {
    return unfolded(this.expander, listed);
  }

  /** A state in full. */
  stateOf(id: number): { readonly words: Int32Array; readonly offset: number } {
    const words = new Int32Array(this.engine.layout.words);
    this.unfold(id, words);
    return { words, offset: 0 };
  }

  private expanderOf(folds: Folds): BatchExpander {
    return new BatchExpander(commonFor(this.engine, folds, this.options.threads));
  }

  private reserve(): 'memory' | 'numbers' | null {
    return this.expander.reserve(this.options.maxBytes - this.set.bytes - this.list.bytesFor(0));
  }

  /** By dividing numbers anew; null where that is impossible, false when memory does not allow it: then all keys are as they were. */
  private redivide(folds: Folds, count: number, listed: () => Iterable<Piece>): boolean | null {
    const { expander, set } = this;
    const length = count * expander.keyWords;
    if (this.bytes + 4 * length > this.options.maxBytes) return false;
    const again = expander.redivide(folds);
    if (again === null) return null;
    const all = new Int32Array(length);
    let n = 0;
    for (const { words, offset, count: some } of set.keys()) {
      all.set(words.subarray(offset, offset + some * expander.keyWords), n);
      n += some * expander.keyWords;
    }
    again(all, 0, n / expander.keyWords);
    set.replace(all.subarray(0, n));
    for (const { words, offset, count: some } of listed()) again(words, offset, some);
    return true;
  }

  /** With new tables; false when memory does not allow it: then all keys are as they were. */
  private refold(folds: Folds, listed: () => Iterable<Piece>): boolean {
    const { expander: before } = this;
    const after = this.expanderOf(folds);
    const set = new KeySet(after);
    const free = this.options.maxBytes - this.bytes;
    let found = 1;
    for (const { words, count } of unfolded(before, this.set.keys())) {
      found += count;
      if (after.reserve(free - set.bytes) !== null || !set.reserve(found, free - after.bytes)) return false;
      for (let i = 0; i < count; i++) after.keep(words, i * this.engine.layout.words, i);
      after.makeKeys(count);
      after.insert(count, count);
    }
    refold(before, after, listed());
    before.note(this.engine);
    this.expander = after;
    this.set = set;
    return true;
  }
}
