/** The exact set of the keys found: see batch-set.ts, which this makes room for. Of the thread that leads, where there are several: no other inserts meanwhile. */
import type { BatchExpander } from './batch.ts';
import { BEHIND, BUCKET, IN_BUCKET, type SetAddresses } from './batch-plan.ts';
import type { Piece } from './levels.ts';

/** Buckets at first, and how full they may get. */
const FEWEST = 2 ** 10;
const LOAD = 0.85;
/** How much larger the set gets at a time; the latter where memory is short. */
const FACTORS = [1.5, 1.1];

export class KeySet {
  private readonly expander: BatchExpander;
  private readonly at: SetAddresses;

  /** Holds the key of the initial state. */
  constructor(expander: BatchExpander) {
    const { set, folds, raw } = expander.common.at;
    const { initial } = expander.common;
    this.expander = expander;
    this.at = set!;
    expander.grow(this.end(FEWEST));
    this.header(set!.bucketsAt, FEWEST);
    // Its parts are the first ones.
    (folds === null ? [...initial] : [initial[raw]!]).forEach((word, i) => { this.header(set!.firstAt + 4 * i, word); });
  }

  /** Of the buckets. */
  get bytes(): number {
    return (this.buckets + BEHIND) * BUCKET;
  }

  /** Makes room for `count` keys within `maxBytes`; false when that is impossible. */
  reserve(count: number, maxBytes: number): boolean {
    const { buckets } = this;
    const needed = Math.ceil(count / (LOAD * IN_BUCKET));
    if (needed <= buckets) return this.bytes <= maxBytes;
    const after = FACTORS.map((factor) => Math.max(needed, Math.ceil(buckets * factor))).find((n) => (n + BEHIND) * BUCKET <= maxBytes && this.expander.grow(this.end(n)));
    if (after === undefined) return false;
    this.expander.program.widen(buckets + BEHIND, after);
    return true;
  }

  /** All keys but the initial state's, in no order; each piece is to be read before the next is asked for. */
  * keys(): Generator<Piece, void> {
    const { expander, expander: { program, common: { at: { full } } }, buckets } = this;
    const step = Math.floor(full / IN_BUCKET);
    for (let from = 0; from < buckets + BEHIND; from += step) {
      const count = program.list(from, Math.min(from + step, buckets + BEHIND));
      yield { ...expander.found, count };
    }
  }

  /** Takes other keys instead of all but the initial state's, as many and different from each other. */
  replace(keys: Int32Array): void {
    const { expander, expander: { all, common: { at: { full, keysAt, keyWords } } } } = this;
    all.fill(0, this.at.entriesAt / 4);
    for (let o = 0; o < keys.length; o += full * keyWords) {
      const some = keys.subarray(o, o + full * keyWords);
      all.set(some, keysAt / 4);
      expander.insert(some.length / keyWords, some.length);
    }
  }

  private get buckets(): number {
    return this.expander.all[this.at.bucketsAt / 4]!;
  }

  /** The address behind so many buckets. */
  private end(buckets: number): number {
    return this.at.entriesAt + (buckets + BEHIND) * BUCKET;
  }

  private header(at: number, value: number): void {
    this.expander.all[at / 4] = value;
  }
}
