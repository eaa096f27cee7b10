/** Strongly connected components of a part of the state graph, by Tarjan's algorithm without recursion. */
import type { Transitions } from './transitions.ts';

export interface Components {
  /** By state: the number of its component, or -1 outside the part. */
  readonly of: Int32Array;
  readonly count: number;
}

/** R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1(2), 1972. `inside`: 1 by state of the part. */
export function components(graph: Transitions, inside: Uint8Array): Components {
  const tarjan = new Tarjan(graph, inside);
  for (let root = 0; root < graph.states; root++) {
    if (inside[root] === 1 && tarjan.index[root] === 0) tarjan.visit(root);
  }
  return { of: tarjan.of, count: tarjan.count };
}

class Tarjan {
  /** By state: the number of its visit, from 1; 0 before. */
  readonly index: Int32Array;
  readonly of: Int32Array;
  count = 0;
  private readonly graph: Transitions;
  private readonly inside: Uint8Array;
  /** By state: least visit that is known to be reachable within the component. */
  private readonly low: Int32Array;
  /** By state on the path: the next edge to look at. */
  private readonly next: Int32Array;
  private readonly path: Int32Array;
  private readonly stack: Int32Array;
  private onPath = 0;
  private onStack = 0;
  private visits = 0;

  constructor(graph: Transitions, inside: Uint8Array) {
    this.graph = graph;
    this.inside = inside;
    const array = (): Int32Array => new Int32Array(graph.states);
    [this.index, this.low, this.next, this.path, this.stack] = [array(), array(), array(), array(), array()];
    this.of = array().fill(-1);
  }

  visit(root: number): void {
    this.enter(root);
    while (this.onPath > 0) {
      const state = this.path[this.onPath - 1]!;
      const edge = this.next[state]!;
      if (edge < this.graph.first(state + 1)) {
        this.next[state] = edge + 1;
        this.follow(state, this.graph.targets[edge]!);
      } else {
        this.leave(state);
      }
    }
  }

  private enter(state: number): void {
    this.index[state] = this.low[state] = ++this.visits;
    this.next[state] = this.graph.first(state);
    this.path[this.onPath++] = state;
    this.stack[this.onStack++] = state;
  }

  private follow(state: number, to: number): void {
    if (this.inside[to] !== 1) return;
    if (this.index[to] === 0) this.enter(to);
    else if (this.of[to] === -1) this.low[state] = Math.min(this.low[state]!, this.index[to]!);
  }

  private leave(state: number): void {
    this.onPath--;
    if (this.onPath > 0) {
      const parent = this.path[this.onPath - 1]!;
      this.low[parent] = Math.min(this.low[parent]!, this.low[state]!);
    }
    if (this.low[state] !== this.index[state]) return;
    for (let member = -1; member !== state;) {
      member = this.stack[--this.onStack]!;
      this.of[member] = this.count;
    }
    this.count++;
  }
}
