/**
 * Persistent sets: threads such that no other thread, whatever it does before one of the set moves, can do anything that
 * does not commute with their next steps (Godefroid 1996; the closure is that of stubborn sets, Valmari 1990).
 */
import type { Graph } from '../../model/language/graph.ts';
import type { Engine } from '../compile.ts';
import { firstOf, sizeOf } from './bits.ts';
import type { Situations } from './situations.ts';
import type { Standing } from './standing.ts';
import type { Tables } from './tables.ts';

/** Asked about one state after another: `begin` comes before what is asked about the next one, and each answer is worked out once. */
export class PersistentSets {
  /** All threads. */
  readonly all: number;
  private readonly at: Int32Array;
  private readonly canMoveOf: Engine['canMove'];
  private readonly tables: Tables;
  private readonly situations: Situations;
  private readonly nodes: number;
  private readonly threadOf: Int32Array;
  /** Rows of `tables.wakes` and `tables.delay`, as the threads that they are about. */
  private readonly wakers: Int32Array;
  private readonly delayers: Int32Array;
  private readonly masks: Int32Array;
  /** Threads whose mask is known; of which it is known whether they can move; those that can. */
  private masked = 0;
  private asked = 0;
  private able = 0;

  constructor(graph: Graph, engine: Engine, tables: Tables, situations: Situations, standing: Standing) {
    this.at = standing.at;
    this.canMoveOf = engine.canMove;
    this.tables = tables;
    this.situations = situations;
    this.nodes = graph.nodes.length;
    this.threadOf = Int32Array.from(graph.nodes, (n) => n.thread);
    this.all = 2 ** graph.threads.length - 1;
    this.wakers = this.threadsIn(tables.wakes);
    this.delayers = this.threadsIn(tables.delay);
    this.masks = new Int32Array(graph.threads.length);
  }

  /** Forgets the state that was asked about. */
  begin(): void {
    this.masked = 0;
    this.asked = 0;
  }

  /** True when a thread can move in the state at `src[o]`. @throws RangeFault */
  canMove(t: number, src: Int32Array, o: number): boolean {
    const bit = 1 << t;
    if ((this.asked & bit) === 0) {
      this.asked |= bit;
      if (this.canMoveOf[t]!(src, o)) this.able |= bit;
      else this.able &= ~bit;
    }
    return (this.able & bit) !== 0;
  }

  /** The threads that a persistent set with a thread must have, too, because of it alone. @throws RangeFault */
  needed(t: number, src: Int32Array, o: number): number {
    if ((this.masked >> t & 1) === 0) {
      this.masks[t] = this.work(t, src, o);
      this.masked |= 1 << t;
    }
    return this.masks[t]!;
  }

  /** The smallest persistent set of which a thread can move that is not at a cut node; all threads where there is none. @throws RangeFault */
  smallest(src: Int32Array, o: number): number {
    let best = this.all;
    let size = this.at.length;
    for (let t = 0; t < this.at.length && size > 1; t++) {
      if (this.tables.cut[this.at[t]!] === 1 || !this.canMove(t, src, o)) continue;
      const set = this.closure(t, size, src, o);
      if (set === 0) continue;
      best = set;
      size = sizeOf(set);
    }
    return best;
  }

  /** The threads that may come to a step which must not be preceded by what thread t does next. */
  endangered(t: number, src: Int32Array, o: number): number {
    const { later, threads } = this.situations.dangerOf(this.at[t]!, src, o);
    let set = 0;
    for (let rest = threads; rest !== 0; rest &= rest - 1) {
      const u = firstOf(rest);
      set |= later[this.at[u]!]! << u;
    }
    return set;
  }

  /** True when the next step of thread t, which takes a lock, may be put off past whatever others do. */
  isDelayable(t: number): boolean {
    return this.others(this.tables.delay, this.delayers, t) === 0;
  }

  /** Of the threads of a set those whose steps may as well come before the step at a node. */
  unhindered(set: number, node: number, src: Int32Array, o: number): number {
    let still = set;
    for (let rest = set; rest !== 0; rest &= rest - 1) {
      const t = firstOf(rest);
      if (this.situations.dangerOf(this.at[t]!, src, o).next[node] === 1) still &= ~(1 << t);
    }
    return still;
  }

  /** The least persistent set with a thread; 0 where it does not have fewer threads than `below`. */
  private closure(t: number, below: number, src: Int32Array, o: number): number {
    let set = 1 << t;
    for (let rest = set; rest !== 0;) {
      const u = firstOf(rest);
      const more = this.needed(u, src, o) & ~set;
      set |= more;
      rest = (rest & ~(1 << u)) | more;
      if (more !== 0 && sizeOf(set) >= below) return 0;
    }
    return set;
  }

  private work(t: number, src: Int32Array, o: number): number {
    if (this.tables.free[this.at[t]!] === 1) return 0;
    return this.canMove(t, src, o) ? this.endangered(t, src, o) : this.others(this.tables.wakes, this.wakers, t);
  }

  /** The threads that a table names for the step of thread t. */
  private others(table: Uint8Array, threads: Int32Array, t: number): number {
    const node = this.at[t]!;
    let set = 0;
    for (let rest = threads[node]!; rest !== 0; rest &= rest - 1) {
      const u = firstOf(rest);
      set |= table[node * this.nodes + this.at[u]!]! << u;
    }
    return set;
  }

  private threadsIn(table: Uint8Array): Int32Array {
    return Int32Array.from({ length: this.nodes }, (_, n) => {
      let set = 0;
      for (let m = 0; m < this.nodes; m++) if (table[n * this.nodes + m] === 1) set |= 1 << this.threadOf[m]!;
      return set;
    });
  }
}
