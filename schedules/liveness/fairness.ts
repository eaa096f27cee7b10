/**
 * Which endless runs are fair. Weakly: a thread moves again and again, or again and again cannot. Strongly: it moves again and
 * again, or from some point on never can; that is what a lock promises which serves in order.
 */
import type { GProgress } from '../../model/language/graph.ts';
import { moveThread } from '../compile.ts';
import { UsageError } from '../errors.ts';
import { components, type Components } from './components.ts';
import { fairThreads } from './fair-threads.ts';
import type { Transitions } from './transitions.ts';

/** Threads that can be told apart: two bits each. */
const MOST_FAIR = 15;

/**
 * What a stretch of a run has done for the threads with a promise, as one number: `start` of its first state, `after` each edge.
 * Bits 0 … n-1: threads that were served. Strongly, bits n … 2n-1: threads that could have moved.
 */
export class Fairness {
  /** Such numbers are 0 … size-1. */
  readonly size: number;
  private readonly graph: Transitions;
  private readonly strong: boolean;
  private readonly threads: number;
  /** The set of all threads with a promise. */
  private readonly all: number;
  /** By thread: its bit, or 0. */
  private readonly bits: Int32Array;

  /** @throws UsageError for too many threads. */
  constructor(graph: Transitions, property: GProgress) {
    const fair = fairThreads(graph.engine.graph, property);
    if (fair.length > MOST_FAIR) throw new UsageError(`${property.name}: fairness of ${fair.length} threads; at most ${MOST_FAIR} can be told apart`);
    this.graph = graph;
    this.strong = property.strong === true;
    this.threads = fair.length;
    this.bits = new Int32Array(graph.engine.graph.threads.length);
    fair.forEach((thread, i) => { this.bits[thread] = 1 << i; });
    this.all = 2 ** fair.length - 1;
    this.size = 2 ** (this.strong ? 2 * fair.length : fair.length);
  }

  /** Of a stretch of one state. */
  start(state: number): number {
    return this.strong ? this.enabled(state) << this.threads : this.all & ~this.enabled(state);
  }

  /** Of a stretch that an edge makes longer. */
  after(done: number, edge: number): number {
    return done | this.moved(edge) | this.start(this.graph.targets[edge]!);
  }

  /** Threads to which it is not fair to repeat the stretch for ever. */
  missing(done: number): number {
    return this.strong ? (done >> this.threads) & ~done : this.all & ~done;
  }

  /**
   * The parts of `inside` in which a fair run can stay for ever, going everywhere. States of no such part are taken out of `inside`.
   * Strongly: a part where a thread can move and never does is not fair, but what is left of it without these states may be
   * (R. Streett, "Propositional dynamic logic of looping and converse", Information and Control 54, 1982).
   */
  fairParts(inside: Uint8Array): Components {
    for (;;) {
      const parts = components(this.graph, inside);
      const { moved, could } = this.within(parts);
      let left = false;
      for (let state = 0; state < this.graph.states; state++) {
        const part = parts.of[state]!;
        if (part < 0) continue;
        const starved = this.strong ? could[part]! & ~moved[part]! & this.enabled(state) : this.all & ~(moved[part]! | ~could[part]!);
        if (starved === 0) continue;
        inside[state] = 0;
        left = true;
      }
      if (!left) return parts;
    }
  }

  /** By part: threads that move along its edges; and strongly those that can move in some of its states, weakly in all. */
  private within({ of, count }: Components): { readonly moved: Int32Array; readonly could: Int32Array } {
    const moved = new Int32Array(count);
    const could = new Int32Array(count).fill(this.strong ? 0 : this.all);
    for (let state = 0; state < this.graph.states; state++) {
      const part = of[state]!;
      if (part < 0) continue;
      if (this.strong) could[part]! |= this.enabled(state);
      else could[part]! &= this.enabled(state);
      for (let e = this.graph.first(state), end = this.graph.first(state + 1); e < end; e++) {
        if (of[this.graph.targets[e]!] === part) moved[part]! |= this.moved(e);
      }
    }
    return { moved, could };
  }

  private moved(edge: number): number {
    return this.bits[moveThread(this.graph.moves[edge]!)]!;
  }

  private enabled(state: number): number {
    let set = 0;
    for (let e = this.graph.first(state), end = this.graph.first(state + 1); e < end; e++) set |= this.moved(e);
    return set;
  }
}
