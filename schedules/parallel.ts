/**
 * Breadth-first search by several threads. They work on one level together and wait for each other at its end, so the
 * levels, the counts and the answer are those of the search in one thread.
 */
import type { Graph } from '../model/language/graph.ts';
import { statesOf } from './checkpoint-format.ts';
import { Checkpoints, recall, type Resumed, type Standing } from './checkpoint.ts';
import { compile } from './compile.ts';
import type { Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import { Inspector } from './inspector.ts';
import type { SelectedConjunct } from './interpret.ts';
import { judge } from './judge.ts';
import type { Levels } from './levels.ts';
import { complete, incomplete } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import { Crew } from './parallel-crew.ts';
import type { Report } from './parallel-task.ts';
import type { CheckOptions, CheckResult, Limit } from './result.ts';
import { BLOCK, NEXT, SharedSet, STOP, TAKEN } from './shared-set.ts';

/** Milliseconds between two looks at the limits and reports of progress. */
const LOOK = 50;
/** Ranges a thread should get of a level, so that all end at nearly the same time. */
const SHARES = 8;
/** Fewest states worth a range of their own. */
const FEWEST = 8;

/** As `breadthFirst`, by `options.workers` threads. @throws ModelError */
export async function parallelBreadthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, resumed: Resumed | null = null): Promise<CheckResult> {
  const search = new ParallelSearch(graph, conjuncts, options, resumed);
  try {
    return await search.run(resumed);
  } finally {
    await search.end();
  }
}

class ParallelSearch {
  private readonly engine: Engine;
  private readonly inspector: Inspector;
  private readonly set: SharedSet;
  private readonly crew: Crew;
  private readonly pace: Pace;
  private readonly workers: number;
  private readonly maxDepth: number;
  private readonly checkpoints: Checkpoints;
  private readonly timer: NodeJS.Timeout;
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

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, resumed: Resumed | null) {
    this.engine = compile(graph, conjuncts);
    this.inspector = new Inspector(this.engine);
    this.workers = options.workers ?? 1;
    const { words } = this.engine.layout;
    const limits = { states: options.maxStates ?? Infinity, bytes: options.maxMemory ?? Infinity };
    this.set = new SharedSet(words, this.workers, limits, (BATCH + this.engine.maxSuccessors) * (4 * words + 20));
    this.crew = new Crew(this.workers, this.set, { graph, conjuncts });
    this.spare = Array.from({ length: this.workers }, () => 0);
    this.pace = new Pace(options, resumed?.header.seconds);
    this.checkpoints = new Checkpoints(this.engine, options, this.pace, resumed);
    this.maxDepth = options.maxDepth ?? Infinity;
    this.timer = setInterval(() => { this.look(); }, LOOK);
  }

  async run(resumed: Resumed | null): Promise<CheckResult> {
    if (!(resumed === null ? this.begin() : this.restore(resumed))) return incomplete(this.tally(), 'memory');
    await this.crew.ask('rehash', joined(this.levels));
    const limit = await this.search();
    const { engine, inspector: { failures } } = this;
    if (failures.count > 0) return judge({ engine, failures, levels: this.history(), tally: this.tally() }, this.pace);
    if (limit === null || this.checkpoints.wanted) await this.gather();
    if (limit === null) return complete(engine, this.tally());
    this.checkpoints.write(this.standing());
    return incomplete(this.tally(), limit);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.crew.end();
  }

  /** Puts the initial state into the set as id 0; false when memory does not allow it. */
  private begin(): boolean {
    const { set, engine } = this;
    if (set.grow() === 'memory') return false;
    set.chunkOf(0).set(engine.initial);
    set.shared.control[NEXT] = 1;
    this.levels.push(Int32Array.of(0, 1));
    this.before.states = 1;
    this.inspector.check(0, engine.initial, 0);
    return true;
  }

  /** Goes back to where a checkpoint was written; false when memory does not allow it. */
  private restore(resumed: Resumed): boolean {
    const { levels, transitions } = resumed.header;
    const states = statesOf(resumed.header);
    if (!this.set.load(states, resumed.pieces())) return false;
    recall(this.engine, resumed);
    this.before = { states, transitions };
    let from = 0;
    for (const size of levels) this.levels.push(blocks(from, from += size));
    return true;
  }

  /** Brings together what the threads have seen. */
  private async gather(): Promise<void> {
    for (const report of await this.crew.ask('report', new Int32Array(0))) merge(this.engine, report);
  }

  /** What a checkpoint keeps: a level that was begun will be begun again. */
  private standing(): Standing {
    const levels = this.levels.slice(0, this.whole.levels);
    return { levels: levels.map(sizeOf), transitions: this.whole.transitions, pieces: this.set.pieces(joined(levels)) };
  }

  /** Searches level by level; answers the limit that stopped it, or null. */
  private async search(): Promise<Limit | null> {
    for (let limit: Limit | null = null; ;) {
      const frontier = this.levels.at(-1)!;
      if (limit !== null || frontier.length === 0 || this.inspector.failures.count > 0) return limit;
      this.whole = { levels: this.levels.length, transitions: this.tally().transitions };
      if (this.checkpoints.due()) {
        await this.gather();
        this.checkpoints.write(this.standing());
      }
      if (this.levels.length > this.maxDepth) return 'depth';
      limit = await this.expandLevel(frontier);
      this.levels.push(joined(this.found));
      this.found = [];
    }
  }

  private async expandLevel(frontier: Int32Array): Promise<Limit | null> {
    let threads = this.all;
    for (let work = frontier; ;) {
      const left = await this.expand(work, threads);
      if (left.length === 0) return null;
      work = left;
      if (this.stopped !== null) return this.stopped;
      const grown = this.set.grow();
      if (grown === 'memory') return 'memory';
      if (grown === 'rehash') await this.crew.ask('rehash', joined([...this.levels, ...this.found]));
      if (grown !== 'states') threads = this.all;
      else if (threads.length === 1 && this.spare[threads[0]!] === 0) return 'states';
      else threads = this.lastOnes();
    }
  }

  /**
   * Who goes on when there are no more ids to give out: those that have some left, so that the last id is used. Then
   * one thread alone, because what looked like a new state may have been another thread's last.
   */
  private lastOnes(): number[] {
    const some = this.all.filter((i) => this.spare[i]! > 0);
    return some.length > 0 ? some : [0];
  }

  /** Lets threads expand ranges of states; answers what was left when they ran out of ids or were stopped. */
  private async expand(work: Int32Array, threads: readonly number[]): Promise<Int32Array> {
    const pieces = split(work, threads.length);
    const asked = threads.slice(0, pieces.length / 2);
    const answers = await this.crew.ask('expand', pieces, asked);
    answers.forEach((answer, i) => {
      this.found.push(answer.found);
      this.spare[asked[i]!] = answer.spare;
      this.inspector.failures.add(answer.failures);
    });
    const taken = Math.min(2 * this.set.shared.control[TAKEN]!, pieces.length);
    return joined([...answers.map((a) => a.left), pieces.subarray(taken)]);
  }

  private get all(): number[] {
    return Array.from({ length: this.workers }, (_, i) => i);
  }

  /** Reports progress, and stops the threads when a limit is reached. */
  private look(): void {
    this.pace.tell(() => this.progress());
    this.stopped ??= this.pace.exhausted();
    if (this.stopped !== null) Atomics.store(this.set.shared.control, STOP, 1);
  }

  private history(): Levels {
    const { levels, set } = this;
    return {
      last: levels.length - 1,
      pieces: (level) => set.pieces(levels[level]!),
      stateOf: (id) => ({ words: set.chunkOf(id), offset: set.offsetOf(id) }),
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

/** Ids from … to-1 as ranges that cross no chunk. */
function blocks(from: number, to: number): Int32Array {
  const ranges: number[] = [];
  for (let id = from, end; id < to; id = end) {
    end = Math.min(to, (id | (BLOCK - 1)) + 1);
    ranges.push(id, end);
  }
  return Int32Array.from(ranges);
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function sizeOf(ranges: Int32Array): number {
  let size = 0;
  for (let i = 0; i < ranges.length; i += 2) size += ranges[i + 1]! - ranges[i]!;
  return size;
}

/** Cuts ranges so that each of the threads takes several: few states in a level are shared too. */
function split(ranges: Int32Array, threads: number): Int32Array {
  const most = Math.min(BLOCK, Math.max(FEWEST, Math.ceil(sizeOf(ranges) / (threads * SHARES))));
  const pieces: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const end = ranges[i + 1]!;
    for (let from = ranges[i]!; from < end; from += most) pieces.push(from, Math.min(from + most, end));
  }
  return Int32Array.from(pieces);
}

/** What any thread saw was seen. */
function merge(engine: Engine, report: Report): void {
  for (const what of ['ran', 'premises', 'reached'] as const) {
    report[what].forEach((seen, i) => { if (seen === 1) engine[what][i] = 1; });
  }
}
