/** What the breadth-first search in memory works with: a BatchExpander, the set of the keys it makes, and an Engine for what goes wrong. */
import type { Graph } from '../model/language/graph.ts';
import { BatchExpander, commonFor } from './batch.ts';
import { HALVES, type Folds } from './batch-plan.ts';
import { compile, type Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import type { Failures } from './failures.ts';
import { Inspector } from './inspector.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Piece } from './levels.ts';
import { refold, unfolded } from './refold.ts';
import type { CheckOptions, Limit } from './result.ts';
import { Visited } from './visited.ts';

export class KeyedExplorer {
  readonly engine: Engine;
  transitions = 0;
  private readonly visited: Visited;
  private expander: BatchExpander;
  private readonly inspector: Inspector;
  private readonly maxStates: number;
  private readonly maxBytes: number;
  /** One state in full, the successors of one, and their moves. */
  private readonly state: Int32Array;
  private readonly successors: Int32Array;
  private readonly moves: Int32Array;

  /** `folds`: of the keys, at first. */
  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, folds: Folds = HALVES) {
    this.engine = compile(graph, conjuncts);
    const { layout, maxSuccessors } = this.engine;
    this.inspector = new Inspector(this.engine);
    this.maxStates = options.maxStates ?? Infinity;
    this.maxBytes = options.maxMemory ?? Infinity;
    this.state = new Int32Array(layout.words);
    this.successors = new Int32Array(layout.words * maxSuccessors);
    this.moves = new Int32Array(maxSuccessors);
    this.expander = this.expanderOf(folds);
    this.visited = new Visited(this.expander.keyWords, BATCH + maxSuccessors, this.maxStates);
  }

  /** States found: ids are 0 … count-1, in order of discovery. */
  get count(): number {
    return this.visited.count;
  }

  /** Bytes of the engine's arrays. */
  get bytes(): number {
    return this.visited.bytes + this.expander.bytes;
  }

  get failures(): Failures {
    return this.inspector.failures;
  }

  /** Why `expand` or `load` had no room. */
  get limit(): Limit {
    return this.visited.refused ? 'states' : 'memory';
  }

  /** Inserts the initial state as id 0, and tests it; false when memory does not allow it. */
  begin(): boolean {
    this.expander.keep(this.engine.initial, 0, 0);
    // The expander takes it for one that came by.
    if (!this.insert(1)) return false;
    this.test(0);
    this.expander.takeTransitions();
    this.note();
    return true;
  }

  /** After `begin`, inserts states that were found before, the initial one first; false when memory does not allow it. */
  load(pieces: Iterable<Piece>): boolean {
    const { words } = this.engine.layout;
    for (const piece of pieces) {
      for (let done = 0; done < piece.count;) {
        if (!this.reserve()) return false;
        let n = 0;
        for (; done < piece.count && n < BATCH; done++) n = this.expander.keep(piece.words, piece.offset + done * words, n);
        if (!this.insert(n)) return false;
      }
    }
    this.expander.takeTransitions();
    return true;
  }

  /** Expands states from … to-1, as many as fill a batch, keeps what is new and tests it. Answers the first state not expanded, or null when there was no room for all: then none counts as expanded. */
  expand(from: number, to: number): number | null {
    if (!this.reserve()) return null;
    const found = this.count;
    this.failures.keep();
    const { next, n } = this.fill(from, to);
    const whole = this.insert(n);
    if (whole) this.test(found);
    if (!whole || this.visited.refused) {
      this.failures.undo();
      return null;
    }
    this.transitions += this.expander.takeTransitions();
    return next;
  }

  /** Lets `engine` know what ran and what was true. */
  note(): void {
    this.expander.note(this.engine);
  }

  /** The states from … to-1 in full. */
  pieces(from: number, to: number): Iterable<Piece> {
    return unfolded(this.expander, this.visited.pieces(from, to));
  }

  /** A state in full. */
  stateOf(id: number): { readonly words: Int32Array; readonly offset: number } {
    const words = new Int32Array(this.engine.layout.words);
    this.unfold(id, words, 0);
    return { words, offset: 0 };
  }

  private expanderOf(folds: Folds): BatchExpander {
    return new BatchExpander(commonFor(this.engine, folds, 1));
  }

  /** Room for the parts of another batch; false when memory does not allow it. */
  private reserve(): boolean {
    const full = this.expander.reserve(this.maxBytes - this.visited.bytes);
    return full === 'numbers' ? this.widen() : full === null;
  }

  /** Makes all keys anew, because parts have become too many for their numbers; ids stay. False when memory does not allow it. */
  private widen(): boolean {
    const { expander, visited } = this;
    const folds = expander.wider();
    const again = expander.redivide(folds);
    if (again !== null) {
      visited.rewrite((pieces) => {
        for (const { words, offset, count } of pieces) again(words, offset, count);
      });
      return this.reserve();
    }
    this.note();
    const after = this.expanderOf(folds);
    const done = visited.rewrite((pieces) => refold(expander, after, pieces, () => after.reserve(this.maxBytes - visited.bytes - expander.bytes) === null));
    if (done === this.count) this.expander = after;
    // It can be undone without memory: the parts are known.
    else visited.rewrite((pieces) => refold(after, expander, pieces, () => true, done));
    return this.expander === after && this.reserve();
  }

  private insert(n: number): boolean {
    const { visited, expander } = this;
    if (!visited.reserve(n, this.maxBytes - expander.bytes)) return false;
    expander.takeKeys(n, visited.batch, visited.hashes);
    visited.add(n);
    return true;
  }

  private fill(from: number, to: number): { next: number; n: number } {
    const { visited, expander } = this;
    let id = from;
    let n = 0;
    while (id < to && n < BATCH) {
      n = expander.expand(visited.chunkOf(id), visited.offsetOf(id), Math.min(to, visited.chunkEnd(id)) - id, n);
      if (n < 0) return this.inspect(from, to);
      id += expander.expanded;
    }
    return { next: id, n };
  }

  /** As `fill`, where failures are to be noted. */
  private inspect(from: number, to: number): { next: number; n: number } {
    const { expander, inspector, state, successors, moves } = this;
    let id = from;
    let n = 0;
    for (; id < to && n < BATCH; id++) {
      this.unfold(id, state, 0);
      const some = inspector.expand(id, state, 0, successors, 0, moves);
      for (let i = 0; i < some; i++) n = expander.keep(successors, i * state.length, n);
    }
    return { next: id, n };
  }

  /** Tests the states inserted last, of which the first is `first`. */
  private test(first: number): void {
    const { visited, expander, inspector, state } = this;
    for (const i of expander.test(visited.fresh, visited.count - first)) {
      this.unfold(first + i, state, 0);
      inspector.check(first + i, state, 0);
    }
  }

  private unfold(id: number, to: Int32Array, at: number): void {
    this.expander.unfold(this.visited.chunkOf(id), this.visited.offsetOf(id), to, at);
  }
}
