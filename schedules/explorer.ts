/** What the searches share that need the moves between states: the compiled graph, the visited set, and the batch between them. */
import { compile } from './compile.ts';
import type { Engine } from './compile.ts';
import { Inspector } from './inspector.ts';
import type { Failures } from './failures.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Graph } from '../model/language/graph.ts';
import type { CheckOptions, Limit } from './result.ts';
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

  /** Fills the batch with the successors of one state; answers how many there are. */
  expandOne(id: number): number {
    return this.inspector.expand(id, this.visited.chunkOf(id), this.visited.offsetOf(id), this.visited.batch, 0, this.moves);
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
