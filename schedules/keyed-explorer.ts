/** What the breadth-first search in memory works with: the keys of the states found, and an Engine for what goes wrong. */
import type { Graph } from '../model/language/graph.ts';
import { HALVES, type Folds } from './batch-plan.ts';
import { compile, type Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import type { Failures } from './failures.ts';
import { Inspector } from './inspector.ts';
import type { SelectedConjunct } from './interpret.ts';
import { Keys } from './keys.ts';
import type { Piece } from './levels.ts';
import type { CheckOptions, Limit } from './result.ts';

/** log2 of the number of keys in a chunk of the list: few, because the first chunks are forgotten. */
const LIST_BITS = 12;

export class KeyedExplorer {
  readonly engine: Engine;
  transitions = 0;
  /** States found: ids are 0 … count-1, in order of discovery. */
  count = 1;
  private readonly keys: Keys;
  private readonly inspector: Inspector;
  /** From so many states on those expanded are forgotten. */
  private readonly kept: number;
  /** True once a state was found that `maxStates` kept out. */
  private refused = false;
  /** One state in full, the successors of one, and their moves. */
  private readonly state: Int32Array;
  private readonly successors: Int32Array;
  private readonly moves: Int32Array;

  /** `kept`: states are only forgotten when there are more. `folds`: of the keys, at first. */
  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], { maxStates = Infinity, maxMemory = Infinity }: CheckOptions, kept = Infinity, folds: Folds = HALVES) {
    this.engine = compile(graph, conjuncts);
    const { layout, maxSuccessors } = this.engine;
    this.inspector = new Inspector(this.engine);
    this.state = new Int32Array(layout.words);
    this.successors = new Int32Array(layout.words * maxSuccessors);
    this.moves = new Int32Array(maxSuccessors);
    this.kept = kept;
    this.keys = new Keys(this.engine, { folds, threads: 1, maxStates, maxBytes: maxMemory, chunkBits: LIST_BITS });
  }

  /** Bytes of the engine's arrays. */
  get bytes(): number {
    return this.keys.bytes;
  }

  /** True when states that were expanded have been forgotten: they are counted, and never found anew, but cannot be had again. */
  get forgets(): boolean {
    return this.keys.list.forgets;
  }

  get failures(): Failures {
    return this.inspector.failures;
  }

  /** Why `expand` or `load` had no room. */
  get limit(): Limit {
    return this.refused ? 'states' : 'memory';
  }

  /** Inserts the initial state as id 0, and tests it; false when memory does not allow it. */
  begin(): boolean {
    const wrong = this.keys.begin();
    if (wrong === true) this.inspector.check(0, this.engine.initial, 0);
    this.note();
    return wrong !== null;
  }

  /** After `begin`, inserts states that were found before, the initial one first; false when memory does not allow it. */
  load(pieces: Iterable<Piece>): boolean {
    const found = this.keys.load(pieces);
    if (found !== null) this.counted(found, 0);
    return found !== null;
  }

  /** Expands states from … to-1, as many as fill a batch, keeps what is new and tests it. Answers the first state not expanded, or null when there was no room for all: then none counts as expanded. */
  expand(from: number, to: number): number | null {
    const { keys, count } = this;
    if (!keys.fit(count, () => keys.list.pieces(0, count))) return null;
    if (count > this.kept) keys.list.forget(from);
    this.failures.keep();
    const { next, n } = this.fill(from, to);
    const found = keys.add(n, count);
    if (found !== null) {
      this.counted(found, count);
      this.test(count);
    }
    if (found === null || this.refused) {
      this.failures.undo();
      return null;
    }
    this.transitions += keys.expander.takeTransitions();
    return next;
  }

  /** Lets `engine` know what ran and what was true. */
  note(): void {
    this.keys.expander.note(this.engine);
  }

  /** The states from … to-1 in full, unless forgotten. */
  pieces(from: number, to: number): Iterable<Piece> {
    return this.keys.states(this.keys.list.pieces(from, to));
  }

  /** A state in full. */
  stateOf(id: number): { readonly words: Int32Array; readonly offset: number } {
    return this.keys.stateOf(id);
  }

  /** Takes how many states were found, or the complement when there was one more than there may be. */
  private counted(found: number, before: number): void {
    this.refused ||= found < 0;
    this.count = before + (found < 0 ? ~found : found);
  }

  private fill(from: number, to: number): { next: number; n: number } {
    const { list, expander } = this.keys;
    let id = from;
    let n = 0;
    while (id < to && n < BATCH) {
      n = expander.expand(list.chunkOf(id), list.offsetOf(id), Math.min(to, list.chunkEnd(id)) - id, n);
      if (n < 0) return this.inspect(from, to);
      id += expander.expanded;
    }
    return { next: id, n };
  }

  /** As `fill`, where failures are to be noted. */
  private inspect(from: number, to: number): { next: number; n: number } {
    const { keys, inspector, state, successors, moves } = this;
    let id = from;
    let n = 0;
    for (; id < to && n < BATCH; id++) {
      keys.unfold(id, state);
      const some = inspector.expand(id, state, 0, successors, 0, moves);
      for (let i = 0; i < some; i++) n = keys.expander.keep(successors, i * state.length, n);
    }
    return { next: id, n };
  }

  /** Tests the states inserted last, of which the first is `first`. */
  private test(first: number): void {
    const { count, keys, inspector, state } = this;
    for (const i of keys.expander.testNew(count - first)) {
      keys.unfold(first + i, state);
      inspector.check(first + i, state, 0);
    }
  }
}
