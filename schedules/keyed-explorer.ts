/** What the breadth-first search in memory works with: a BatchExpander, the set and the list of the keys it makes, and an Engine for what goes wrong. */
import type { Graph } from '../model/language/graph.ts';
import { BatchExpander, commonFor } from './batch.ts';
import { HALVES, type Folds } from './batch-plan.ts';
import { compile, type Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import type { Failures } from './failures.ts';
import { Inspector } from './inspector.ts';
import type { SelectedConjunct } from './interpret.ts';
import { KeyList } from './key-list.ts';
import { KeySet } from './key-set.ts';
import type { Piece } from './levels.ts';
import { refold, unfolded } from './refold.ts';
import type { CheckOptions, Limit } from './result.ts';

export class KeyedExplorer {
  readonly engine: Engine;
  transitions = 0;
  /** States found: ids are 0 … count-1, in order of discovery. */
  count = 1;
  private expander: BatchExpander;
  private set: KeySet;
  private readonly list: KeyList;
  private readonly inspector: Inspector;
  private readonly maxStates: number;
  private readonly maxBytes: number;
  /** From so many states on those expanded are forgotten. */
  private readonly kept: number;
  /** True once a state was found that `maxStates` kept out. */
  private refused = false;
  /** One state in full, the successors of one, and their moves. */
  private readonly state: Int32Array;
  private readonly successors: Int32Array;
  private readonly moves: Int32Array;

  /** `kept`: states are only forgotten when there are more. `folds`: of the keys, at first. */
  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, kept = Infinity, folds: Folds = HALVES) {
    this.engine = compile(graph, conjuncts);
    const { layout, maxSuccessors } = this.engine;
    this.inspector = new Inspector(this.engine);
    this.maxStates = options.maxStates ?? Infinity;
    this.maxBytes = options.maxMemory ?? Infinity;
    this.state = new Int32Array(layout.words);
    this.successors = new Int32Array(layout.words * maxSuccessors);
    this.moves = new Int32Array(maxSuccessors);
    this.kept = kept;
    this.expander = this.expanderOf(folds);
    this.set = new KeySet(this.expander);
    this.list = new KeyList(this.expander.keyWords);
  }

  /** Bytes of the engine's arrays. */
  get bytes(): number {
    return this.set.bytes + this.list.bytesFor(0) + this.expander.bytes;
  }

  /** True when states that were expanded have been forgotten: they are counted, and never found anew, but cannot be had again. */
  get forgets(): boolean {
    return this.list.forgets;
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
    const { expander, list, engine: { initial } } = this;
    if (!this.room(1)) return false;
    expander.keep(initial, 0, 0);
    const key = new Int32Array(expander.keyWords);
    expander.takeKeys(1, key, new Int32Array(1));
    list.write(0, key, 0, 1);
    for (const i of expander.test(Int32Array.of(0), 1)) this.inspector.check(i, initial, 0);
    expander.takeTransitions();
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
    if (this.count > this.kept) this.list.forget(from);
    const found = this.count;
    this.failures.keep();
    const { next, n } = this.fill(from, to);
    const whole = this.insert(n);
    if (whole) this.test(found);
    if (!whole || this.refused) {
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

  /** The states from … to-1 in full, unless forgotten. */
  pieces(from: number, to: number): Iterable<Piece> {
    return unfolded(this.expander, this.list.pieces(from, to));
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
    const full = this.expander.reserve(this.maxBytes - this.set.bytes - this.list.bytesFor(0));
    return full === 'numbers' ? this.widen() : full === null;
  }

  /** Room for the keys of states with ids below `end`; false when memory does not allow it. */
  private room(end: number): boolean {
    const { list, set, expander } = this;
    const wanted = Math.min(end, this.maxStates);
    if (!set.reserve(wanted, this.maxBytes - expander.bytes - list.bytesFor(wanted))) return false;
    list.reserve(wanted);
    return true;
  }

  /** Makes all keys anew, because parts have become too many for their numbers; ids stay. False when memory does not allow it: then they are as they were. */
  private widen(): boolean {
    const folds = this.expander.wider();
    return (this.redivide(folds) ?? this.refold(folds)) && this.reserve();
  }

  /** By dividing numbers anew; null where that is impossible. */
  private redivide(folds: Folds): boolean | null {
    const { expander, set, list, count } = this;
    const keys = count * expander.keyWords;
    if (this.bytes + 4 * keys > this.maxBytes) return false;
    const again = expander.redivide(folds);
    if (again === null) return null;
    const all = new Int32Array(keys - expander.keyWords);
    let n = 0;
    for (const { words, offset, count: some } of set.keys()) {
      all.set(words.subarray(offset, offset + some * expander.keyWords), n);
      n += some * expander.keyWords;
    }
    again(all, 0, count - 1);
    set.replace(all);
    for (const { words, offset, count: some } of list.pieces(0, count)) again(words, offset, some);
    return true;
  }

  /** With new tables. */
  private refold(folds: Folds): boolean {
    const { expander: before, list, count } = this;
    const after = this.expanderOf(folds);
    const set = new KeySet(after);
    const free = this.maxBytes - this.bytes;
    let found = 1;
    for (const { words, count: n } of unfolded(before, this.set.keys())) {
      found += n;
      if (after.reserve(free - set.bytes) !== null || !set.reserve(found, free - after.bytes)) return false;
      for (let i = 0; i < n; i++) after.keep(words, i * this.state.length, i);
      after.makeKeys(n);
      set.insert(n, n);
    }
    refold(before, after, list.pieces(0, count), () => true);
    this.note();
    this.expander = after;
    this.set = set;
    return true;
  }

  private insert(n: number): boolean {
    const { set, list, expander, count } = this;
    if (!this.room(count + n)) return false;
    expander.makeKeys(n);
    const found = set.insert(n, this.maxStates - count);
    this.refused ||= found < 0;
    this.count += found < 0 ? ~found : found;
    list.write(count, set.found.words, set.found.offset, this.count - count);
    return true;
  }

  private fill(from: number, to: number): { next: number; n: number } {
    const { list, expander } = this;
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
    const { count, expander, inspector, state } = this;
    for (const i of expander.testNew(count - first)) {
      this.unfold(first + i, state, 0);
      inspector.check(first + i, state, 0);
    }
  }

  private unfold(id: number, to: Int32Array, at: number): void {
    this.expander.unfold(this.list.chunkOf(id), this.list.offsetOf(id), to, at);
  }
}
