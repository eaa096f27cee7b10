/** Fair cycles within a component: each fair thread moves along one, or cannot in one of its states. */
import type { Components } from './components.ts';
import type { Fairness } from './fairness.ts';
import type { Transitions } from './transitions.ts';

/** Pairs of a state and a set of threads that there is room for. */
const ROOM = 2 ** 23;

export class Cycles {
  /** Pairs looked at so far. */
  effort = 0;
  private readonly graph: Transitions;
  private readonly fairness: Fairness;
  private readonly of: Int32Array;
  /** By state: its number within its component. */
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
   * pairs of a state and the threads served on the way to it. Empty where no fair thread can move.
   */
  shortest(knot: number, most: number): number[] | null {
    const { graph, fairness } = this;
    if (fairness.disabled(knot) === fairness.all) return [];
    const queue: Pair[] = [{ state: knot, served: fairness.disabled(knot), edge: -1, before: null, depth: 0 }];
    this.searches++;
    if (this.met.length < this.pairs(knot)) this.met = new Int32Array(this.pairs(knot));
    for (const here of queue) {
      if (here.depth === most) return null;
      for (let e = graph.first(here.state), end = graph.first(here.state + 1); e < end; e++) {
        const state = graph.targets[e]!;
        if (this.of[state] !== this.of[knot]) continue;
        const next: Pair = { state, served: here.served | fairness.moved(e) | fairness.disabled(state), edge: e, before: here, depth: here.depth + 1 };
        if (state === knot && next.served === fairness.all) return wayTo(next);
        if (this.isNew(next)) queue.push(next);
      }
    }
    return null;
  }

  /** A fair cycle through a state: the nearest thread that still waits is served, one after the other, and then back. */
  greedy(knot: number): number[] {
    const { fairness } = this;
    const cycle: number[] = [];
    let at = knot;
    let served = fairness.disabled(knot);
    if (served === fairness.all) return cycle;
    while (served !== fairness.all || at !== knot) {
      const known = served;
      const home = served === fairness.all;
      const leg = this.wander(at, (state, e) => (home ? state === knot : ((fairness.moved(e) | fairness.disabled(state)) & ~known) !== 0));
      for (const edge of leg) {
        at = this.graph.targets[edge]!;
        served |= fairness.moved(edge) | fairness.disabled(at);
      }
      cycle.push(...leg);
    }
    return cycle;
  }

  /** Edges of a shortest way within the component, the last of which is as wanted. There is one. */
  private wander(from: number, wanted: (state: number, edge: number) => boolean): number[] {
    const { graph } = this;
    const queue: Pair[] = [{ state: from, served: 0, edge: -1, before: null, depth: 0 }];
    const met = new Set([from]);
    for (const here of queue) {
      for (let e = graph.first(here.state), end = graph.first(here.state + 1); e < end; e++) {
        const state = graph.targets[e]!;
        if (this.of[state] !== this.of[from]) continue;
        const next: Pair = { state, served: 0, edge: e, before: here, depth: here.depth + 1 };
        if (wanted(state, e)) return wayTo(next);
        if (met.size !== met.add(state).size) queue.push(next);
      }
    }
    throw new Error('a fair component without a fair cycle');
  }

  private isNew({ state, served }: Pair): boolean {
    const pair = this.local[state]! * (this.fairness.all + 1) + served;
    if (this.met[pair] === this.searches) return false;
    this.met[pair] = this.searches;
    this.effort++;
    return true;
  }

  private pairs(knot: number): number {
    return this.sizes[this.of[knot]!]! * (this.fairness.all + 1);
  }
}

/** A state on a way, with the threads served so far. */
interface Pair {
  readonly state: number;
  readonly served: number;
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
