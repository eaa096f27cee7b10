/** The whole state graph in memory: states as the explorers keep them, and every edge with the move that it is. */
import type { Engine } from '../compile.ts';
import { grown } from '../grown.ts';
import type { Pace } from '../pace.ts';
import type { CheckOptions, Limit } from '../result.ts';
import { BATCH } from '../explorer.ts';
import { Visited } from '../visited.ts';

/** Edges that there is room for at first. */
const FIRST_EDGES = 1 << 12;

function fitting(array: Int32Array, length: number): Int32Array {
  return array.length >= length ? array : grown(array, length);
}

/** Edges of a state are consecutive, in the order of its moves. */
export class Transitions {
  readonly engine: Engine;
  readonly visited: Visited;
  /** By edge. */
  moves: Int32Array = new Int32Array(FIRST_EDGES);
  targets: Int32Array = new Int32Array(FIRST_EDGES);
  /** Edges so far. */
  edges = 0;
  private starts: Int32Array = new Int32Array(FIRST_EDGES);
  private readonly found: Int32Array;
  private readonly maxBytes: number;
  private expanded = 0;

  constructor(engine: Engine, { maxStates = Infinity, maxMemory = Infinity }: CheckOptions) {
    const capacity = BATCH + engine.maxSuccessors;
    this.engine = engine;
    this.visited = new Visited(engine.layout.words, capacity, maxStates);
    this.found = new Int32Array(capacity);
    this.maxBytes = maxMemory;
  }

  get states(): number {
    return this.visited.count;
  }

  get bytes(): number {
    return this.visited.bytes + this.moves.byteLength + this.targets.byteLength + this.starts.byteLength;
  }

  /** First edge of a state; that of the state after it is the first that is none of its own. */
  first(state: number): number {
    return this.starts[state]!;
  }

  /** Explores everything. Answers the limit that stopped it, after which the graph is of no use, or null. @throws RangeFault */
  async explore(pace: Pace): Promise<Limit | null> {
    this.visited.batch.set(this.engine.initial);
    let limit = this.insert(1);
    while (limit === null && this.expanded < this.visited.count) {
      limit = this.insert(this.expandBatch());
      if (limit === null && pace.due()) limit = await pace.pause(() => this.counters());
    }
    return limit;
  }

  private counters(): { states: number; transitions: number; depth: number; frontier: number; memory: number } {
    return { states: this.states, transitions: this.edges, depth: 0, frontier: this.states - this.expanded, memory: this.bytes };
  }

  /** Successors of as many states as fill the batch; answers how many there are. */
  private expandBatch(): number {
    const { engine, visited, found } = this;
    this.starts = fitting(this.starts, this.expanded + BATCH + 2);
    let n = 0;
    for (let budget = BATCH; budget > 0 && this.expanded < visited.count && n < BATCH; budget--) {
      const id = this.expanded++;
      const after = engine.expand(visited.chunkOf(id), visited.offsetOf(id), visited.batch, n, found);
      n = after < 0 ? ~after : after;
      this.starts[id + 1] = this.edges + n;
    }
    return n;
  }

  /** Inserts the first n states of the batch, and the edges to them when they come from somewhere. */
  private insert(n: number): Limit | null {
    const { visited } = this;
    if (!visited.reserve(n, this.maxBytes)) return 'memory';
    visited.insert(n);
    if (visited.refused) return 'states';
    if (this.expanded === 0) return null;
    this.moves = fitting(this.moves, this.edges + n);
    this.targets = fitting(this.targets, this.edges + n);
    this.moves.set(this.found.subarray(0, n), this.edges);
    this.targets.set(visited.ids.subarray(0, n), this.edges);
    this.edges += n;
    return this.bytes > this.maxBytes ? 'memory' : null;
  }
}
