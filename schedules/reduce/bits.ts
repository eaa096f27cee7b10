/** Sets of threads as the bits of a word. */

/** At most this many threads. */
export const MOST_THREADS = 30;

/** The first thread of a set that is not empty. */
export function firstOf(set: number): number {
  return 31 - Math.clz32(set & -set);
}

/** How many threads a set has. */
export function sizeOf(set: number): number {
  const pairs = set - ((set >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
