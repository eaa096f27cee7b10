/**
 * Breadth-first search by several threads. They work on one level together and wait for each other at its end, so the
 * levels, the counts and the answer are those of the search in one thread.
 */
import { setTimeout } from 'node:timers/promises';
import type { Graph } from '../model/language/graph.ts';
import { BatchExpander, commonFor, type Common } from './batch.ts';
import { HALVES, type Folds } from './batch-plan.ts';
import { statesOf } from './checkpoint-format.ts';
import { Checkpoints, recall, type Resumed, type Standing } from './checkpoint.ts';
import { compile, type Engine } from './compile.ts';
import { Inspector } from './inspector.ts';
import type { SelectedConjunct } from './interpret.ts';
import { judge } from './judge.ts';
import type { Levels, Piece } from './levels.ts';
import { complete, incomplete } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import { crewOf, type Crew } from './parallel-crew.ts';
import type { Answers, Expanded, Task } from './parallel-task.ts';
import { SearchThread } from './parallel-thread.ts';
import { blocks, joined, sizeOf, split } from './ranges.ts';
import { folded, refold, unfolded } from './refold.ts';
import type { CheckOptions, CheckResult, Limit } from './result.ts';
import { SharedSet, STOP, TAKEN } from './shared-set.ts';

/** Fewest states of a level worth asking other threads. */
const SHARED = 512;

/** What only tests choose: the folds of the keys at first, and the fewest states of a level that are shared; all threads are waited for if that is none. */
export interface Tuning {
  readonly folds?: Folds;
  readonly shared?: number;
}

/** As `breadthFirst`, by `options.workers` threads, this one included. @throws ModelError */
export async function parallelBreadthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, resumed: Resumed | null = null, tuning: Tuning = {}): Promise<CheckResult> {
  const search = new ParallelSearch(graph, conjuncts, options, resumed, tuning);
  try {
    if (tuning.shared === 0) await search.started();
    return await search.run(resumed);
  } finally {
    await search.end();
  }
}

class ParallelSearch {
  private readonly engine: Engine;
  private readonly inspector: Inspector;
  private readonly set: SharedSet;
  private common: Common;
  /** This thread's own hand, number 0, and the others. */
  private readonly me: SearchThread;
  private readonly crew: Crew;
  private readonly pace: Pace;
  private readonly maxDepth: number;
  private readonly shared: number;
  private readonly maxBytes: number;
  private readonly checkpoints: Checkpoints;
  /** Chunks that `me` knows of. */
  private known = 0;
  /** By level: ranges of its states, pairs of ids from, to. */
  private readonly levels: Int32Array[] = [];
  /** Ranges of the level being found. */
  private found: Int32Array[] = [];
  /** By thread: ids it has in hand. */
  private readonly spare: number[];
  /** Found and done before this run. */
  private before = { states: 0, transitions: 0 };
  /** As it was at the end of the level found last. */
  private whole = { levels: 0, transitions: 0 };
  /** Why the threads were told to stop. */
  private stopped: Limit | null = null;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, resumed: Resumed | null, { folds = HALVES, shared = SHARED }: Tuning) {
    this.engine = compile(graph, conjuncts);
    this.inspector = new Inspector(this.engine);
    const threads = options.workers ?? 1;
    this.common = commonFor(this.engine, folds, threads);
    this.maxBytes = options.maxMemory ?? Infinity;
    this.shared = shared;
    this.set = new SharedSet(this.common.at.keyWords, threads, { states: options.maxStates ?? Infinity, bytes: this.maxBytes }, () => this.me.expander.bytes + this.me.inserter.bytes * threads);
    const start = { common: this.common, shared: this.set.shared };
    this.crew = crewOf(threads - 1);
    this.crew.begin(start);
    this.me = new SearchThread({ ...start, number: 0 });
    this.spare = Array.from({ length: threads }, () => 0);
    this.pace = new Pace(options, resumed?.header.seconds);
    this.checkpoints = new Checkpoints(this.engine, options, this.pace, resumed);
    this.maxDepth = options.maxDepth ?? Infinity;
  }

  async run(resumed: Resumed | null): Promise<CheckResult> {
    if ((this.reserve() !== null && !this.widen()) || !(resumed === null ? this.begin() : this.restore(resumed))) return incomplete(this.tally(), 'memory');
    await this.rehash();
    const limit = await this.search();
    const { engine, inspector: { failures } } = this;
    this.me.expander.note(engine);
    if (failures.count > 0) return judge({ engine, failures, levels: this.history(), tally: this.tally() }, this.pace);
    if (limit === null) return complete(engine, this.tally());
    this.checkpoints.write(this.standing());
    return incomplete(this.tally(), limit);
  }

  /** Waits until all threads are there. */
  async started(): Promise<void> {
    while (this.crew.ready.length < this.spare.length - 1) await setTimeout(1);
  }

  async end(): Promise<void> {
    await this.crew.end();
  }

  /** Puts the initial state into the set as id 0; false when memory does not allow it. */
  private begin(): boolean {
    const { set, engine, me: { expander } } = this;
    if (!set.load(1, folded(() => expander, [{ words: engine.initial, offset: 0, count: 1 }], () => true))) return false;
    expander.forget();
    this.levels.push(Int32Array.of(0, 1));
    this.before.states = 1;
    // It is the first state of the batch.
    for (const id of expander.test(Int32Array.of(0), 1)) this.inspector.check(id, engine.initial, 0);
    return true;
  }

  /** Goes back to where a checkpoint was written; false when memory does not allow it. */
  private restore(resumed: Resumed): boolean {
    const { levels, transitions } = resumed.header;
    const states = statesOf(resumed.header);
    let from = 0;
    for (const size of levels) this.levels.push(blocks(from, from += size));
    if (!this.set.load(states, folded(() => this.me.expander, resumed.pieces(), () => this.reserve() === null || this.widen()))) {
      this.levels.length = 0;
      return false;
    }
    this.me.expander.forget();
    recall(this.engine, resumed);
    this.before = { states, transitions };
    return true;
  }

  /** What a checkpoint keeps: a level that was begun will be begun again. */
  private standing(): Standing {
    const levels = this.levels.slice(0, this.whole.levels);
    return { levels: levels.map(sizeOf), transitions: this.whole.transitions, pieces: this.states(joined(levels)) };
  }

  /** Searches level by level; answers the limit that stopped it, or null. */
  private async search(): Promise<Limit | null> {
    for (let limit: Limit | null = null; ;) {
      const frontier = this.levels.at(-1)!;
      if (limit !== null || frontier.length === 0 || this.inspector.failures.count > 0) return limit;
      this.whole = { levels: this.levels.length, transitions: this.tally().transitions };
      if (this.checkpoints.due()) {
        this.me.expander.note(this.engine);
        this.checkpoints.write(this.standing());
      }
      if (this.levels.length > this.maxDepth) return 'depth';
      limit = await this.expandLevel(frontier);
      this.levels.push(joined(this.found));
      this.found = [];
    }
  }

  private async expandLevel(frontier: Int32Array): Promise<Limit | null> {
    let threads: readonly number[] | null = null;
    for (let work = frontier; ;) {
      const left = await this.expand(work, threads ?? this.useful(work));
      if (left.length === 0) return null;
      work = left;
      if (this.stopped !== null) return this.stopped;
      const room = await this.grow();
      if (room === 'memory' || (room === 'states' && threads?.length === 1 && this.spare[threads[0]!] === 0)) return room;
      threads = room === 'states' ? this.lastOnes() : null;
    }
  }

  /** Makes room, when all stand still; answers the limit that forbids it, or null. */
  private async grow(): Promise<'states' | 'memory' | null> {
    const widened = this.reserve() !== null;
    if (widened && !this.widen()) return 'memory';
    const grown = this.set.full ? this.set.grow() : 'room';
    if (widened) this.set.clear();
    if (widened || grown === 'rehash') await this.rehash();
    return grown === 'states' || grown === 'memory' ? grown : null;
  }

  private reserve(): 'memory' | 'numbers' | null {
    const { set, me: { expander } } = this;
    return expander.reserve(this.maxBytes - set.bytes + expander.bytes);
  }

  /** Makes all keys anew if parts have become too many for their numbers; ids stay, the index must be filled next. False when memory does not allow it. */
  private widen(): boolean {
    if (this.reserve() !== 'numbers') return false;
    const { me, set } = this;
    const all = joined([...this.levels, ...this.found]);
    const folds = me.expander.wider();
    const again = me.expander.redivide(folds);
    if (again === null) return this.refold(all, folds) && this.reserve() === null;
    for (const { words, offset, count } of set.pieces(all)) again(words, offset, count);
    return this.reserve() === null;
  }

  /** As `widen`, where all tables are made anew. */
  private refold(all: Int32Array, folds: Folds): boolean {
    const { me, set } = this;
    const before = me.expander;
    const common = commonFor(this.engine, folds, this.common.at.threads);
    const after = new BatchExpander(common);
    const done = refold(before, after, set.pieces(all), () => after.reserve(this.maxBytes - set.bytes) === null);
    if (done < sizeOf(all)) {
      // It can be undone without memory: the parts are known.
      refold(after, before, set.pieces(all), () => true, done);
      return false;
    }
    before.note(this.engine);
    this.common = common;
    me.expander = after;
    return true;
  }

  /** Who expands ranges: alone what is little. */
  private useful(work: Int32Array): readonly number[] {
    return sizeOf(work) < this.shared ? [0] : [0, ...this.crew.ready];
  }

  /**
   * Who goes on when there are no more ids to give out: those that have some left, so that the last id is used. Then
   * one thread alone, because what looked like a new state may have been another thread's last.
   */
  private lastOnes(): number[] {
    const some = [...this.spare.keys()].filter((i) => this.spare[i]! > 0);
    return some.length > 0 ? some : [0];
  }

  /** Fills the index, which is empty. */
  private async rehash(): Promise<void> {
    await this.all('rehash', joined([...this.levels, ...this.found]), [0, ...this.crew.ready], (ranges) => {
      this.me.rehash(ranges);
      return Promise.resolve(null);
    });
  }

  /** Lets threads expand ranges of states; answers what was left when they ran out of room or were stopped. */
  private async expand(work: Int32Array, threads: readonly number[]): Promise<Int32Array> {
    const pieces = split(work, threads.length);
    const answers = await this.all('expand', pieces, threads, (ranges) => this.expandMine(ranges));
    answers.forEach((answer, i) => { this.spare[threads[i]!] = answer.spare; });
    const taken = Math.min(2 * this.set.shared.control[TAKEN]!, pieces.length);
    const left = [...answers.map((a) => a.left), pieces.subarray(taken)];
    for (const { odd } of answers) left.push(this.inspect(odd));
    const mine = this.me.takeExpanded();
    for (const { found, suspects } of [...answers, mine]) {
      this.found.push(found);
      for (const id of suspects) this.check(id);
    }
    this.spare[0] = mine.spare;
    return joined(left);
  }

  /** Gives a task to threads by number, and does `mine` if this one is among them; the answers in their order. */
  private async all<K extends Task['kind']>(kind: K, ranges: Int32Array, threads: readonly number[], mine: (ranges: Int32Array) => Promise<Answers[K]>): Promise<Answers[K][]> {
    const { set, common, me } = this;
    set.shared.control[TAKEN] = 0;
    const others = this.crew.ask(kind, ranges, threads.filter((i) => i !== 0), set, common);
    const chunks = set.chunks.slice(this.known).map((c) => c.buffer as unknown as SharedArrayBuffer);
    this.known = set.chunks.length;
    me.prepare({ chunks, bits: set.bits, common: common === me.expander.common ? null : common });
    const own = threads.includes(0) ? [await mine(ranges)] : [];
    return [...own, ...await others(() => { this.look(); })];
  }

  private async expandMine(ranges: Int32Array): Promise<Expanded> {
    while (!this.me.expand(ranges, () => this.pace.due())) {
      this.stopped ??= await this.pace.pause(() => this.progress());
      this.look();
    }
    return this.me.takeExpanded();
  }

  /** Expands states with which something is wrong, and notes what; answers those that there was no room for. */
  private inspect(odd: Int32Array): Int32Array {
    const { me, inspector, engine: { layout: { words }, maxSuccessors } } = this;
    const state = new Int32Array(words);
    const successors = new Int32Array(words * maxSuccessors);
    const moves = new Int32Array(maxSuccessors);
    const left: number[] = [];
    for (let i = 0; i < odd.length; i += 2) {
      for (let id = odd[i]!; id < odd[i + 1]!; id++) {
        inspector.failures.keep();
        this.unfold(id, state);
        const some = inspector.expand(id, state, 0, successors, 0, moves);
        let n = 0;
        for (let k = 0; k < some; k++) n = me.expander.keep(successors, k * words, n);
        if (me.expander.room && me.insert(n)) continue;
        inspector.failures.undo();
        me.expander.forget();
        left.push(id, odd[i + 1]!);
        break;
      }
    }
    return Int32Array.from(left);
  }

  /** Notes what is wrong with a state. */
  private check(id: number): void {
    const state = new Int32Array(this.engine.layout.words);
    this.unfold(id, state);
    this.inspector.check(id, state, 0);
  }

  private unfold(id: number, to: Int32Array): void {
    this.me.expander.unfold(this.set.chunkOf(id), this.set.offsetOf(id), to, 0);
  }

  /** Reports progress, and stops the threads when a limit is reached. */
  private look(): void {
    this.pace.tell(() => this.progress());
    this.stopped ??= this.pace.exhausted();
    if (this.stopped !== null) Atomics.store(this.set.shared.control, STOP, 1);
  }

  /** States in full, of ranges of ids. */
  private states(ranges: Int32Array): Iterable<Piece> {
    return unfolded(this.me.expander, this.set.pieces(ranges));
  }

  private history(): Levels {
    const { levels } = this;
    return {
      last: levels.length - 1,
      pieces: (level) => this.states(levels[level]!),
      stateOf: (id) => {
        const words = new Int32Array(this.engine.layout.words);
        this.unfold(id, words);
        return { words, offset: 0 };
      },
    };
  }

  private tally(): Tally {
    const { progress } = this.set.shared;
    let { states, transitions } = this.before;
    for (let i = 0; i < progress.length; i += 2) {
      states += progress[i]!;
      transitions += progress[i + 1]!;
    }
    const depth = Math.max(0, this.levels.findLastIndex((ranges) => ranges.length > 0));
    return { states, transitions, depth, seconds: this.pace.seconds, engineBytes: this.set.bytes };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: sizeOf(this.levels.at(-1) ?? new Int32Array(0)), memory: engineBytes };
  }
}
