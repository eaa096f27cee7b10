/** Keys in order of discovery, so that a breadth-first frontier is a range of ids, in chunks; may forget the first ones. */
import type { Piece } from './levels.ts';
import { CHUNK_BITS } from './passes.ts';

/** Where chunks lie: in memory that threads share, or not. */
export type Allocate = (bytes: number) => ArrayBufferLike;

export class KeyList {
  /** 32-bit words a key. */
  readonly words: number;
  /** By number; those forgotten are empty. */
  readonly chunks: Int32Array[] = [];
  private readonly allocate: Allocate;
  /** log2 of the number of keys in a chunk, and that number. */
  private readonly bits: number;
  private readonly size: number;
  /** Chunks to be used again. */
  private readonly spare: Int32Array[] = [];
  /** Stands where one was forgotten. */
  private readonly nothing: Int32Array;
  /** Number of chunks forgotten. */
  private forgotten = 0;

  constructor(words: number, allocate: Allocate = (bytes) => new ArrayBuffer(bytes), bits = CHUNK_BITS) {
    this.words = words;
    this.allocate = allocate;
    this.nothing = new Int32Array(allocate(0));
    this.bits = bits;
    this.size = 2 ** bits;
  }

  /** True once a key was forgotten. */
  get forgets(): boolean {
    return this.forgotten > 0;
  }

  /** Bytes of the chunks when there is room for ids below `end`. */
  bytesFor(end: number): number {
    const more = Math.max(0, Math.ceil(end / this.size) - this.chunks.length - this.spare.length);
    return (this.chunks.length - this.forgotten + this.spare.length + more) * this.size * 4 * this.words;
  }

  /** Makes room for ids below `end`. */
  reserve(end: number): void {
    while (this.chunks.length * this.size < end) this.chunks.push(this.spare.pop() ?? new Int32Array(this.allocate(this.size * 4 * this.words)));
  }

  /** Keys of ids from `id` on, for which there is room: `count` of them, at `from[o]`. */
  write(id: number, from: Int32Array, o: number, count: number): void {
    for (let done = 0; done < count;) {
      const n = Math.min(count - done, this.chunkEnd(id + done) - id - done);
      const at = o + done * this.words;
      this.chunkOf(id + done).set(from.subarray(at, at + n * this.words), this.offsetOf(id + done));
      done += n;
    }
  }

  /** Forgets keys of ids below this one, as many as fill chunks. */
  forget(below: number): void {
    for (; (this.forgotten + 1) * this.size <= below; this.forgotten++) {
      this.spare.push(this.chunks[this.forgotten]!);
      this.chunks[this.forgotten] = this.nothing;
    }
  }

  /** The array that holds a key, at `offsetOf(id)`. */
  chunkOf(id: number): Int32Array {
    return this.chunks[id >>> this.bits]!;
  }

  /** See `chunkOf`. */
  offsetOf(id: number): number {
    return Math.imul(id & (this.size - 1), this.words);
  }

  /** First id that is not in the chunk of `id`. */
  chunkEnd(id: number): number {
    return (id | (this.size - 1)) + 1;
  }

  /** The keys from … to-1 that are not forgotten. */
  * pieces(from: number, to: number): Generator<Piece, void> {
    for (let id = Math.max(from, this.forgotten * this.size); id < to; id = this.chunkEnd(id)) {
      yield { words: this.chunkOf(id), offset: this.offsetOf(id), count: Math.min(to, this.chunkEnd(id)) - id };
    }
  }
}
