/**
 * The reduced successor relation. Two ideas, each of which can be left out:
 *
 * persistent: in each state only the threads of a persistent set move (see persistent.ts), if one of them that can is not
 * at a cut node: following such threads leads to a state where all move, so that nobody is ignored.
 *
 * movers (Lipton 1975): a thread that may go on alone does so without the states between being kept; and a thread that has
 * taken a lock goes on to its next step, since taking the lock could as well have been delayed until then, unless that
 * step could block in a circle of locks.
 */
import type { Graph } from '../../model/language/graph.ts';
import { moveThread, type Engine } from '../compile.ts';
import { UsageError } from '../errors.ts';
import { firstOf, MOST_THREADS } from './bits.ts';
import { PersistentSets } from './persistent.ts';
import type { Situations } from './situations.ts';
import { Standing } from './standing.ts';
import type { Tables } from './tables.ts';

export interface Ideas {
  readonly movers: boolean;
  readonly persistent: boolean;
}

export class ReducedSteps {
  /** Successors of the state expanded last, `words` apiece. */
  readonly successors: Int32Array;
  /** Threads that sleep in each: see `expand`. */
  readonly sleeping: Int32Array;
  /** The moves that led to each, when `recording`. */
  readonly paths: number[][] = [];
  recording = false;
  /** True when the state expanded last is a deadlock. */
  deadlock = false;
  /** First conjunct violated on the way to a successor, or -1; later ones are not looked for. */
  violated = -1;
  /** The moves to the state where that was, when `recording`: its successor may have been left out. */
  violation: readonly number[] = [];
  /** A node taken to be unreachable where a thread came to stand in the last expansion, or -1. */
  surprise = -1;
  /** The state where that was. */
  readonly surprising: Int32Array;
  /** Steps run, those between kept states included. */
  steps = 0;

  private readonly engine: Engine;
  private readonly moveOf: Engine['moveOf'];
  private readonly ideas: Ideas;
  private readonly tables: Tables;
  /** Null where neither idea is asked for. */
  private readonly sets: PersistentSets | null;
  private readonly standing: Standing;
  /** By thread: the node where it stands in the state looked at. */
  private readonly at: Int32Array;
  private readonly threads: number;
  private readonly words: number;
  private readonly all: number;
  private readonly choices: Int32Array;
  private readonly guarded: Uint8Array;
  private readonly origin: Int32Array;
  private readonly found: Int32Array;
  private readonly moves: Int32Array;
  private readonly state: Int32Array;
  private readonly next: Int32Array;
  private readonly nextMove = new Int32Array(1);
  /** The state followed has come of a step that claims may depend on, and was not checked yet. */
  private unseen = false;
  /** The threads that move in the state expanded. */
  private chosen = 0;
  /** The threads asleep in the state followed. */
  private asleep = 0;
  /** The thread followed first has made no more than its one step before others were let in. */
  private plain = true;

  /** `live`: by node, 0 where the tables take it to be unreachable. @throws UsageError for more than 30 threads. */
  constructor(graph: Graph, engine: Engine, tables: Tables, situations: Situations | null, live: Uint8Array, ideas: Ideas) {
    if (graph.threads.length > MOST_THREADS) throw new UsageError(`a reduced search takes at most ${MOST_THREADS} threads`);
    this.engine = engine;
    this.moveOf = engine.moveOf;
    this.tables = tables;
    this.ideas = ideas;
    this.standing = new Standing(graph, engine.layout, live);
    this.at = this.standing.at;
    this.sets = situations === null ? null : new PersistentSets(graph, engine, tables, situations, this.standing);
    this.threads = graph.threads.length;
    this.words = engine.layout.words;
    this.all = 2 ** this.threads - 1;
    this.choices = Int32Array.from(graph.nodes, (n) => n.choices);
    this.guarded = Uint8Array.from(graph.nodes, (n) => (n.guard === null ? 0 : 1));
    this.origin = new Int32Array(this.threads);
    this.found = new Int32Array(this.words * engine.maxSuccessors);
    this.successors = new Int32Array(this.words * engine.maxSuccessors);
    this.moves = new Int32Array(engine.maxSuccessors);
    this.sleeping = new Int32Array(engine.maxSuccessors);
    this.state = new Int32Array(this.words);
    this.next = new Int32Array(this.words);
    this.surprising = new Int32Array(this.words);
  }

  /**
   * Computes the successors of the state at `src[o]`; answers how many there are. Of the threads that should move only
   * those of the set `only` do. The threads of the set `asleep` need not, because they moved from an earlier state, and
   * what others did since could as well come after that (Godefroid 1996). @throws RangeFault
   */
  expand(src: Int32Array, o: number, asleep = 0, only = ~asleep): number {
    const { standing } = this;
    this.deadlock = false;
    standing.astray = -1;
    this.surprise = -1;
    this.violated = -1;
    this.paths.length = 0;
    standing.locate(src, o);
    const n = this.select(src, o, only);
    this.steps += n;
    for (let t = 0; t < this.threads; t++) this.origin[t] = this.at[t]!;
    const { astray } = standing;
    if (astray >= 0) this.noteSurprise(src, o);
    let kept = 0;
    let moved = asleep;
    for (let i = 0; i < n; i++) {
      const t = moveThread(this.moves[i]!);
      if (i > 0 && t !== moveThread(this.moves[i - 1]!) && this.plain) moved |= 1 << moveThread(this.moves[i - 1]!);
      for (let u = 0; u < this.threads; u++) this.at[u] = this.origin[u]!;
      this.asleep = this.ideas.persistent ? this.sets!.unhindered(moved & ~(1 << t), this.origin[t]!, src, o) : 0;
      standing.astray = astray;
      if (this.follow(i, kept)) this.sleeping[kept++] = this.asleep;
      if (standing.astray !== astray) this.noteSurprise(this.state, 0);
    }
    return kept;
  }

  private noteSurprise(src: Int32Array, o: number): void {
    this.surprise = this.standing.astray;
    for (let w = 0; w < this.words; w++) this.surprising[w] = src[o + w]!;
  }

  /** The successors by the threads chosen, in `found`. */
  private select(src: Int32Array, o: number, only: number): number {
    this.sets?.begin();
    this.chosen = this.ideas.persistent ? this.sets!.smallest(src, o) : this.all;
    if (this.chosen !== this.all) return this.moveAll(this.chosen & only, src, o);
    const n = this.engine.expand(src, o, this.found, 0, this.moves);
    this.deadlock = n < 0;
    return this.without(~only, n < 0 ? ~n : n);
  }

  /** Leaves the successors by a set of threads out. */
  private without(set: number, n: number): number {
    if ((set & this.all) === 0) return n;
    const { words, found, moves } = this;
    let kept = 0;
    for (let i = 0; i < n; i++) {
      if ((set >> moveThread(moves[i]!) & 1) !== 0) continue;
      found.copyWithin(kept * words, i * words, (i + 1) * words);
      moves[kept++] = moves[i]!;
    }
    return kept;
  }

  /** The successors by a set of threads. */
  private moveAll(set: number, src: Int32Array, o: number): number {
    let n = 0;
    for (let t = 0; t < this.threads; t++) if ((set >> t & 1) !== 0) n = this.moveOf[t]!(src, o, this.found, n, this.moves);
    return n;
  }

  /** From the i-th state found on, as long as it is clear who moves, to the successor with number `to`; false where one moves that is asleep. */
  private follow(i: number, to: number): boolean {
    const { words, state, found, successors } = this;
    const t = moveThread(this.moves[i]!);
    for (let w = 0; w < words; w++) state[w] = found[i * words + w]!;
    if (this.recording) this.paths[to] = [this.moves[i]!];
    this.unseen = this.tables.visible[this.origin[t]!] === 1;
    this.plain = true;
    if (this.ideas.movers) {
      this.takeLocks(to, t);
      // At a node taken to be unreachable nothing is known, not even that it is not on a cycle.
      while (this.standing.astray < 0) {
        const next = this.alone();
        if (next < 0) break;
        if ((this.asleep >> next & 1) !== 0) return this.drop();
        if (!this.move(to, next)) break;
      }
    } else this.standing.locateOne(t, state, 0);
    for (let w = 0; w < words; w++) successors[to * words + w] = state[w]!;
    return true;
  }

  /** The state followed is not kept. */
  private drop(): boolean {
    if (this.recording) this.paths.pop();
    return false;
  }

  /** After a step that took a lock: what the thread does next, up to a step that others must not be kept from preceding. */
  private takeLocks(i: number, t: number): void {
    const { tables } = this;
    const sets = this.sets!;
    let taken = this.at[t]!;
    let delayed = tables.takes[taken]! >= 0 && sets.isDelayable(t);
    this.standing.locateOne(t, this.state, 0);
    while (delayed && this.standing.astray < 0) {
      const node = this.at[t]!;
      if (tables.cut[node] === 1 || this.choices[node] !== 1 || (sets.endangered(t, this.state, 0) & ~this.chosen) !== 0) return;
      const place = tables.takes[node]!;
      if (place >= 0 ? tables.order[place] === tables.order[tables.takes[taken]!] : this.guarded[node] === 1) return;
      delayed = place >= 0 && sets.isDelayable(t);
      if (!this.move(i, t)) return;
      // Others must not rely on its having moved: it was delayed.
      this.plain = false;
      taken = node;
    }
  }

  /** A thread that may go on alone, or -1. */
  private alone(): number {
    const { tables, state } = this;
    const sets = this.sets!;
    sets.begin();
    for (let t = 0; t < this.threads; t++) {
      const node = this.at[t]!;
      if (tables.cut[node] === 1 || this.choices[node] !== 1) continue;
      if (sets.canMove(t, state, 0) && sets.needed(t, state, 0) === 0) return t;
    }
    return this.ideas.persistent ? this.onlyOne(sets.smallest(state, 0)) : -1;
  }

  /** The thread of a set that can move, if there is but one and it may go on alone; or -1. */
  private onlyOne(set: number): number {
    if (set === this.all) return -1;
    let only = -1;
    for (let rest = set; rest !== 0; rest &= rest - 1) {
      const t = firstOf(rest);
      if (!this.sets!.canMove(t, this.state, 0)) continue;
      if (only >= 0 || this.choices[this.at[t]!] !== 1) return -1;
      only = t;
    }
    return only;
  }

  /** Moves a thread; false when it cannot. */
  private move(i: number, t: number): boolean {
    const node = this.at[t]!;
    if (this.moveOf[t]!(this.state, 0, this.next, 0, this.nextMove) !== 1) return false;
    if (this.unseen) this.look(i);
    if (this.asleep !== 0) this.asleep = this.sets!.unhindered(this.asleep, node, this.state, 0);
    for (let w = 0; w < this.words; w++) this.state[w] = this.next[w]!;
    this.steps++;
    if (this.recording) this.paths[i]!.push(this.nextMove[0]!);
    this.unseen = this.tables.visible[node] === 1;
    this.standing.locateOne(t, this.state, 0);
    return true;
  }

  /** Checks a state that will not be kept. */
  private look(i: number): void {
    if (this.violated >= 0) return;
    this.engine.observe(this.state, 0);
    this.violated = this.engine.check(this.state, 0);
    if (this.recording && this.violated >= 0) this.violation = [...this.paths[i]!];
  }
}
