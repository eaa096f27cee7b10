/**
 * Source of the passes over a batch of states that both visited sets generate, unrolled over the words of a state.
 * Memory latency decides the speed of a search: each pass does one kind of independent memory access for all states,
 * and the processor overlaps the cache misses.
 */

/** log2 of the number of states in one arena chunk. */
export const CHUNK_BITS = 16;
export const CHUNK_STATES = 2 ** CHUNK_BITS;
/** Ids must leave at least two tag bits. */
export const MAX_INDEX_BITS = 30;
export const MIN_INDEX_BITS = 14;
/** Largest part of the index in use. */
export const LOAD = 0.875;
/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65_536;

const SEED = 0x2545f491;
const FINISH = 'h ^= h >>> 16; h = Math.imul(h, 0x85ebca6b); h ^= h >>> 13; h = Math.imul(h, 0xc2b2ae35); h ^= h >>> 16;';

/** `f(0) … f(words-1)`. */
export function each(words: number, f: (i: number) => string, glue: string): string {
  return Array.from({ length: words }, (_, i) => f(i)).join(glue);
}

/** Finds the place of the state `id`: declares `chunk` and `q`. */
export function locate(words: number): string {
  return `const chunk = chunks[id >>> ${CHUNK_BITS}], q = Math.imul(id & ${CHUNK_STATES - 1}, ${words});`;
}

/**
 * `hashStates`, `touchIndex`, `probe` and `touchStates`. After `probe`, by state of the batch: `hashes`, and in
 * `slots` and `entries` the first slot that is empty or holds the state's tag.
 */
export function passes(words: number, capacity: number): string {
  return `'use strict';
const hashes = new Int32Array(${capacity}), slots = new Int32Array(${capacity}), entries = new Int32Array(${capacity});
let sink = 0;
function hashStates(array, o, n) {
  for (let i = 0; i < n; i++, o += ${words}) { let h = ${SEED}; ${each(words, (i) => mix(`array[o + ${i}]`), ' ')} ${FINISH} hashes[i] = h; }
}
function touchIndex(n, index, mask) {
  let x = 0;
  for (let i = 0; i < n; i++) x ^= index[hashes[i] & mask];
  sink = x;
}
function probe(n, index, mask) {
  const tags = ~mask;
  for (let i = 0; i < n; i++) {
    const h = hashes[i], tag = h & tags;
    let p = h & mask, e = index[p];
    while (e !== 0 && (e & tags) !== tag) { p = (p + 1) & mask; e = index[p]; }
    slots[i] = p;
    entries[i] = e;
  }
}
function touchStates(n, mask, chunks) {
  let x = 0;
  for (let i = 0; i < n; i++) {
    const e = entries[i];
    if (e !== 0) { const id = (e & mask) - 1; ${locate(words)} x ^= chunk[q]${words > 1 ? ` ^ chunk[q + ${words - 1}]` : ''}; }
  }
  sink = x;
}`;
}

/** One word into the hash: each step is a bijection of h, so that words of any pattern spread. */
function mix(word: string): string {
  return `h = Math.imul(h ^ ${word}, 0x9e3779b1); h ^= h >>> 15;`;
}
