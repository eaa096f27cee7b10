/** Reads a checkpoint, and believes nothing in it before its checksum. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { MAGIC, PREFIX, statesOf, SUM, VERSION, type Header } from './checkpoint-format.ts';
import type { Resumed } from './checkpoint.ts';
import { UsageError } from './errors.ts';
import type { Piece } from './levels.ts';

/** Bytes read at a time. */
const BUFFER = 2 ** 20;
/** No header is longer, in bytes: a damaged length must not take the memory. */
const LONGEST = 2 ** 28;

const count = z.number().int().nonnegative();
const schema: z.ZodType<Header> = z.object({
  scenario: z.string(), hash: z.string(), layout: z.string(), words: count.positive(), properties: z.array(z.string()).nullable(),
  levels: z.array(count.positive()).min(1), transitions: count, seconds: z.number().nonnegative(),
  ran: z.base64(), premises: z.base64(), reached: z.base64(),
});

/** Opens a checkpoint: header checked, size right. @throws UsageError */
export function openCheckpoint(file: string): Resumed {
  const { header, start } = withFile(file, (fd) => readHeader(fd, file));
  return { header, pieces: () => states(file, header, start) };
}

function withFile<T>(file: string, use: (fd: number) => T): T {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    return use(fd);
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(file, error);
  } finally {
    closeSync(fd);
  }
}

function unreadable(file: string, error: unknown): UsageError {
  return new UsageError(`cannot read the checkpoint ${file}: ${(error as Error).message}`);
}

function damaged(file: string, what: string): UsageError {
  return new UsageError(`the checkpoint ${file} is damaged: ${what}`);
}

/** The header and where the states start. */
function readHeader(fd: number, file: string): { header: Header; start: number } {
  const { size } = fstatSync(fd);
  const prefix = read(fd, 0, Math.min(PREFIX, size));
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, prefix.length)) || size === 0) throw new UsageError(`${file} is no checkpoint of pterace`);
  if (size < PREFIX) throw damaged(file, `it ends after ${size} bytes`);
  const version = prefix.readUInt32LE(8);
  if (version !== VERSION) throw new UsageError(`the checkpoint ${file} has format ${version}, and this pterace reads format ${VERSION}; go on with the pterace that wrote it`);
  const end = PREFIX + prefix.readUInt32LE(12);
  if (end + SUM > size || end > LONGEST) throw damaged(file, `it ends after ${size} bytes, within its header`);
  const head = read(fd, 0, end);
  if (!createHash('sha256').update(head).digest().equals(read(fd, end, SUM))) throw damaged(file, 'its header does not match its checksum');
  const header = schema.parse(JSON.parse(head.toString('utf8', PREFIX)));
  const wanted = end + SUM + statesOf(header) * header.words * 4 + SUM;
  if (size !== wanted) throw damaged(file, `it has ${size} bytes and should have ${wanted}`);
  return { header, start: end + SUM };
}

function * states(file: string, header: Header, start: number): Generator<Piece, void> {
  const fd = openSync(file, 'r');
  const hash = createHash('sha256');
  const stateBytes = header.words * 4;
  const most = Math.max(1, Math.floor(BUFFER / stateBytes));
  const buffer = new Int32Array(most * header.words);
  const bytes = Buffer.from(buffer.buffer);
  let at = start;
  try {
    for (let left = statesOf(header); left > 0;) {
      const now = Math.min(left, most);
      const part = bytes.subarray(0, now * stateBytes);
      fill(fd, part, at);
      hash.update(part);
      yield { words: buffer, offset: 0, count: now };
      at += part.length;
      left -= now;
    }
    if (!hash.digest().equals(read(fd, at, SUM))) throw damaged(file, 'its states do not match their checksum');
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(file, error);
  } finally {
    closeSync(fd);
  }
}

function read(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  fill(fd, bytes, position);
  return bytes;
}

/** @throws Error at the end of the file */
function fill(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const n = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (n === 0) throw new Error('the file has become shorter');
    done += n;
  }
}
