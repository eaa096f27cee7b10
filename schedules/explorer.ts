/** What the exhaustive searches share: the compiled graph, the visited set, and the batch between them. */
import { compile, moveChoice, moveThread } from './compile.ts';
import type { Engine } from './compile.ts';
import { RangeFault } from './errors.ts';
import { modelError } from './fault.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Graph } from '../model/language/graph.ts';
import type { CheckOptions, Limit, ScheduleStep } from './result.ts';
import { RANGE } from './select.ts';
import { Visited } from './visited.ts';

/** Successors collected before they are inserted: enough to overlap cache misses, few enough for the nearest caches. */
const BATCH = 512;

/** A state that violates a conjunct. */
export interface Violation {
  readonly id: number;
  readonly conjunct: number;
}

export class Explorer {
  readonly engine: Engine;
  readonly visited: Visited;
  /** Moves that led to the states of the batch. */
  readonly moves: Int32Array;
  /** Most states `expandRange` should be given room for. */
  readonly capacity: number;
  transitions = 0;
  /** The states on the way to a state, from the initial one on; right for a search in order of ids. */
  lineage: (id: number) => readonly number[] = (id) => this.visited.lineage(id);
  private readonly maxBytes: number;
  private missing: number;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions) {
    this.engine = compile(graph, conjuncts);
    this.capacity = BATCH + this.engine.maxSuccessors;
    this.visited = new Visited(this.engine.layout.words, this.capacity, options.maxStates ?? Infinity, this.engine.maxSuccessors);
    this.moves = new Int32Array(this.capacity);
    this.maxBytes = options.maxMemory ?? Infinity;
    this.missing = graph.reaches.length;
  }

  /** Bytes of the engine's arrays. */
  get bytes(): number {
    return this.visited.bytes + this.moves.byteLength;
  }

  /** Inserts the initial state as id 0; false when memory does not allow it. */
  begin(): boolean {
    this.visited.batch.set(this.engine.initial);
    this.visited.from[0] = -1;
    return this.insert(1);
  }

  /** Inserts the first n states of the batch; false when memory does not allow it. */
  insert(n: number): boolean {
    if (!this.visited.reserve(n, this.maxBytes)) return false;
    this.visited.insert(n);
    return true;
  }

  /** Why new states were kept out, when `insert` answered false or `visited.refused` is set. */
  get limit(): Limit {
    return this.visited.refused ? 'states' : 'memory';
  }

  /**
   * Fills the batch with the successors of states from … to-1, stopping when the batch is full; states that are
   * deadlocks are appended to `dead`. Answers the first id not expanded and the number of states in the batch.
   */
  expandRange(from: number, to: number, dead: number[]): { next: number; n: number } {
    const { visited } = this;
    let id = from;
    let n = 0;
    while (id < to && n < BATCH) {
      const stop = Math.min(to, visited.chunkEnd(id));
      const chunk = visited.chunkOf(id);
      for (let o = visited.offsetOf(id); id < stop && n < BATCH; id++, o += visited.words) n = this.expandAt(chunk, o, id, n, dead);
    }
    this.transitions += n;
    return { next: id, n };
  }

  /** Appends the successors of one state to the n states in the batch; answers how many there are then. */
  expandOne(id: number, n: number, dead: number[]): number {
    return this.expandAt(this.visited.chunkOf(id), this.visited.offsetOf(id), id, n, dead);
  }

  /** Checks states from … to-1: appends the violations. @throws ModelError */
  checkRange(from: number, to: number, violations: Violation[]): void {
    const { visited, engine } = this;
    for (let id = from; id < to; id++) {
      const chunk = visited.chunkOf(id);
      const offset = visited.offsetOf(id);
      try {
        if (this.missing > 0) this.missing = engine.observe(chunk, offset);
        const conjunct = engine.check(chunk, offset);
        if (conjunct >= 0) violations.push({ id, conjunct });
      } catch (error) {
        throw this.located(error, id);
      }
    }
  }

  /** True when the violated conjunct says that the model, not the kernel, is wrong. */
  isModelError(v: Violation): boolean {
    return this.engine.conjuncts[v.conjunct]!.property === RANGE;
  }

  /** The schedule by which a state was first reached. */
  pathTo(id: number): ScheduleStep[] {
    const states = this.lineage(id);
    return states.slice(1).map((child, i) => this.moveBetween(states[i]!, child));
  }

  private expandAt(chunk: Int32Array, offset: number, id: number, n: number, dead: number[]): number {
    try {
      const { visited } = this;
      let after = this.engine.expand(chunk, offset, visited.batch, n, this.moves);
      if (after < 0) {
        after = ~after;
        dead.push(id);
      }
      for (let i = n; i < after; i++) visited.from[i] = id;
      return after;
    } catch (error) {
      throw this.located(error, id);
    }
  }

  private moveBetween(parent: number, child: number): ScheduleStep {
    const { visited } = this;
    const n = this.expandOne(parent, 0, []);
    const chunk = visited.chunkOf(child);
    const offset = visited.offsetOf(child);
    for (let i = 0; i < n; i++) {
      const same = chunk.subarray(offset, offset + visited.words).every((w, k) => w === visited.batch[i * visited.words + k]);
      if (same) return { thread: moveThread(this.moves[i]!), choice: moveChoice(this.moves[i]!) };
    }
    throw new Error(`state ${child} is no successor of ${parent}`);
  }

  /** The ModelError for a RangeFault met in a state. */
  private located(error: unknown, id: number): unknown {
    return error instanceof RangeFault ? modelError(this.engine.graph, this.engine.conjuncts, error, this.pathTo(id)) : error;
  }
}
