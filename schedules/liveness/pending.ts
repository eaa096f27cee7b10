/** Where an obligation is pending, and a shortest way there. */
import type { GConjunct, GExpr, GProgress } from '../../model/language/graph.ts';
import { compile } from '../compile.ts';
import type { Transitions } from './transitions.ts';

/** What a state says about an obligation: it is met there, it arises there, or neither. */
const MET = 0;
const ARISES = 1;

const unless = (e: GExpr): GConjunct => ({ name: '', premise: null, holds: { g: 'op', op: 'not', args: [e] } });

/** Breadth-first search over pairs of a state and whether the obligation is pending: pair `2 * state + pending`. */
export class Pending {
  /** Pairs in the order of the search. */
  readonly order: Int32Array;
  count = 0;
  /** By pair: the pair before and the edge between, or -1; of the initial pair itself and -1. */
  private readonly before: Int32Array;
  private readonly by: Int32Array;
  private readonly graph: Transitions;

  /** @throws RangeFault */
  constructor(graph: Transitions, { name, from, to }: GProgress) {
    const { check } = compile(graph.engine.graph, [to, from].map((e) => ({ ...unless(e), property: name })));
    const says = new Int8Array(graph.states);
    for (let s = 0; s < graph.states; s++) says[s] = check(graph.visited.chunkOf(s), graph.visited.offsetOf(s));
    this.graph = graph;
    this.order = new Int32Array(2 * graph.states);
    this.before = new Int32Array(2 * graph.states).fill(-1);
    this.by = new Int32Array(2 * graph.states).fill(-1);
    const pair = (state: number, pending: number): number => 2 * state + (says[state] === MET ? 0 : says[state] === ARISES ? 1 : pending);
    const first = pair(0, 0);
    this.before[first] = first;
    this.order[this.count++] = first;
    for (let at = 0; at < this.count; at++) {
      const here = this.order[at]!;
      for (let e = graph.first(here >> 1), end = graph.first((here >> 1) + 1); e < end; e++) this.meet(pair(graph.targets[e]!, here & 1), here, e);
    }
  }

  /** By state: 1 where it is pending in some run. */
  states(): Uint8Array {
    return Uint8Array.from({ length: this.graph.states }, (_, s) => (this.before[2 * s + 1] === -1 ? 0 : 1));
  }

  /** Edges of a shortest way to a pair. */
  way(pair: number): number[] {
    const edges: number[] = [];
    for (let at = pair; this.before[at] !== at; at = this.before[at]!) edges.push(this.by[at]!);
    return edges.reverse();
  }

  private meet(pair: number, from: number, edge: number): void {
    if (this.before[pair] !== -1) return;
    this.before[pair] = from;
    this.by[pair] = edge;
    this.order[this.count++] = pair;
  }
}
