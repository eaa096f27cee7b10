/**
 * The exact set of visited states. States are kept in discovery order, so a breadth-first frontier is a range of ids;
 * an open-addressing index of 32-bit entries (high hash bits as tag, id + 1 in the low bits) finds them.
 *
 * Memory latency decides the speed of a search, so insertion works on a batch: each pass does one kind of
 * independent memory access for all states, and the processor overlaps the cache misses.
 */
import type { Piece } from './levels.ts';

/** log2 of the number of states in one arena chunk. */
const CHUNK_BITS = 16;
const CHUNK_STATES = 2 ** CHUNK_BITS;
/** Ids must leave at least two tag bits. */
const MAX_INDEX_BITS = 30;
const MIN_INDEX_BITS = 14;
/** Largest part of the index in use. */
const LOAD = 0.875;
const PAGE = 65_536;

/** The part of WebAssembly used: memory that grows in place, so that doubling the index never holds two copies. */
interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: { readonly Memory: new (limits: { initial: number; maximum: number }) => GrowableMemory };

type Insert = (n: number, index: Int32Array, bits: number, chunks: Int32Array[], count: number, limit: number) => number;
type Rebuild = (index: Int32Array, bits: number, chunks: Int32Array[], count: number) => void;

export class Visited {
  /** 32-bit words a state. */
  readonly words: number;
  /** States to insert next, `words` apiece. */
  readonly batch: Int32Array;
  /** After `insert`: the id of each state of the batch, or -1 where the limit kept a new state out. */
  readonly ids: Int32Array;
  /** States in the set; ids are 0 … count-1, in order of discovery. */
  count = 0;
  /** True once a new state was refused because of `limit`. */
  refused = false;
  /** Most states kept. */
  readonly limit: number;

  private readonly chunks: Int32Array[] = [];
  private readonly memory: GrowableMemory;
  private readonly insertBatch: Insert;
  private readonly rebuild: Rebuild;
  private index: Int32Array;
  private bits = MIN_INDEX_BITS;

  /** A set of states of `words` 32-bit words, filled at most `capacity` at a time, keeping at most `limit`. */
  constructor(words: number, capacity: number, limit: number) {
    this.words = words;
    this.limit = limit;
    this.batch = new Int32Array(words * capacity);
    this.ids = new Int32Array(capacity);
    this.memory = new WebAssembly.Memory({ initial: (2 ** MIN_INDEX_BITS * 4) / PAGE, maximum: (2 ** MAX_INDEX_BITS * 4) / PAGE });
    this.index = new Int32Array(this.memory.buffer);
    const build = new Function('batch', 'ids', kernelSource(words, capacity));
    ({ insertBatch: this.insertBatch, rebuild: this.rebuild } = build(this.batch, this.ids) as { insertBatch: Insert; rebuild: Rebuild });
  }

  /**
   * Makes room for n more states within `maxBytes` of engine memory; false when that is impossible.
   * Must precede `insert(n)`.
   */
  reserve(n: number, maxBytes: number): boolean {
    const wanted = Math.min(this.count + n, this.limit);
    let bits = this.bits;
    while (wanted > LOAD * 2 ** bits) bits++;
    const chunks = Math.ceil(wanted / CHUNK_STATES);
    if (bits > MAX_INDEX_BITS || this.bytesWith(chunks, bits) > maxBytes) return false;
    while (this.chunks.length < chunks) this.chunks.push(new Int32Array(CHUNK_STATES * this.words));
    if (bits > this.bits) this.growIndex(bits);
    return true;
  }

  /** Inserts the first n states of the batch where they are new, and answers their ids in `ids`. */
  insert(n: number): void {
    const after = this.insertBatch(n, this.index, this.bits, this.chunks, this.count, this.limit);
    if (after < 0) this.refused = true;
    this.count = after < 0 ? ~after : after;
  }

  /** Looks the first n states of the batch up: `ids` answers -1 for those that are not in the set. */
  find(n: number): void {
    this.insertBatch(n, this.index, this.bits, this.chunks, this.count, this.count);
  }

  /** The array that holds a state, at `offsetOf(id)`. */
  chunkOf(id: number): Int32Array {
    return this.chunks[id >>> CHUNK_BITS]!;
  }

  /** See `chunkOf`. */
  offsetOf(id: number): number {
    return Math.imul(id & (CHUNK_STATES - 1), this.words);
  }

  /** First id that is not in the chunk of `id`. */
  chunkEnd(id: number): number {
    return (id | (CHUNK_STATES - 1)) + 1;
  }

  /** The states from … to-1. */
  * pieces(from: number, to: number): Generator<Piece, void> {
    for (let id = from; id < to; id = this.chunkEnd(id)) {
      yield { words: this.chunkOf(id), offset: this.offsetOf(id), count: Math.min(to, this.chunkEnd(id)) - id };
    }
  }

  /** Bytes of all arrays. */
  get bytes(): number {
    return this.bytesWith(this.chunks.length, this.bits);
  }

  private bytesWith(chunks: number, bits: number): number {
    return chunks * CHUNK_STATES * 4 * this.words + 2 ** bits * 4 + this.batch.byteLength + this.ids.length * 16;
  }

  private growIndex(bits: number): void {
    this.memory.grow((2 ** bits * 4 - this.index.byteLength) / PAGE);
    this.bits = bits;
    this.index = new Int32Array(this.memory.buffer);
    this.index.fill(0);
    this.rebuild(this.index, bits, this.chunks, this.count);
  }
}

/** Source of the two loops that know the size of a state: everything in them is unrolled over its words. */
function kernelSource(words: number, capacity: number): string {
  const each = (f: (i: number) => string, glue: string): string => Array.from({ length: words }, (_, i) => f(i)).join(glue);
  const hash = `let h = ${SEED}; ${each((i) => mix(`array[o + ${i}]`), ' ')} ${FINISH}`;
  const locate = `const chunk = chunks[id >>> ${CHUNK_BITS}], q = Math.imul(id & ${CHUNK_STATES - 1}, ${words});`;
  return `'use strict';
const hashes = new Int32Array(${capacity}), slots = new Int32Array(${capacity}), entries = new Int32Array(${capacity});
let sink = 0;
function hashStates(array, o, n) {
  for (let i = 0; i < n; i++, o += ${words}) { ${hash} hashes[i] = h; }
}
function touchIndex(n, index, mask) {
  let x = 0;
  for (let i = 0; i < n; i++) x ^= index[hashes[i] & mask];
  sink = x;
}
function probe(n, index, mask) {
  const tags = ~mask;
  for (let i = 0; i < n; i++) {
    const h = hashes[i], tag = h & tags;
    let p = h & mask, e = index[p];
    while (e !== 0 && (e & tags) !== tag) { p = (p + 1) & mask; e = index[p]; }
    slots[i] = p;
    entries[i] = e;
  }
}
function touchStates(n, mask, chunks) {
  let x = 0;
  for (let i = 0; i < n; i++) {
    const e = entries[i];
    if (e !== 0) { const id = (e & mask) - 1; ${locate} x ^= chunk[q]${words > 1 ? ` ^ chunk[q + ${words - 1}]` : ''}; }
  }
  sink = x;
}
function settle(n, index, mask, chunks, count, limit) {
  const tags = ~mask;
  let refused = false;
  for (let i = 0, o = 0; i < n; i++, o += ${words}) {
    ${each((i) => `const b${i} = batch[o + ${i}];`, ' ')}
    const tag = hashes[i] & tags;
    for (let p = slots[i]; ; p = (p + 1) & mask) {
      const e = index[p];
      if (e === 0) {
        if (count === limit) { ids[i] = -1; refused = true; break; }
        const id = count++;
        ${locate}
        ${each((i) => `chunk[q + ${i}] = b${i};`, ' ')}
        index[p] = tag | count;
        ids[i] = id;
        break;
      }
      if ((e & tags) === tag) {
        const id = (e & mask) - 1;
        ${locate}
        if (${each((i) => `chunk[q + ${i}] === b${i}`, ' && ')}) { ids[i] = id; break; }
      }
    }
  }
  return refused ? ~count : count;
}
function insertBatch(n, index, bits, chunks, count, limit) {
  const mask = (1 << bits) - 1;
  hashStates(batch, 0, n);
  touchIndex(n, index, mask);
  probe(n, index, mask);
  touchStates(n, mask, chunks);
  return settle(n, index, mask, chunks, count, limit);
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

const SEED = 0x2545f491;
const FINISH = 'h ^= h >>> 16; h = Math.imul(h, 0x85ebca6b); h ^= h >>> 13; h = Math.imul(h, 0xc2b2ae35); h ^= h >>> 16;';

/** One word into the hash: each step is a bijection of h, so that words of any pattern spread. */
function mix(word: string): string {
  return `h = Math.imul(h ^ ${word}, 0x9e3779b1); h ^= h >>> 15;`;
}
