/** What the exhaustive searches in one thread share: the compiled graph, the visited set, and the batch between them. */
import { BatchExpander } from './batch.ts';
import { compile } from './compile.ts';
import type { Engine } from './compile.ts';
import { Inspector } from './inspector.ts';
import type { Failures } from './failures.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Graph } from '../model/language/graph.ts';
import type { CheckOptions, Limit } from './result.ts';
import type { Piece } from './levels.ts';
import { Visited } from './visited.ts';

/** Successors collected before they are inserted: enough to overlap cache misses, few enough for the nearest caches. */
export const BATCH = 512;

export class Explorer {
  readonly engine: Engine;
  readonly visited: Visited;
  /** Moves that led to the states of the batch, after `expandOne`. */
  readonly moves: Int32Array;
  transitions = 0;
  private readonly inspector: Inspector;
  private readonly maxBytes: number;
  private expander: BatchExpander | null = null;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions) {
    this.engine = compile(graph, conjuncts);
    this.inspector = new Inspector(this.engine);
    const capacity = BATCH + this.engine.maxSuccessors;
    this.visited = new Visited(this.engine.layout.words, capacity, options.maxStates ?? Infinity);
    this.moves = new Int32Array(capacity);
    this.maxBytes = options.maxMemory ?? Infinity;
  }

  /** Bytes of the engine's arrays. */
  get bytes(): number {
    return this.visited.bytes + this.moves.byteLength;
  }

  get failures(): Failures {
    return this.inspector.failures;
  }

  /** Inserts the initial state as id 0; false when memory does not allow it. */
  begin(): boolean {
    this.visited.batch.set(this.engine.initial);
    return this.insert(1);
  }

  /** Inserts states that were found before; false when memory does not allow it. */
  load(pieces: Iterable<Piece>): boolean {
    const { visited } = this;
    for (const { words, offset, count } of pieces) {
      for (let done = 0; done < count; done += visited.capacity) {
        const n = Math.min(count - done, visited.capacity);
        visited.batch.set(words.subarray(offset + done * visited.words, offset + (done + n) * visited.words));
        if (!this.insert(n)) return false;
      }
    }
    return true;
  }

  /** Inserts the first n states of the batch; false when memory does not allow it. */
  insert(n: number): boolean {
    if (!this.visited.reserve(n, this.maxBytes)) return false;
    this.visited.insert(n);
    return true;
  }

  /** As `insert`, for those who need no ids. */
  add(n: number): boolean {
    if (!this.visited.reserve(n, this.maxBytes)) return false;
    this.visited.add(n);
    return true;
  }

  /** Why new states were kept out, when `insert` answered false or `visited.refused` is set. */
  get limit(): Limit {
    return this.visited.refused ? 'states' : 'memory';
  }

  /**
   * Fills the batch with the successors of states from … to-1, stopping when the batch is full. Answers the first id
   * not expanded and the number of states in the batch, whose moves are not kept.
   */
  expandRange(from: number, to: number): { next: number; n: number } {
    const { visited } = this;
    this.expander ??= new BatchExpander(this.engine.graph, this.engine.layout, BATCH, this.engine.maxSuccessors);
    let id = from;
    let n = 0;
    while (id < to && n < BATCH) {
      n = this.expander.expand(visited.chunkOf(id), visited.offsetOf(id), Math.min(to, visited.chunkEnd(id)) - id, n);
      if (n < 0) return this.inspectRange(from, to);
      id += this.expander.expanded;
    }
    // All of it: a view of the first n states would be an object a batch.
    visited.batch.set(this.expander.batch);
    return { next: id, n };
  }

  /** Lets `engine.ran` know what `expandRange` ran. */
  noteRan(): void {
    this.expander?.note(this.engine.ran);
  }

  /** Fills the batch with the successors of one state; answers how many there are. */
  expandOne(id: number): number {
    return this.inspector.expand(id, this.visited.chunkOf(id), this.visited.offsetOf(id), this.visited.batch, 0, this.moves);
  }

  /** As `expandRange`, where failures are to be noted. */
  private inspectRange(from: number, to: number): { next: number; n: number } {
    const { visited, inspector, moves } = this;
    let id = from;
    let n = 0;
    while (id < to && n < BATCH) {
      const stop = Math.min(to, visited.chunkEnd(id));
      const chunk = visited.chunkOf(id);
      for (let o = visited.offsetOf(id); id < stop && n < BATCH; id++, o += visited.words) n = inspector.expand(id, chunk, o, visited.batch, n, moves);
    }
    return { next: id, n };
  }

  /** Checks states from … to-1. */
  checkRange(from: number, to: number): void {
    const { visited, inspector } = this;
    for (let id = from; id < to;) {
      const stop = Math.min(to, visited.chunkEnd(id));
      const chunk = visited.chunkOf(id);
      for (let o = visited.offsetOf(id); id < stop; id++, o += visited.words) inspector.check(id, chunk, o);
    }
  }
}
