/** Weak fairness, as bits: a run is fair to a thread that moves again and again, and to one that again and again cannot. */
import type { GProgress, Graph } from '../../model/language/graph.ts';
import { moveThread } from '../compile.ts';
import { UsageError } from '../errors.ts';
import type { Components } from './components.ts';
import type { Transitions } from './transitions.ts';

/** Bits of a set of threads. */
const MOST_FAIR = 30;

/** Indices of the threads that are promised their turns. */
export function fairThreads(graph: Graph, { unfair }: GProgress): number[] {
  return graph.threads.flatMap((t, i) => (t.daemon === 'optional' || unfair.includes(i) ? [] : [i]));
}

/** Sets of fair threads by state and edge. */
export class Fairness {
  /** The set of all of them. */
  readonly all: number;
  private readonly graph: Transitions;
  /** By thread: its bit, or 0. */
  private readonly bits: Int32Array;

  /** @throws UsageError for too many threads. */
  constructor(graph: Transitions, property: GProgress) {
    const fair = fairThreads(graph.engine.graph, property);
    if (fair.length > MOST_FAIR) throw new UsageError(`${property.name}: fairness of ${fair.length} threads; at most ${MOST_FAIR} can be told apart`);
    this.graph = graph;
    this.bits = new Int32Array(graph.engine.graph.threads.length);
    fair.forEach((thread, i) => { this.bits[thread] = 1 << i; });
    this.all = 2 ** fair.length - 1;
  }

  /** The thread that moves along an edge. */
  moved(edge: number): number {
    return this.bits[moveThread(this.graph.moves[edge]!)]!;
  }

  /** Threads that cannot move in a state. */
  disabled(state: number): number {
    let enabled = 0;
    for (let e = this.graph.first(state), end = this.graph.first(state + 1); e < end; e++) enabled |= this.moved(e);
    return this.all & ~enabled;
  }

  /**
   * By component: 1 where a fair run can stay for ever. Of a state by itself that is so when no fair thread can move there:
   * the run rests, for it need not go on.
   */
  fairComponents({ of, count }: Components): Uint8Array {
    const served = new Int32Array(count);
    for (let state = 0; state < this.graph.states; state++) {
      const component = of[state]!;
      if (component < 0) continue;
      let set = this.disabled(state);
      for (let e = this.graph.first(state), end = this.graph.first(state + 1); e < end; e++) {
        if (of[this.graph.targets[e]!] === component) set |= this.moved(e);
      }
      served[component]! |= set;
    }
    return Uint8Array.from(served, (set) => (set === this.all ? 1 : 0));
  }
}
