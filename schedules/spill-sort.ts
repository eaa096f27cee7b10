/** States in order: as signed words, the first word first. */
import type { Visited } from './visited.ts';

/** Below this, smaller digits are faster: counting must not take longer than sorting. */
const FEW = 2 ** 15;

/** The ids from … to-1 by the order of their states. Radix sort, the last digit first; rests after each. */
export async function sorted(visited: Visited, from: number, to: number, rest: () => Promise<unknown>): Promise<Int32Array> {
  const bits = to - from < FEW ? 8 : 16;
  let ids = new Int32Array(to - from);
  for (let i = 0; i < ids.length; i++) ids[i] = from + i;
  let spare = new Int32Array(ids.length);
  const counts = new Int32Array(2 ** bits);
  for (let word = visited.words - 1; word >= 0; word--) {
    for (let shift = 0; shift < 32; shift += bits) {
      // The sign comes first: with its bit turned over, negative words are smaller.
      const flip = shift + bits === 32 ? 2 ** (bits - 1) : 0;
      if (!distribute(visited, ids, spare, counts, { word, shift, flip })) continue;
      [ids, spare] = [spare, ids];
      await rest();
    }
  }
  return ids;
}

interface Digit {
  readonly word: number;
  readonly shift: number;
  readonly flip: number;
}

/** One pass: moves ids to `target` by one digit, stably; false when all have the same and nothing was moved. */
function distribute(visited: Visited, ids: Int32Array, target: Int32Array, counts: Int32Array, { word, shift, flip }: Digit): boolean {
  const mask = counts.length - 1;
  counts.fill(0);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    counts[((visited.chunkOf(id)[visited.offsetOf(id) + word]! >>> shift) & mask) ^ flip]!++;
  }
  if (counts.includes(ids.length)) return false;
  for (let d = 0, sum = 0; d <= mask; d++) {
    const n = counts[d]!;
    counts[d] = sum;
    sum += n;
  }
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    target[counts[((visited.chunkOf(id)[visited.offsetOf(id) + word]! >>> shift) & mask) ^ flip]!++] = id;
  }
  return true;
}

/** Negative, 0 or positive as the state at `a[i]` comes before, is, or comes after the one at `b[j]`. */
export function compare(words: number, a: Int32Array, i: number, b: Int32Array, j: number): number {
  for (let k = 0; k < words; k++) {
    const x = a[i + k]!;
    const y = b[j + k]!;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
