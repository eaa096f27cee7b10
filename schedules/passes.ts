/**
 * Source of the passes over a batch of states that the set of visited states generates, unrolled over the words of a state.
 * Memory latency decides the speed of a search: each pass does one kind of independent memory access for all states,
 * and the processor overlaps the cache misses.
 */
import { FINISHING, mixing, SEED } from './hash.ts';

/** log2 of the number of states in one arena chunk. */
export const CHUNK_BITS = 16;
export const CHUNK_STATES = 2 ** CHUNK_BITS;
/** Ids must leave at least two tag bits. */
export const MAX_INDEX_BITS = 30;
export const MIN_INDEX_BITS = 14;
/** Largest part of the index in use. */
export const LOAD = 0.75;

/** `f(0) … f(words-1)`. */
export function each(words: number, f: (i: number) => string, glue: string): string {
  return Array.from({ length: words }, (_, i) => f(i)).join(glue);
}

/** Finds the place of the state `id`: declares `chunk` and `q`. */
export function locate(words: number): string {
  return `const chunk = chunks[id >>> ${CHUNK_BITS}], q = Math.imul(id & ${CHUNK_STATES - 1}, ${words});`;
}

/**
 * The passes before the one that inserts: `hashStates`, `touchIndex`, and `compare`, after which `doubt` begins with the
 * numbers of the states that may be new, in ascending order, as many as it answers; `slots` has, for these, the first slot
 * that is empty or holds the state's tag.
 *
 * Branches that go either way would cost more than what they save: states are sorted out by adding 0 or 1 to a length.
 */
export function passes(words: number, capacity: number): string {
  return `'use strict';
const hashes = new Int32Array(${capacity}), slots = new Int32Array(${capacity}), known = new Int32Array(${capacity}), doubt = new Int32Array(${capacity});
let sink = 0;
function hashStates(array, o, n) {
  for (let i = 0; i < n; i++, o += ${words}) { let h = ${SEED}; ${each(words, (i) => mixing(`array[o + ${i}]`), ' ')} ${FINISHING} hashes[i] = h; }
}
function touchIndex(n, index, mask) {
  let x = 0;
  for (let i = 0; i < n; i++) x ^= index[hashes[i] & mask];
  sink = x;
}
function compare(n, batch, ids, index, mask, chunks) {
  const tags = ~mask;
  let some = 0, doubts = 0;
  for (let i = 0; i < n; i++) {
    const h = hashes[i], tag = h & tags;
    let p = h & mask, e = index[p];
    while (e !== 0 && (e & tags) !== tag) { p = (p + 1) & mask; e = index[p]; }
    slots[i] = p;
    const used = (e | (0 - e | 0)) >>> 31;
    known[some] = i;
    some += used;
    doubt[doubts] = i;
    doubts += 1 - used;
  }
  for (let k = 0; k < some; k++) {
    const i = known[k], o = Math.imul(i, ${words}), id = (index[slots[i]] & mask) - 1;
    ${locate(words)}
    if (${each(words, (i) => `chunk[q + ${i}] === batch[o + ${i}]`, ' && ')}) ids[i] = id;
    else {
      let d = doubts++;
      for (; d > 0 && doubt[d - 1] > i; d--) doubt[d] = doubt[d - 1];
      doubt[d] = i;
    }
  }
  return doubts;
}`;
}
