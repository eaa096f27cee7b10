/** One thread's hand in the shared visited set. */
import { CHUNK_BITS, CHUNK_STATES, each, locate, passes } from './passes.ts';
import { BLOCK, CAP, NEXT, type Shared } from './shared-set.ts';

interface Kernel {
  /** Inserts the first n states of the batch where they are new; false when ids ran out before all were dealt with. */
  insertBatch(n: number, index: Int32Array, bits: number, chunks: readonly Int32Array[]): boolean;
  /** Puts the states from … to-1, all of one chunk, into an index that is being filled anew. */
  refill(index: Int32Array, bits: number, chunk: Int32Array, from: number, to: number): void;
}

export class SharedInserter {
  /** States to insert next, `words` apiece. */
  readonly batch: Int32Array;
  /** Their hashes. */
  readonly hashes: Int32Array;
  /** After `insert`: ids of the states that were new, and their numbers in the batch. */
  readonly fresh: Int32Array;
  readonly freshAt: Int32Array;
  readonly chunks: Int32Array[] = [];
  private readonly shared: Shared;
  /** First id at hand, the end of these ids, and the number of fresh states. */
  private readonly block = new Int32Array(3);
  /** Id after the last one told by `found`. */
  private told = 0;
  /** Pairs from, to of ids used since the last `found`. */
  private ranges: number[] = [];
  private readonly kernel: Kernel;
  private index: Int32Array;
  private bits = 0;

  /** For batches of up to `capacity` states of `words` words. */
  constructor(words: number, capacity: number, shared: Shared) {
    this.shared = shared;
    this.batch = new Int32Array(words * capacity);
    this.hashes = new Int32Array(capacity);
    this.fresh = new Int32Array(capacity);
    this.freshAt = new Int32Array(capacity);
    this.index = new Int32Array(shared.memory.buffer);
    const build = new Function('batch', 'hashes', 'fresh', 'freshAt', 'block', 'more', kernelSource(words, capacity));
    this.kernel = build(this.batch, this.hashes, this.fresh, this.freshAt, this.block, (used: number) => this.more(used)) as Kernel;
  }

  /** Of its arrays. */
  get bytes(): number {
    return this.batch.byteLength + this.hashes.byteLength * 7;
  }

  /** Must follow every growth of the set. */
  grown(chunks: readonly SharedArrayBuffer[], bits: number): void {
    for (const c of chunks) this.chunks.push(new Int32Array(c));
    this.bits = bits;
    this.index = new Int32Array(this.shared.memory.buffer);
  }

  /** Inserts the first n states of the batch; false when ids ran out and only some were dealt with. */
  insert(n: number): boolean {
    return this.kernel.insertBatch(n, this.index, this.bits, this.chunks);
  }

  get freshCount(): number {
    return this.block[2]!;
  }

  rehash(from: number, to: number): void {
    this.kernel.refill(this.index, this.bits, this.chunks[from >>> CHUNK_BITS]!, from, to);
  }

  /** Ranges of the ids used since the last call, as pairs from, to. */
  found(): Int32Array {
    this.use(this.block[0]!);
    const ranges = Int32Array.from(this.ranges);
    this.ranges = [];
    return ranges;
  }

  /** Ids at hand. */
  get spare(): number {
    return this.block[1]! - this.block[0]!;
  }

  private use(to: number): void {
    if (to > this.told) this.ranges.push(this.told, to);
    this.told = to;
  }

  /** Takes another block of ids once those up to `used` are used; false when there are none. */
  private more(used: number): boolean {
    const { control } = this.shared;
    this.use(used);
    for (;;) {
      const from = Atomics.load(control, NEXT);
      const to = Math.min((from | (BLOCK - 1)) + 1, control[CAP]!);
      if (from >= to) return false;
      if (Atomics.compareExchange(control, NEXT, from, to) !== from) continue;
      this.block[0] = this.told = from;
      this.block[1] = to;
      return true;
    }
  }
}

/** An entry is read atomically before its state is: whoever sees the entry sees the state. */
function kernelSource(words: number, capacity: number): string {
  return `${passes(words, capacity, (slot) => `Atomics.load(index, ${slot})`)}
const seen = new Int32Array(${capacity});
function settle(doubts, index, mask, chunks) {
  const tags = ~mask;
  let next = block[0], end = block[1], found = 0, k = 0;
  batch: for (; k < doubts; k++) {
    const i = doubt[k], o = Math.imul(i, ${words});
    ${each(words, (i) => `const b${i} = batch[o + ${i}];`, ' ')}
    const tag = hashes[i] & tags;
    for (let p = slots[i]; ; p = (p + 1) & mask) {
      let e = Atomics.load(index, p);
      if (e === 0) {
        if (next === end) {
          if (!more(next)) break batch;
          next = block[0];
          end = block[1];
        }
        const id = next;
        ${locate(words)}
        ${each(words, (i) => `chunk[q + ${i}] = b${i};`, ' ')}
        e = Atomics.compareExchange(index, p, 0, tag | (id + 1));
        if (e === 0) { freshAt[found] = i; fresh[found++] = next++; break; }
      }
      if ((e & tags) === tag) {
        const id = (e & mask) - 1;
        ${locate(words)}
        if (${each(words, (i) => `chunk[q + ${i}] === b${i}`, ' && ')}) break;
      }
    }
  }
  block[0] = next;
  block[2] = found;
  return k === doubts;
}
function insertBatch(n, index, bits, chunks) {
  const mask = (1 << bits) - 1;
  touchIndex(n, index, mask);
  return settle(compare(n, batch, seen, index, mask, chunks), index, mask, chunks);
}
function refill(index, bits, chunk, from, to) {
  const mask = (1 << bits) - 1;
  for (let done = from; done < to; done += ${capacity}) {
    const n = Math.min(to - done, ${capacity});
    hashStates(chunk, (done & ${CHUNK_STATES - 1}) * ${words}, n);
    touchIndex(n, index, mask);
    for (let i = 0; i < n; i++) {
      const entry = (hashes[i] & ~mask) | (done + i + 1);
      let p = hashes[i] & mask;
      while (index[p] !== 0 || Atomics.compareExchange(index, p, 0, entry) !== 0) p = (p + 1) & mask;
    }
  }
}
return { insertBatch, refill };`;
}
