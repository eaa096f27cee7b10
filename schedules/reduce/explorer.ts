/**
 * The reduced successor relation. Two ideas, each of which can be left out:
 *
 * persistent: in each state a set of threads such that no other thread, whatever it does before one of the set moves, can
 * do anything that does not commute with their next steps (Godefroid 1996; the closure is that of stubborn sets, Valmari
 * 1990). Only threads of the set move, if one of them that can is not at a cut node: following such threads leads to a
 * state where all move, so that nobody is ignored.
 *
 * movers (Lipton 1975): a thread that may go on alone does so without the states between being kept; and a thread that has
 * taken a lock goes on to its next step, since taking the lock could as well have been delayed until then, unless that
 * step could block in a circle of locks.
 */
import type { Graph } from '../../model/language/graph.ts';
import { moveThread, type Engine } from '../compile.ts';
import { UsageError } from '../errors.ts';
import type { Tables } from './tables.ts';

/** At most this many threads: sets of them are bits of a word. */
export const MOST_THREADS = 30;

export interface Ideas {
  readonly movers: boolean;
  readonly persistent: boolean;
}

export class ReducedSteps {
  /** Successors of the state expanded last, `words` apiece. */
  readonly successors: Int32Array;
  /** The moves that led to each, when `recording`. */
  readonly paths: number[][] = [];
  recording = false;
  /** True when the state expanded last is a deadlock. */
  deadlock = false;
  /** First conjunct violated on the way to a successor, or -1; later ones are not looked for. */
  violated = -1;
  /** Which successor that was. */
  violatedAt = -1;
  /** A node taken to be unreachable where a thread came to stand in the last expansion, or -1. */
  surprise = -1;
  /** Steps run, those between kept states included. */
  steps = 0;

  private readonly engine: Engine;
  private readonly ideas: Ideas;
  private readonly tables: Tables;
  private readonly live: Uint8Array;
  private readonly threads: number;
  private readonly nodes: number;
  private readonly words: number;
  private readonly all: number;
  private readonly choices: Int32Array;
  private readonly guarded: Uint8Array;
  private readonly nodesOf: readonly Int32Array[];
  private readonly pcWord: Int32Array;
  private readonly pcShift: Int32Array;
  private readonly pcMask: Int32Array;
  /** By thread: the node where it stands in the state looked at. */
  private readonly at: Int32Array;
  private readonly origin: Int32Array;
  private readonly closures: Int32Array;
  private readonly masks: Int32Array;
  private readonly found: Int32Array;
  private readonly moves: Int32Array;
  private readonly state: Int32Array;
  private readonly next: Int32Array;
  private readonly nextMove = new Int32Array(1);
  /** The state followed has come of a step that claims may depend on, and was not checked yet. */
  private unseen = false;
  /** The threads that move in the state expanded. */
  private chosen = 0;

  /** `live`: by node, 0 where the tables take it to be unreachable. @throws UsageError for more than 30 threads. */
  constructor(graph: Graph, engine: Engine, tables: Tables, live: Uint8Array, ideas: Ideas) {
    if (graph.threads.length > MOST_THREADS) throw new UsageError(`a reduced search takes at most ${MOST_THREADS} threads`);
    this.engine = engine;
    this.tables = tables;
    // A copy: what is learnt meanwhile must not change what a state's successors are.
    this.live = live.slice();
    this.ideas = ideas;
    this.threads = graph.threads.length;
    this.nodes = graph.nodes.length;
    this.words = engine.layout.words;
    this.all = 2 ** this.threads - 1;
    this.choices = Int32Array.from(graph.nodes, (n) => n.choices);
    this.guarded = Uint8Array.from(graph.nodes, (n) => (n.guard === null ? 0 : 1));
    this.nodesOf = graph.threads.map((t) => Int32Array.from(t.nodes));
    this.pcWord = Int32Array.from(engine.layout.pcs, (f) => f.word);
    this.pcShift = Int32Array.from(engine.layout.pcs, (f) => f.shift);
    this.pcMask = Int32Array.from(engine.layout.pcs, (f) => 2 ** f.width - 1);
    this.at = new Int32Array(this.threads);
    this.origin = new Int32Array(this.threads);
    this.closures = new Int32Array(this.threads);
    this.masks = new Int32Array(this.threads);
    this.found = new Int32Array(this.words * engine.maxSuccessors);
    this.successors = new Int32Array(this.words * engine.maxSuccessors);
    this.moves = new Int32Array(engine.maxSuccessors);
    this.state = new Int32Array(this.words);
    this.next = new Int32Array(this.words);
  }

  /** Computes the successors of the state at `src[o]`; answers how many there are. @throws RangeFault */
  expand(src: Int32Array, o: number): number {
    this.deadlock = false;
    this.surprise = -1;
    this.violated = -1;
    this.paths.length = 0;
    this.locate(src, o);
    const n = this.select(src, o);
    this.steps += n;
    for (let t = 0; t < this.threads; t++) this.origin[t] = this.at[t]!;
    for (let i = 0; i < n; i++) this.follow(i);
    return n;
  }

  /** Notes where the threads stand. */
  private locate(src: Int32Array, o: number): void {
    for (let t = 0; t < this.threads; t++) this.locateOne(t, src, o);
  }

  private locateOne(t: number, src: Int32Array, o: number): void {
    const local = (src[o + this.pcWord[t]!]! >>> this.pcShift[t]!) & this.pcMask[t]!;
    const node = this.nodesOf[t]![local]!;
    this.at[t] = node;
    if (this.live[node] === 0) this.surprise = node;
  }

  /** The successors by the threads chosen, in `found`. */
  private select(src: Int32Array, o: number): number {
    this.chosen = this.all;
    if (this.ideas.persistent) {
      this.close(src, o);
      for (let left = this.candidates(); left !== 0;) {
        const best = this.smallest(left);
        left &= ~(1 << best);
        const n = this.moveAll(this.closures[best]!, best, src, o);
        if (n > 0) return n;
      }
    }
    const n = this.engine.expand(src, o, this.found, 0, this.moves);
    this.deadlock = n < 0;
    return n < 0 ? ~n : n;
  }

  /** By thread: the set that it needs around it. */
  private close(src: Int32Array, o: number): void {
    const { masks, closures, threads, engine, tables } = this;
    for (let t = 0; t < threads; t++) {
      const node = this.at[t]!;
      masks[t] = tables.free[node] === 1 ? 0 : this.others(engine.canMove[t]!(src, o) ? tables.danger : tables.wakes, t);
    }
    for (let t = 0; t < threads; t++) {
      let set = 1 << t;
      for (let before = 0; before !== set;) {
        before = set;
        for (let u = 0; u < threads; u++) if ((set >> u & 1) !== 0) set |= masks[u]!;
      }
      closures[t] = set;
    }
  }

  /** The threads that may carry a persistent set. */
  private candidates(): number {
    let set = 0;
    for (let t = 0; t < this.threads; t++) if (this.tables.cut[this.at[t]!] === 0 && this.closures[t] !== this.all) set |= 1 << t;
    return set;
  }

  private smallest(candidates: number): number {
    let best = -1;
    for (let t = 0; t < this.threads; t++) {
      if ((candidates >> t & 1) !== 0 && (best < 0 || size(this.closures[t]!) < size(this.closures[best]!))) best = t;
    }
    return best;
  }

  /** The successors by a set of threads if its carrier can move, else 0. */
  private moveAll(set: number, carrier: number, src: Int32Array, o: number): number {
    if (!this.engine.canMove[carrier]!(src, o)) return 0;
    let n = 0;
    for (let t = 0; t < this.threads; t++) if ((set >> t & 1) !== 0) n = this.engine.moveOf[t]!(src, o, this.found, n, this.moves);
    this.chosen = set;
    return n;
  }

  /** From the i-th state found on, as long as it is clear who moves. */
  private follow(i: number): void {
    const { words, state, found, successors } = this;
    for (let w = 0; w < words; w++) state[w] = found[i * words + w]!;
    if (this.recording) this.paths.push([this.moves[i]!]);
    this.unseen = this.tables.visible[this.origin[moveThread(this.moves[i]!)]!] === 1;
    if (this.ideas.movers) {
      for (let t = 0; t < this.threads; t++) this.at[t] = this.origin[t]!;
      this.takeLocks(i, moveThread(this.moves[i]!));
      // At a node taken to be unreachable nothing is known, not even that it is not on a cycle.
      while (this.surprise < 0 && this.goOn(i));
    } else this.locateOne(moveThread(this.moves[i]!), state, 0);
    for (let w = 0; w < words; w++) successors[i * words + w] = state[w]!;
  }

  /** After a step that took a lock: what the thread does next, up to a step that others must not be kept from preceding. */
  private takeLocks(i: number, t: number): void {
    const { tables } = this;
    let taken = this.at[t]!;
    let delayed = tables.takes[taken]! >= 0 && this.others(tables.delay, t) === 0;
    this.locateOne(t, this.state, 0);
    while (delayed && this.surprise < 0) {
      const node = this.at[t]!;
      if (tables.cut[node] === 1 || this.choices[node] !== 1 || (this.others(tables.danger, t) & ~this.chosen) !== 0) return;
      const place = tables.takes[node]!;
      if (place >= 0 ? tables.order[place] === tables.order[tables.takes[taken]!] : this.guarded[node] === 1) return;
      delayed = place >= 0 && this.others(tables.delay, t) === 0;
      if (!this.move(i, t)) return;
      taken = node;
    }
  }

  /** One step of a thread that may go on alone; false when there is none. */
  private goOn(i: number): boolean {
    const { tables } = this;
    for (let t = 0; t < this.threads; t++) {
      const node = this.at[t]!;
      if (tables.cut[node] === 1 || this.choices[node] !== 1) continue;
      if ((tables.free[node] === 1 || this.others(tables.danger, t) === 0) && this.move(i, t)) return true;
    }
    return false;
  }

  /** Moves a thread; false when it cannot. */
  private move(i: number, t: number): boolean {
    const node = this.at[t]!;
    if (this.engine.moveOf[t]!(this.state, 0, this.next, 0, this.nextMove) !== 1) return false;
    if (this.unseen) this.look(i);
    for (let w = 0; w < this.words; w++) this.state[w] = this.next[w]!;
    this.steps++;
    if (this.recording) this.paths[i]!.push(this.nextMove[0]!);
    this.unseen = this.tables.visible[node] === 1;
    this.locateOne(t, this.state, 0);
    return true;
  }

  /** Checks a state that will not be kept. */
  private look(i: number): void {
    if (this.violated >= 0) return;
    this.engine.observe(this.state, 0);
    this.violated = this.engine.check(this.state, 0);
    this.violatedAt = i;
  }

  /** The threads that a table names for the step of thread t. */
  private others(table: Uint8Array, t: number): number {
    const row = this.at[t]! * this.nodes;
    let set = 0;
    for (let u = 0; u < this.threads; u++) set |= table[row + this.at[u]!]! << u;
    return set;
  }
}

function size(set: number): number {
  let n = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) n++;
  return n;
}
