/** Where things lie in the memory of a BatchExpander, in bytes from its start. */
import type { Graph } from '../model/language/graph.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Layout } from './layout.ts';

/** Most states expanded at a time. */
export const SOURCES = 128;
/** States that the cache of recent ones has room for: a power of two, small enough for the nearest caches. */
export const RECENT = 1024;

/** Words at the start: where the states expanded end, transitions, state being tested, and of the table of rests what batch-keys.ts says. */
export const DONE = 0;
export const TRANSITIONS = 4;
export const TESTED = 8;
export const REST = 12;
export const RESTS = 16;
export const MASK = 20;
export const ENTRIES = 24;
const HEADER = 64;

/** What is searched, and what a key is made of. */
export interface Shape {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly conjuncts: readonly SelectedConjunct[];
  /** Enough successors for a batch, and the most that the last state may add. */
  readonly full: number;
  readonly most: number;
  /** Keys are folded: see batch-keys.ts. Otherwise a state is its own key. */
  readonly folds: boolean;
}

export interface Plan extends Shape {
  /** Word of a state that its key begins with, and the words that the rest of it stands for. Only where keys are folded. */
  readonly raw: number;
  readonly rest: readonly number[];
  /** Words of a key, and bytes of a state. */
  readonly keyWords: number;
  readonly stride: number;
  /** Keys of the states to expand; the one that is expanded, in full; successors in full, their keys, the keys' hashes, and the nodes that led to them. */
  readonly sourcesAt: number;
  readonly scratchAt: number;
  readonly wordsAt: number;
  readonly keysAt: number;
  readonly hashesAt: number;
  readonly nodesAt: number;
  /** Numbers in the batch of the states to be tested. */
  readonly freshAt: number;
  readonly recentAt: number;
  /** Bytes by node, conjunct and reach: 1 once it ran or was true. */
  readonly ranAt: number;
  readonly premisesAt: number;
  readonly reachedAt: number;
  /** By place: its initial values. */
  readonly tableAt: readonly number[];
  /** The index of the table of rests, and after it the entries. */
  readonly indexAt: number;
}

export function planOf(shape: Shape): Plan {
  const { graph, layout: { words }, conjuncts, full, most, folds } = shape;
  const capacity = full + most;
  const keyWords = folds ? 2 : words;
  const stride = 4 * words;
  let end = HEADER;
  const take = (bytes: number): number => {
    const at = end;
    end += (bytes + 15) & ~15;
    return at;
  };
  const raw = rawWord(shape.layout);
  const wordsAt = take(capacity * stride);
  return {
    ...shape, raw, rest: Array.from({ length: words }, (_, i) => i).filter((i) => i !== raw), keyWords, stride, wordsAt,
    keysAt: folds ? take(capacity * 8) : wordsAt,
    sourcesAt: take(SOURCES * 4 * keyWords), scratchAt: take(stride), hashesAt: take(capacity * 4), nodesAt: take(capacity * 4), freshAt: take(capacity * 4),
    recentAt: take(RECENT * 4 * keyWords), ranAt: take(graph.nodes.length), premisesAt: take(conjuncts.length), reachedAt: take(graph.reaches.length),
    tableAt: graph.places.map((p) => take(4 * p.cells)), indexAt: take(0),
  };
}

/** The word with most of the program counters: every step changes one of them, and many steps nothing else. */
function rawWord({ words, pcs }: Layout): number {
  const bits = Array.from({ length: words }, (_, w) => pcs.reduce((sum, f) => (f.word === w ? sum + f.width : sum), 0));
  return bits.indexOf(Math.max(...bits));
}
