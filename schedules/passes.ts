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
export const LOAD = 0.75;

/** States that the cache of recent states has room for: a power of two, small enough for the nearest caches. */
const RECENT = 1024;
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
 * The passes before the one that inserts: `hashStates` or `hashUnseen`, `touchIndex`, and `compare`, after which `doubt`
 * begins with the numbers of the states that may be new, in ascending order, as many as it answers; `slots` has, for these, the first slot
 * that is empty or holds the state's tag. `read` is the expression that loads an entry before its state is read.
 *
 * Branches that go either way would cost more than what they save: states are sorted out by adding 0 or 1 to a length.
 *
 * `hashUnseen` drops states that came by recently, which half of all successors did, from the batch and answers how many
 * are left. They must all be inserted; `forget` is needed where that failed. Every slot of the cache holds a state that
 * did come by: at first, all hold the first one.
 */
export function passes(words: number, capacity: number, read: (slot: string) => string): string {
  return `'use strict';
const hashes = new Int32Array(${capacity}), slots = new Int32Array(${capacity});
const known = new Int32Array(${capacity}), doubt = new Int32Array(${capacity});
const recent = new Int32Array(${RECENT * words});
let sink = 0, remembers = false;
function hashStates(array, o, n) {
  for (let i = 0; i < n; i++, o += ${words}) { let h = ${SEED}; ${each(words, (i) => mix(`array[o + ${i}]`), ' ')} ${FINISH} hashes[i] = h; }
}
function hashUnseen(batch, n) {
  hashStates(batch, 0, n);
  let left = 0;
  if (!remembers && n > 0) {
    for (let q = 0; q < ${RECENT * words}; q += ${words}) { ${each(words, (i) => `recent[q + ${i}] = batch[${i}];`, ' ')} }
    remembers = true;
    left = 1;
  }
  for (let i = left, o = i * ${words}; i < n; i++, o += ${words}) {
    ${each(words, (i) => `const b${i} = batch[o + ${i}];`, ' ')}
    const h = hashes[i], q = Math.imul(h & ${RECENT - 1}, ${words}), to = Math.imul(left, ${words});
    const unequal = ${each(words, (i) => `(recent[q + ${i}] ^ b${i})`, ' | ')};
    ${each(words, (i) => `recent[q + ${i}] = b${i}; batch[to + ${i}] = b${i};`, ' ')}
    hashes[left] = h;
    left += (unequal | (0 - unequal | 0)) >>> 31;
  }
  return left;
}
function forget() {
  remembers = false;
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
    const i = known[k], o = Math.imul(i, ${words}), id = (${read('slots[i]')} & mask) - 1;
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

/** One word into the hash: each step is a bijection of h, so that words of any pattern spread. */
function mix(word: string): string {
  return `h = Math.imul(h ^ ${word}, 0x9e3779b1); h ^= h >>> 15;`;
}
