/**
 * The visited set of a parallel search, in memory that all threads see. As in visited.ts, keys of states lie in arena chunks
 * and an index of 32-bit entries finds them; a thread takes ids in blocks, writes a state to the arena, and then
 * publishes it by one compare-and-exchange of an index entry, so that of two threads with the same state one wins.
 * The set only grows while no thread inserts.
 */
import type { Piece } from './levels.ts';
import { CHUNK_BITS, CHUNK_STATES, LOAD, MAX_INDEX_BITS, MIN_INDEX_BITS } from './passes.ts';
import { PAGE, type Memory } from './webassembly.ts';

/** Ids that a thread takes at a time; a block never crosses a chunk. */
export const BLOCK = 512;

/** Cells of `control`. */
export const NEXT = 0;
export const CAP = 1;
export const TAKEN = 2;
export const STOP = 3;

/** What a thread needs to work on the set. */
export interface Shared {
  readonly memory: Memory<SharedArrayBuffer>;
  /** First id not given out; ids below CAP may be; ranges of the task taken so far; 1 when all shall stop. */
  readonly control: Int32Array;
  /** By thread: states found and transitions executed. */
  readonly progress: Float64Array;
}

export class SharedSet {
  readonly shared: Shared;
  /** Arena chunks, each an Int32Array. */
  readonly chunks: Int32Array[] = [];
  bits = MIN_INDEX_BITS;
  private readonly words: number;
  private readonly limit: number;
  private readonly maxBytes: number;
  private readonly otherBytes: () => number;

  /** Of at most `limits.states` keys of `words` words, in `limits.bytes` together with `otherBytes`. */
  constructor(words: number, threads: number, limits: { readonly states: number; readonly bytes: number }, otherBytes: () => number) {
    this.words = words;
    this.limit = limits.states;
    this.maxBytes = limits.bytes;
    this.otherBytes = otherBytes;
    this.shared = {
      memory: new WebAssembly.Memory({ initial: (2 ** MIN_INDEX_BITS * 4) / PAGE, maximum: (2 ** MAX_INDEX_BITS * 4) / PAGE, shared: true }),
      control: new Int32Array(new SharedArrayBuffer(16)),
      progress: new Float64Array(new SharedArrayBuffer(16 * threads)),
    };
  }

  get bytes(): number {
    return this.bytesWith(this.chunks.length, this.bits);
  }

  /** True when no id is left to be given out. */
  get full(): boolean {
    return this.shared.control[NEXT]! >= this.shared.control[CAP]!;
  }

  /** Room for ids below this. */
  private get cap(): number {
    return Math.min(this.chunks.length * CHUNK_STATES, LOAD * 2 ** this.bits, this.limit);
  }

  /**
   * Makes room for more states: `rehash` when the index is now empty and must be filled again. Otherwise answers the
   * limit that forbids it.
   */
  grow(): 'room' | 'rehash' | 'states' | 'memory' {
    const before = this.cap;
    if (before === this.limit) return 'states';
    const rehash = this.chunks.length > 0 && before === LOAD * 2 ** this.bits;
    const bits = rehash ? this.bits + 1 : this.bits;
    const chunks = before < this.chunks.length * CHUNK_STATES ? this.chunks.length : this.affordable(bits);
    if (bits > MAX_INDEX_BITS || chunks === null || this.bytesWith(chunks, bits) > this.maxBytes) return 'memory';
    while (this.chunks.length < chunks) this.chunks.push(new Int32Array(new SharedArrayBuffer(CHUNK_STATES * this.words * 4)));
    if (rehash) this.emptyIndex(bits);
    this.shared.control[CAP] = this.cap;
    return rehash ? 'rehash' : 'room';
  }

  /** Empties the index, because all keys have changed: it must be filled next. */
  clear(): void {
    new Int32Array(this.shared.memory.buffer).fill(0);
  }

  /**
   * Takes over the keys of `count` states that were found before as ids 0, 1, …; the index must be filled next. False when
   * memory does not allow it, or there are fewer.
   */
  load(count: number, pieces: Iterable<Piece>): boolean {
    while (this.cap < count) if (this.grow() === 'memory') return false;
    let id = 0;
    for (const piece of pieces) {
      for (let done = 0; done < piece.count;) {
        const n = Math.min(piece.count - done, CHUNK_STATES - (id & (CHUNK_STATES - 1)));
        const from = piece.offset + done * this.words;
        this.chunkOf(id).set(piece.words.subarray(from, from + n * this.words), this.offsetOf(id));
        done += n;
        id += n;
      }
    }
    this.shared.control[NEXT] = count;
    return id === count;
  }

  chunkOf(id: number): Int32Array {
    return this.chunks[id >>> CHUNK_BITS]!;
  }

  offsetOf(id: number): number {
    return (id & (CHUNK_STATES - 1)) * this.words;
  }

  /** The states of ranges of ids, given as pairs from, to; no range crosses a chunk. */
  * pieces(ranges: Int32Array): Generator<Piece, void> {
    for (let i = 0; i < ranges.length; i += 2) {
      yield { words: this.chunkOf(ranges[i]!), offset: this.offsetOf(ranges[i]!), count: ranges[i + 1]! - ranges[i]! };
    }
  }

  /** An eighth more, so that growing is rare, or one more when memory is short. */
  private affordable(bits: number): number | null {
    const now = this.chunks.length;
    return [now + Math.max(1, now >> 3), now + 1].find((chunks) => this.bytesWith(chunks, bits) <= this.maxBytes) ?? null;
  }

  private bytesWith(chunks: number, bits: number): number {
    return chunks * CHUNK_STATES * 4 * this.words + 2 ** bits * 4 + this.otherBytes();
  }

  private emptyIndex(bits: number): void {
    const { memory } = this.shared;
    memory.grow((2 ** bits * 4 - memory.buffer.byteLength) / PAGE);
    this.bits = bits;
    this.clear();
  }
}
