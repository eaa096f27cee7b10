/**
 * Where things lie in the memory of BatchExpanders, in bytes. Each thread has a region of its own, in which addresses count
 * from where it begins, the thread's base; what all share, the tables, lies behind the regions, at addresses of the memory.
 */
import type { Graph } from '../model/language/graph.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Layout } from './layout.ts';

/** Most states expanded at a time. */
export const SOURCES = 128;
/** States that the cache of recent ones has room for: a power of two, small enough for the nearest caches. */
export const RECENT = 4096;

/** Bits of the numbers of all parts. */
export const NUMBERS = 32;
/** Most slots of an index of parts. */
const MOST_SLOTS = 2 ** 26;
/** Bytes for the entries of a part of all bits, which is the only one: the set comes behind it. */
const ALONE = 2 ** 30;
/** Bits of the numbers of one part of several that there is room for, which costs nothing while it is not touched: all 32 may be divided anew within it. */
const ROOM_BITS = 20;

/** Addresses at the start of a region: where the states expanded end, transitions, state being tested; then a word a part. */
export const DONE = 0;
export const TRANSITIONS = 4;
export const TESTED = 8;
const OWN = 12;
const HEADER = 64;
/** Nothing of two threads lies in one line of a cache. */
const LINE = 128;

/**
 * Some words of a state that its key has the number of: they are kept once in a table, because few differ. The table is
 * an index of 32-bit entries (number + 1) in open addressing, and the parts in the order of their numbers.
 */
export interface Part {
  readonly words: readonly number[];
  /** Most bits of a number, and bits at first. */
  readonly most: number;
  readonly bits: number;
  /** Most slots of the index; there is room for them, which costs nothing while it is not touched. */
  readonly slots: number;
  /** Address in a region: of the number that the state expanded has. */
  readonly ownAt: number;
  /** Addresses: of the number of parts in the table and the most that there may be now, of the lock for adding one, of the slots of the index less 1, and of where the key's second word holds the number: shift, then mask. */
  readonly countAt: number;
  readonly limitAt: number;
  readonly lockAt: number;
  readonly maskAt: number;
  readonly shiftAt: number;
  readonly bitsAt: number;
  readonly indexAt: number;
  readonly entriesAt: number;
  /** Bytes between these addresses and what follows. */
  readonly room: number;
  /** In a region, by state of the batch: the part's number, -1 where it is not known yet, and its hash. */
  readonly numbersAt: number;
  readonly hashesAt: number;
}

/** Bytes of a bucket of the set of keys, a line of a cache, and keys in it. */
export const BUCKET = 64;
export const IN_BUCKET = 8;
/** More full buckets than follow each other in any set. */
const RUN = 1024;
/** Buckets behind the last that words belong to, in which the last ones go on. */
export const BEHIND = 64;
/** Buckets at a time of which it is known how many words they have while a set grows: a power of two, and more than a run takes up afterwards. */
export const COUNTED = 2 ** 13;
/** Most words of a key that a set keeps. */
export const SET_WORDS = 2;

/**
 * The set of the keys found, by all threads: see batch-set.ts. A key is kept as a 64-bit word other than 0. In open addressing:
 * a bucket that is full goes on in the next one.
 */
export interface SetAddresses {
  /** Number of buckets that words belong to; they may go on in those behind. */
  readonly bucketsAt: number;
  /** The key of the initial state, which the set always holds. */
  readonly firstAt: number;
  /** Room for a run of full buckets and one more; its end. */
  readonly runAt: number;
  readonly runEnd: number;
  /** While it grows: a byte for each of COUNTED buckets, the words in it. */
  readonly countsAt: number;
  /** In a region: room for a word that nobody reads; by state of the batch, the word that its key is kept as; then keys that were new, or are listed. */
  readonly sinkAt: number;
  readonly mixedAt: number;
  readonly newAt: number;
  /** The buckets, which come last. */
  readonly entriesAt: number;
}

/** Bits of the numbers of each part, or null where a state is its own key: 32 of a single one, or at most 24 each and 32 together. */
export type Folds = readonly number[] | null;

/** Fewest words of a state that are worth folding: a folded key has two. */
export const FOLDED = 3;
/** Bits of the numbers of both parts, at first: the tables of so many parts fit the nearest caches. */
export const HALVES: Folds = [16, 16];

/** What is searched, and what a key is made of. */
export interface Shape {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly conjuncts: readonly SelectedConjunct[];
  /** Enough successors for a batch, and the most that the last state may add. */
  readonly full: number;
  readonly most: number;
  readonly folds: Folds;
  /** Threads that search together. */
  readonly threads: number;
}

/** What a thread needs to know; can be sent to it. */
export interface Addresses {
  readonly full: number;
  readonly most: number;
  readonly folds: Folds;
  readonly threads: number;
  /** Words of a state, nodes of the graph. */
  readonly words: number;
  readonly nodes: number;
  /** Word of a state that its key begins with; the others are in the parts. None where a state is its own key. */
  readonly raw: number;
  readonly parts: readonly Part[];
  /** Words of a key, and bytes of a state. */
  readonly keyWords: number;
  readonly stride: number;
  /** In a region: keys of the states to expand; the one that is expanded, in full; successors in full, their keys, and the nodes that led to them. */
  readonly sourcesAt: number;
  readonly scratchAt: number;
  readonly wordsAt: number;
  readonly keysAt: number;
  readonly nodesAt: number;
  /** In a region: numbers in the batch of the states to be tested. */
  readonly freshAt: number;
  readonly recentAt: number;
  /** In a region, bytes by node, conjunct and reach: 1 once it ran or was true. */
  readonly ranAt: number;
  readonly premisesAt: number;
  readonly reachedAt: number;
  /** Bytes of a region. */
  readonly region: number;
  /** By place: its initial values. */
  readonly tableAt: readonly number[];
  /** None where keys have more words. */
  readonly set: SetAddresses | null;
  /** Where all this ends; the set may go beyond. */
  readonly end: number;
}

export interface Plan extends Shape, Addresses {}

export function addressesOf(shape: Shape): Addresses {
  const { graph, layout, conjuncts, full, most, folds, threads } = shape;
  const { words } = layout;
  const capacity = full + most;
  const stride = 4 * words;
  const region = space(HEADER);
  const wordsAt = region.take(capacity * stride);
  const keyWords = folds === null ? words : 2;
  const own = {
    wordsAt, keysAt: folds === null ? wordsAt : region.take(capacity * 8),
    sourcesAt: region.take(SOURCES * 4 * keyWords), scratchAt: region.take(stride), nodesAt: region.take(capacity * 4), freshAt: region.take(capacity * 4),
    recentAt: region.take(RECENT * stride), ranAt: region.take(graph.nodes.length), premisesAt: region.take(conjuncts.length), reachedAt: region.take(graph.reaches.length),
  };
  const ofSet = { sinkAt: region.take(8), mixedAt: region.take(8 * capacity), newAt: region.take(8 * capacity) };
  const perState = (folds ?? []).map(() => ({ numbersAt: region.take(4 * capacity), hashesAt: region.take(4 * capacity) }));
  const size = (region.take(0) + LINE - 1) & -LINE;
  const shared = space(threads * size);
  const tableAt = graph.places.map((p) => shared.take(4 * p.cells));
  const parts = partsOf(layout, folds ?? [], shared.take).map((part, i) => ({ ...part, ...perState[i]!, ownAt: OWN + 4 * i }));
  const set = keyWords <= SET_WORDS ? { ...ofSet, ...setOf(shared.take) } : null;
  return { ...own, full, most, folds, threads, words, nodes: graph.nodes.length, keyWords, stride, raw: rawWord(layout), region: size, tableAt, parts, set, end: shared.take(0) };
}

/** Room from an address on. */
function space(from: number): { readonly take: (bytes: number) => number } {
  let end = from;
  return {
    take: (bytes) => {
      const at = end;
      end += (bytes + 15) & ~15;
      return at;
    },
  };
}

/** What all threads share of the set. */
function setOf(take: (bytes: number) => number): Omit<SetAddresses, 'sinkAt' | 'mixedAt' | 'newAt'> {
  const at = take(LINE);
  const runAt = take(RUN * BUCKET);
  const countsAt = take(COUNTED);
  // Buckets begin where lines do.
  const end = take(BUCKET);
  return { bucketsAt: at, firstAt: at + 8, runAt, runEnd: runAt + RUN * BUCKET, countsAt, entriesAt: (end + BUCKET - 1) & -BUCKET };
}

/** The words but the raw one, dealt out in order. */
function partsOf(layout: Layout, folds: readonly number[], take: (bytes: number) => number): Omit<Part, 'ownAt' | 'numbersAt' | 'hashesAt'>[] {
  const raw = rawWord(layout);
  const rest = Array.from({ length: layout.words }, (_, w) => w).filter((w) => w !== raw);
  return folds.map((bits, i) => {
    const words = rest.slice(Math.floor((rest.length * i) / folds.length), Math.floor((rest.length * (i + 1)) / folds.length));
    const most = bits === NUMBERS ? bits : Math.max(bits, ROOM_BITS);
    const slots = Math.min(2 ** (most + 1), MOST_SLOTS);
    const at = take(LINE);
    const indexAt = take(4 * slots);
    const entries = bits === NUMBERS ? ALONE : 2 ** most * 4 * words.length;
    const header = { countAt: at, limitAt: at + 4, lockAt: at + 8, maskAt: at + 12, shiftAt: at + 16, bitsAt: at + 20 };
    return { words, most, bits, slots, ...header, indexAt, entriesAt: take(entries), room: 4 * slots + entries };
  });
}

/** The word with most of the program counters: every step changes one of them, and many steps nothing else. */
function rawWord({ words, pcs }: Layout): number {
  const bits = Array.from({ length: words }, (_, w) => pcs.reduce((sum, f) => (f.word === w ? sum + f.width : sum), 0));
  return bits.indexOf(Math.max(...bits));
}
