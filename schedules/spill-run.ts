/** Sorted states, read from the smallest on. */
import type { Piece } from './levels.ts';
import { compare, sorted } from './spill-sort.ts';
import type { SpillFile } from './spill-file.ts';
import type { Visited } from './visited.ts';

/** Sorted states from … to-1 of a file. */
export interface Run {
  readonly file: SpillFile;
  readonly from: number;
  readonly to: number;
}

/** A place in sorted states. */
export class RunReader {
  words: Int32Array = new Int32Array(0);
  offset = 0;
  /** No state is left. */
  done = false;
  private end = 0;
  private readonly size: number;
  private readonly rest: Iterator<Piece, unknown>;

  constructor(size: number, pieces: Iterable<Piece>) {
    this.size = size;
    this.rest = pieces[Symbol.iterator]();
    this.refill();
  }

  next(): void {
    this.offset += this.size;
    if (this.offset === this.end) this.refill();
  }

  /** Goes on to the first state that is not before the given one; true when it is the same. */
  seek(words: Int32Array, offset: number): boolean {
    while (!this.done) {
      const order = compare(this.size, this.words, this.offset, words, offset);
      if (order >= 0) return order === 0;
      this.next();
    }
    return false;
  }

  private refill(): void {
    const next = this.rest.next();
    if (next.done === true) {
      this.done = true;
      return;
    }
    const { words, offset, count } = next.value;
    this.words = words;
    this.offset = offset;
    this.end = offset + count * this.size;
  }
}

export function readRun({ file, from, to }: Run): RunReader {
  return new RunReader(file.words, file.pieces(from, to));
}

/** States from … to-1 of a set in memory, sorted, without moving them. Rests now and then while sorting. */
export async function readSorted(visited: Visited, from: number, to: number, rest: () => Promise<unknown>): Promise<RunReader> {
  return new RunReader(visited.words, singles(visited, await sorted(visited, from, to, rest)));
}

function* singles(visited: Visited, ids: Int32Array): Generator<Piece, void> {
  for (const id of ids) yield { words: visited.chunkOf(id), offset: visited.offsetOf(id), count: 1 };
}

/** The distinct states of several readers, in order. */
export class Merge {
  private readonly readers: RunReader[];
  private readonly size: number;

  constructor(size: number, readers: readonly RunReader[]) {
    this.size = size;
    this.readers = readers.filter((r) => !r.done);
  }

  /** Copies the next state to `target`; false when there is none. */
  next(target: Int32Array): boolean {
    const { readers, size } = this;
    let least = readers[0];
    if (least === undefined) return false;
    for (const reader of readers) if (compare(size, reader.words, reader.offset, least.words, least.offset) < 0) least = reader;
    for (let i = 0; i < size; i++) target[i] = least.words[least.offset + i]!;
    for (let i = readers.length - 1; i >= 0; i--) {
      const reader = readers[i]!;
      if (compare(size, reader.words, reader.offset, target, 0) === 0) reader.next();
      if (reader.done) readers.splice(i, 1);
    }
    return true;
  }
}
