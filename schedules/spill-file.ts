/** States in a file that has no name any more: it takes room on the disk until it is closed, however the process ends. */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './errors.ts';
import type { Piece } from './levels.ts';

/** Bytes written or read at a time. */
const BUFFER = 2 ** 18;

export class SpillFile {
  /** States appended. */
  count = 0;
  readonly words: number;
  /** States read or written at a time. */
  private readonly block: number;
  private readonly folder: string;
  private readonly fd: number;
  /** The states appended last. */
  private readonly tail: Int32Array;
  private written = 0;

  /** @throws UsageError when there is no such folder or nothing can be written there */
  constructor(folder: string, words: number) {
    this.folder = folder;
    this.words = words;
    this.block = Math.max(1, Math.floor(BUFFER / (4 * words)));
    this.tail = new Int32Array(this.block * words);
    const name = path.join(folder, `pterace-${randomUUID()}.spill`);
    this.fd = this.attempt(() => {
      const fd = openSync(name, 'wx+');
      rmSync(name);
      return fd;
    });
  }

  /** Appends the state at `array[offset]`. @throws UsageError */
  append(array: Int32Array, offset: number): void {
    const { words, tail } = this;
    if (this.count - this.written === this.block) this.flush();
    const at = (this.count - this.written) * words;
    for (let i = 0; i < words; i++) tail[at + i] = array[offset + i]!;
    this.count++;
  }

  /** The states from … to-1, which have been appended already, in their order. @throws UsageError */
  * pieces(from: number, to: number): Generator<Piece, void> {
    this.flush();
    const buffer = new Int32Array(Math.min(this.block, to - from) * this.words);
    for (let at = from; at < to; at += this.block) {
      const count = Math.min(this.block, to - at);
      this.attempt(() => { this.read(Buffer.from(buffer.buffer, 0, count * this.words * 4), at); });
      yield { words: buffer, offset: 0, count };
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  private flush(): void {
    const bytes = Buffer.from(this.tail.buffer, 0, (this.count - this.written) * this.words * 4);
    const start = this.written * this.words * 4;
    this.attempt(() => {
      for (let done = 0; done < bytes.length;) done += writeSync(this.fd, bytes, done, bytes.length - done, start + done);
    });
    this.written = this.count;
  }

  private read(bytes: Buffer, state: number): void {
    const start = state * this.words * 4;
    for (let done = 0; done < bytes.length;) {
      const n = readSync(this.fd, bytes, done, bytes.length - done, start + done);
      if (n === 0) throw new Error('it has become shorter');
      done += n;
    }
  }

  private attempt<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw new UsageError(`cannot keep states in ${this.folder}: ${(error as Error).message}`);
    }
  }
}
