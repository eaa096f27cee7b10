/** Keys made anew, in place, when parts of states have become too many for their numbers. */
import type { BatchExpander } from './batch.ts';
import { BATCH } from './explorer.ts';
import type { Piece } from './levels.ts';

/** Replaces the first `most` of the keys, which one expander made, by those of another as long as there is `room` for a batch; answers how many. */
export function refold(before: BatchExpander, after: BatchExpander, pieces: Iterable<Piece>, room: () => boolean, most = Infinity): number {
  const { words: length } = before.common.at;
  const states = new Int32Array(length * BATCH);
  const hashes = new Int32Array(BATCH);
  let done = 0;
  for (const { words: keys, offset, count } of pieces) {
    for (let i = 0; i < count && done < most; i += BATCH) {
      if (!room()) return done;
      const n = Math.min(BATCH, count - i, most - done);
      for (let k = 0; k < n; k++) {
        before.unfold(keys, offset + 2 * (i + k), states, k * length);
        // All are different, and each is kept even if it came by.
        after.keep(states, k * length, k);
      }
      after.takeKeys(n, keys.subarray(offset + 2 * i), hashes);
      done += n;
    }
  }
  after.forget();
  return done;
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

/** Keys of states that differ from each other, by the expander that is the `current` one, as long as there is `room` for a batch; each piece is to be read before the next is asked for. */
export function* folded(current: () => BatchExpander, pieces: Iterable<Piece>, room: () => boolean): Generator<Piece, void> {
  const { words: length, keyWords } = current().common.at;
  const keys = new Int32Array(keyWords * BATCH);
  const hashes = new Int32Array(BATCH);
  for (const { words, offset, count } of pieces) {
    for (let i = 0; i < count; i += BATCH) {
      if (!room()) return;
      const expander = current();
      const n = Math.min(BATCH, count - i);
      for (let k = 0; k < n; k++) expander.keep(words, offset + length * (i + k), k);
      expander.takeKeys(n, keys, hashes);
      yield { words: keys, offset: 0, count: n };
    }
  }
}
