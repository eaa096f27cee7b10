/** Ranges of ids of states, as pairs from, to in one array. */
import { BLOCK } from './id-hand.ts';

/** Most states of a piece of a level: a batch finds room for what they lead to. */
const PIECE = 256;
/** Fewest states worth a piece of their own. */
const FEWEST = 16;
/** A piece is at most so small a part of what a thread still has to do. */
const SHARE = 4;

/** Ids from … to-1 as ranges that cross no chunk. */
export function blocks(from: number, to: number): Int32Array {
  const ranges: number[] = [];
  for (let id = from, end; id < to; id = end) {
    end = Math.min(to, (id | (BLOCK - 1)) + 1);
    ranges.push(id, end);
  }
  return Int32Array.from(ranges);
}

export function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function sizeOf(ranges: Int32Array): number {
  let size = 0;
  for (let i = 0; i < ranges.length; i += 2) size += ranges[i + 1]! - ranges[i]!;
  return size;
}

/** The lowest id, or Infinity where there is none. */
export function lowest(ranges: Int32Array): number {
  let low = Infinity;
  for (let i = 0; i < ranges.length; i += 2) low = Math.min(low, ranges[i]!);
  return low;
}

/** Cuts ranges so that each of the threads takes several: few states in a level are shared too. The last pieces are small. */
export function split(ranges: Int32Array, threads: number): Int32Array {
  const pieces: number[] = [];
  let rest = sizeOf(ranges);
  for (let i = 0; i < ranges.length; i += 2) {
    const end = ranges[i + 1]!;
    for (let from = ranges[i]!, to; from < end; from = to) {
      to = Math.min(end, from + Math.min(PIECE, Math.max(FEWEST, Math.ceil(rest / (threads * SHARE)))));
      pieces.push(from, to);
      rest -= to - from;
    }
  }
  return Int32Array.from(pieces);
}
