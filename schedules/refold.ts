/** Keys made anew, in place, when parts of states have become too many for their numbers. */
import type { BatchExpander } from './batch.ts';
import { BATCH } from './explorer.ts';
import type { Piece } from './levels.ts';

/** Replaces keys, which one expander made, by those of another, which knows all their parts. */
export function refold(before: BatchExpander, after: BatchExpander, pieces: Iterable<Piece>): void {
  const { words: length } = before.common.at;
  const states = new Int32Array(length * BATCH);
  for (const { words: keys, offset, count } of pieces) {
    for (let i = 0; i < count; i += BATCH) {
      const n = Math.min(BATCH, count - i);
      for (let k = 0; k < n; k++) {
        before.unfold(keys, offset + 2 * (i + k), states, k * length);
        // All are different, and each is kept even if it came by.
        after.keep(states, k * length, k);
      }
      after.takeKeys(n, keys.subarray(offset + 2 * i));
    }
  }
  after.forget();
}

/** States in full, of keys; each piece is to be read before the next is asked for. */
export function* unfolded(expander: BatchExpander, pieces: Iterable<Piece>): Generator<Piece, void> {
  const { words: length, keyWords } = expander.common.at;
  const states = new Int32Array(length * BATCH);
  for (const { words: keys, offset, count } of pieces) {
    for (let i = 0; i < count; i += BATCH) {
      const n = Math.min(BATCH, count - i);
      for (let k = 0; k < n; k++) expander.unfold(keys, offset + keyWords * (i + k), states, k * length);
      yield { words: states, offset: 0, count: n };
    }
  }
}
