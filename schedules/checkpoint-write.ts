/** Writes a checkpoint so that at any moment the file of that name is whole: the old one or the new one. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { MAGIC, PREFIX, VERSION, type Header } from './checkpoint-format.ts';
import { UsageError } from './errors.ts';
import type { Piece } from './levels.ts';

/** Replaces the file. @throws UsageError when it cannot be written, or is there and no checkpoint */
export function writeCheckpoint(file: string, header: Header, pieces: Iterable<Piece>): void {
  const draft = `${file}.part`;
  try {
    refuseForeign(file);
    writeWhole(draft, header, pieces);
    renameSync(draft, file);
    syncFolder(path.dirname(path.resolve(file)));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error instanceof UsageError ? error : new UsageError(`cannot write the checkpoint ${file}: ${(error as Error).message}`);
  }
}

/** A misspelt name must not cost somebody a file. */
function refuseForeign(file: string): void {
  if (!existsSync(file)) return;
  const fd = openSync(file, 'r');
  try {
    const start = Buffer.alloc(MAGIC.length);
    readSync(fd, start, 0, start.length, 0);
    if (!start.equals(MAGIC)) throw new UsageError(`${file} is there and is no checkpoint: it will not be overwritten`);
  } finally {
    closeSync(fd);
  }
}

function writeWhole(file: string, header: Header, pieces: Iterable<Piece>): void {
  const fd = openSync(file, 'w');
  try {
    const text = Buffer.from(JSON.stringify(header), 'utf8');
    const prefix = Buffer.alloc(PREFIX);
    MAGIC.copy(prefix);
    prefix.writeUInt32LE(VERSION, 8);
    prefix.writeUInt32LE(text.length, 12);
    const head = Buffer.concat([prefix, text]);
    writeAll(fd, head);
    writeAll(fd, createHash('sha256').update(head).digest());
    writeStates(fd, header.words, pieces);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeStates(fd: number, words: number, pieces: Iterable<Piece>): void {
  const hash = createHash('sha256');
  for (const { words: array, offset, count } of pieces) {
    const bytes = Buffer.from(array.buffer, array.byteOffset + 4 * offset, 4 * words * count);
    hash.update(bytes);
    writeAll(fd, bytes);
  }
  writeAll(fd, hash.digest());
}

/** The system may take less than it is given. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** Makes the new name last; not every system can. */
function syncFolder(folder: string): void {
  let fd: number | null = null;
  try {
    fd = openSync(folder, 'r');
    fsyncSync(fd);
  } catch {
    // The file itself is safe.
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
