/** Fair cycles within a part of the states. */
import type { Components } from './components.ts';
import type { Fairness } from './fairness.ts';
import type { Transitions } from './transitions.ts';

/** Pairs of a state and such a number that there is room for. */
const ROOM = 2 ** 23;

export class Cycles {
  /** Pairs looked at so far. */
  effort = 0;
  private readonly graph: Transitions;
  private readonly fairness: Fairness;
  private readonly of: Int32Array;
  /** By state: its number within its part. */
  private readonly local: Int32Array;
  private readonly sizes: Int32Array;
  /** By pair: the search that met it last. */
  private met = new Int32Array(0);
  private searches = 0;

  constructor(graph: Transitions, fairness: Fairness, { of, count }: Components) {
    this.graph = graph;
    this.fairness = fairness;
    this.of = of;
    this.sizes = new Int32Array(count);
    this.local = Int32Array.from(of, (component) => (component < 0 ? -1 : this.sizes[component]!++));
  }

  /** Whether there is room for the pairs around this state. */
  fits(knot: number): boolean {
    return this.pairs(knot) <= ROOM;
  }

  /**
   * Edges of a shortest fair cycle through a state, or null when it would have more than `most`: a breadth-first search over
   * pairs of a state and what the way to it has done for fairness. Empty where no fair thread can move.
   */
  shortest(knot: number, most: number): number[] | null {
    const { graph, fairness } = this;
    if (fairness.missing(fairness.start(knot)) === 0) return [];
    const queue: Pair[] = [{ state: knot, done: fairness.start(knot), edge: -1, before: null, depth: 0 }];
    this.searches++;
    if (this.met.length < this.pairs(knot)) this.met = new Int32Array(this.pairs(knot));
    for (const here of queue) {
      if (here.depth === most) return null;
      for (let e = graph.first(here.state), end = graph.first(here.state + 1); e < end; e++) {
        const state = graph.targets[e]!;
        if (this.of[state] !== this.of[knot]) continue;
        const next: Pair = { state, done: fairness.after(here.done, e), edge: e, before: here, depth: here.depth + 1 };
        if (state === knot && fairness.missing(next.done) === 0) return wayTo(next);
        if (this.isNew(next)) queue.push(next);
      }
    }
    return null;
  }

  /** A fair cycle through a state: the nearest thread that is missing is served, one after the other, and then back. */
  greedy(knot: number): number[] {
    const { fairness, graph } = this;
    const cycle: number[] = [];
    let at = knot;
    let done = fairness.start(knot);
    while (fairness.missing(done) !== 0 || at !== knot) {
      const missing = fairness.missing(done);
      const known = done;
      const leg = this.wander(at, (state, e) => (missing === 0 ? state === knot : (missing & ~fairness.missing(fairness.after(known, e))) !== 0));
      for (const edge of leg) {
        at = graph.targets[edge]!;
        done = fairness.after(done, edge);
      }
      cycle.push(...leg);
    }
    return cycle;
  }

  /** Edges of a shortest way within the part, the last of which is as wanted. There is one. */
  private wander(from: number, wanted: (state: number, edge: number) => boolean): number[] {
    const { graph } = this;
    const queue: Pair[] = [{ state: from, done: 0, edge: -1, before: null, depth: 0 }];
    const met = new Set([from]);
    for (const here of queue) {
      for (let e = graph.first(here.state), end = graph.first(here.state + 1); e < end; e++) {
        const state = graph.targets[e]!;
        if (this.of[state] !== this.of[from]) continue;
        const next: Pair = { state, done: 0, edge: e, before: here, depth: here.depth + 1 };
        if (wanted(state, e)) return wayTo(next);
        if (met.size !== met.add(state).size) queue.push(next);
      }
    }
    throw new Error('a fair part without a fair cycle');
  }

  private isNew({ state, done }: Pair): boolean {
    const pair = this.local[state]! * this.fairness.size + done;
    if (this.met[pair] === this.searches) return false;
    this.met[pair] = this.searches;
    this.effort++;
    return true;
  }

  private pairs(knot: number): number {
    return this.sizes[this.of[knot]!]! * this.fairness.size;
  }
}

/** A state on a way, with what was done for fairness so far. */
interface Pair {
  readonly state: number;
  readonly done: number;
  /** By which it was met; -1 at the start. */
  readonly edge: number;
  readonly before: Pair | null;
  readonly depth: number;
}

function wayTo(end: Pair): number[] {
  const edges: number[] = [];
  for (let at = end; at.before !== null; at = at.before) edges.push(at.edge);
  return edges.reverse();
}
