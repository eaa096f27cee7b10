/**
 * The exact set of visited states. States are kept in discovery order, so a breadth-first frontier is a range of ids;
 * an open-addressing index of 32-bit entries (high hash bits as tag, id + 1 in the low bits) finds them.
 * Insertion works on a batch, see passes.ts.
 */
import { KeyList } from './key-list.ts';
import type { Piece } from './levels.ts';
import { CHUNK_BITS, CHUNK_STATES, each, locate, LOAD, MAX_INDEX_BITS, MIN_INDEX_BITS, passes } from './passes.ts';
import { PAGE, type Memory } from './webassembly.ts';

type Insert = (n: number, index: Int32Array, bits: number, chunks: Int32Array[], count: number, limit: number) => number;
type Rebuild = (index: Int32Array, bits: number, chunks: Int32Array[], count: number) => void;

interface Kernel {
  readonly insertBatch: Insert;
  readonly rebuild: Rebuild;
}

export class Visited {
  /** 32-bit words a state. */
  readonly words: number;
  /** States to insert next, `words` apiece. */
  readonly batch: Int32Array;
  /** After `insert`: the id of each state of the batch, or -1 where the limit kept a new state out. */
  readonly ids: Int32Array;
  /** After an insertion: the numbers in the batch of the states that were new, in the order of their ids. */
  readonly fresh: Int32Array;
  /** States in the set; ids are 0 … count-1, in order of discovery. */
  count = 0;
  /** True once a new state was refused because of `limit`. */
  refused = false;
  /** Most states kept. */
  readonly limit: number;
  /** Most states in the batch. */
  readonly capacity: number;

  private readonly list: KeyList;
  /** Grows in place, so that doubling the index never holds two copies. */
  private readonly memory: Memory;
  private readonly insertBatch: Insert;
  private readonly rebuild: Rebuild;
  private index: Int32Array;
  private bits = MIN_INDEX_BITS;

  /** A set of states of `words` 32-bit words, filled at most `capacity` at a time, keeping at most `limit`. */
  constructor(words: number, capacity: number, limit: number) {
    this.words = words;
    this.limit = limit;
    this.capacity = capacity;
    this.batch = new Int32Array(words * capacity);
    this.ids = new Int32Array(capacity);
    this.fresh = new Int32Array(capacity);
    this.list = new KeyList(words);
    this.memory = new WebAssembly.Memory({ initial: (2 ** MIN_INDEX_BITS * 4) / PAGE, maximum: (2 ** MAX_INDEX_BITS * 4) / PAGE });
    this.index = new Int32Array(this.memory.buffer);
    const build = new Function('batch', 'ids', 'fresh', kernelSource(words, capacity));
    ({ insertBatch: this.insertBatch, rebuild: this.rebuild } = build(this.batch, this.ids, this.fresh) as Kernel);
  }

  /**
   * Makes room for n more states within `maxBytes` of engine memory; false when that is impossible.
   * Must precede `insert(n)`.
   */
  reserve(n: number, maxBytes: number): boolean {
    const wanted = Math.min(this.count + n, this.limit);
    let bits = this.bits;
    while (wanted > LOAD * 2 ** bits) bits++;
    if (bits > MAX_INDEX_BITS || this.bytesWith(wanted, bits) > maxBytes) return false;
    this.list.reserve(wanted);
    if (bits > this.bits) this.growIndex(bits);
    return true;
  }

  /** Inserts the first n states of the batch where they are new, and answers their ids in `ids`. */
  insert(n: number): void {
    this.counted(this.insertBatch(n, this.index, this.bits, this.list.chunks, this.count, this.limit));
  }

  /** Looks the first n states of the batch up: `ids` answers -1 for those that are not in the set. */
  find(n: number): void {
    this.insertBatch(n, this.index, this.bits, this.list.chunks, this.count, this.count);
  }

  /** Lets `write` replace states in place, all of which must differ from each other in the end; answers what it does. */
  rewrite<T>(write: (pieces: Iterable<Piece>) => T): T {
    const answer = write(this.pieces(0, this.count));
    this.index.fill(0);
    this.rebuild(this.index, this.bits, this.list.chunks, this.count);
    return answer;
  }

  /** Forgets all states; the arrays stay. */
  clear(): void {
    this.count = 0;
    this.index.fill(0);
  }

  /** The array that holds a state, at `offsetOf(id)`. */
  chunkOf(id: number): Int32Array {
    return this.list.chunkOf(id);
  }

  /** See `chunkOf`. */
  offsetOf(id: number): number {
    return this.list.offsetOf(id);
  }

  /** First id that is not in the chunk of `id`. */
  chunkEnd(id: number): number {
    return this.list.chunkEnd(id);
  }

  /** The states from … to-1. */
  pieces(from: number, to: number): Iterable<Piece> {
    return this.list.pieces(from, to);
  }

  /** Bytes of all arrays. */
  get bytes(): number {
    return this.bytesWith(0, this.bits);
  }

  /** Takes the new number of states, or its complement when one was refused. */
  private counted(after: number): void {
    if (after < 0) this.refused = true;
    this.count = after < 0 ? ~after : after;
  }

  /** With room for ids below `end`. */
  private bytesWith(end: number, bits: number): number {
    return this.list.bytesFor(end) + 2 ** bits * 4 + this.batch.byteLength + this.ids.length * 24;
  }

  private growIndex(bits: number): void {
    this.memory.grow((2 ** bits * 4 - this.index.byteLength) / PAGE);
    this.bits = bits;
    this.index = new Int32Array(this.memory.buffer);
    this.index.fill(0);
    this.rebuild(this.index, bits, this.list.chunks, this.count);
  }
}

/** Source of the loops that know the size of a state. */
function kernelSource(words: number, capacity: number): string {
  return `${passes(words, capacity)}
function settle(doubts, index, mask, chunks, count, limit) {
  const tags = ~mask;
  let refused = false, found = 0;
  for (let k = 0; k < doubts; k++) {
    const i = doubt[k], o = Math.imul(i, ${words});
    ${each(words, (i) => `const b${i} = batch[o + ${i}];`, ' ')}
    const tag = hashes[i] & tags;
    for (let p = slots[i]; ; p = (p + 1) & mask) {
      const e = index[p];
      if (e === 0) {
        if (count === limit) { ids[i] = -1; refused = true; break; }
        const id = count++;
        ${locate(words)}
        ${each(words, (i) => `chunk[q + ${i}] = b${i};`, ' ')}
        index[p] = tag | count;
        ids[i] = id;
        fresh[found++] = i;
        break;
      }
      if ((e & tags) === tag) {
        const id = (e & mask) - 1;
        ${locate(words)}
        if (${each(words, (i) => `chunk[q + ${i}] === b${i}`, ' && ')}) { ids[i] = id; break; }
      }
    }
  }
  return refused ? ~count : count;
}
function insertBatch(n, index, bits, chunks, count, limit) {
  hashStates(batch, 0, n);
  const mask = (1 << bits) - 1;
  touchIndex(n, index, mask);
  return settle(compare(n, batch, ids, index, mask, chunks), index, mask, chunks, count, limit);
}
function rebuild(index, bits, chunks, count) {
  const mask = (1 << bits) - 1;
  for (let first = 0; first < count; first += ${CHUNK_STATES}) {
    const chunk = chunks[first >>> ${CHUNK_BITS}], end = Math.min(count - first, ${CHUNK_STATES});
    rebuildChunk(index, mask, chunk, first, end);
  }
}
function rebuildChunk(index, mask, chunk, first, end) {
  for (let done = 0; done < end; done += ${capacity}) {
    const n = Math.min(end - done, ${capacity});
    hashStates(chunk, done * ${words}, n);
    touchIndex(n, index, mask);
    place(n, index, mask, first + done);
  }
}
function place(n, index, mask, first) {
  for (let i = 0; i < n; i++) {
    const h = hashes[i];
    let p = h & mask;
    while (index[p] !== 0) p = (p + 1) & mask;
    index[p] = (h & ~mask) | (first + i + 1);
  }
}
return { insertBatch, rebuild };`;
}
