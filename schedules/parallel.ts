/**
 * Breadth-first search by several threads. They work on one level together and wait for each other at its end, so the
 * levels, the counts and the answer are those of the search in one thread.
 */
import type { Graph } from '../model/language/graph.ts';
import { HALVES, type Folds } from './batch-plan.ts';
import { Checkpoints, KEPT, keptOf, recall, type Resumed, type Standing } from './checkpoint.ts';
import { compile, type Engine } from './compile.ts';
import { Inspector } from './inspector.ts';
import { STOP, TAKEN } from './id-hand.ts';
import type { SelectedConjunct } from './interpret.ts';
import { judge } from './judge.ts';
import { complete, incomplete } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import { Hands } from './parallel-hands.ts';
import type { Expanded } from './parallel-task.ts';
import { blocks, joined, lowest, sizeOf, split } from './ranges.ts';
import type { CheckOptions, CheckResult, Limit } from './result.ts';
import { SharedKeys } from './shared-keys.ts';

/** Fewest states of a level worth asking other threads. */
const SHARED = 512;

/** What only tests choose: the folds of the keys at first; the fewest states of a level that are shared: all threads are waited for if that is none; see KEPT. */
export interface Tuning {
  readonly folds?: Folds;
  readonly shared?: number;
  readonly most?: number;
}

/** As `breadthFirst`, by `options.workers` threads, this one included. @throws ModelError */
export async function parallelBreadthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, resumed: Resumed | null = null, tuning: Tuning = {}): Promise<CheckResult> {
  const pace = new Pace(options, resumed?.header.seconds);
  const searchKeeping = async (kept: number): Promise<CheckResult | null> => {
    const search = new ParallelSearch(graph, conjuncts, options, pace, kept, resumed, tuning);
    try {
      return await search.run(resumed);
    } finally {
      await search.end();
    }
  };
  return await searchKeeping(keptOf(options, resumed, tuning.most ?? KEPT)) ?? (await searchKeeping(Infinity))!;
}

class ParallelSearch {
  private readonly engine: Engine;
  private readonly inspector: Inspector;
  private readonly keys: SharedKeys;
  private readonly hands: Hands;
  private readonly pace: Pace;
  private readonly maxDepth: number;
  private readonly maxStates: number;
  private readonly shared: number;
  private readonly checkpoints: Checkpoints;
  /** By level: ranges of its states, pairs of ids from, to. */
  private readonly levels: Int32Array[] = [];
  /** Ranges of the level being found. */
  private found: Int32Array[] = [];
  private readonly kept: number;
  /** By thread: ranges of the ids it has at hand. */
  private readonly spare: Int32Array[];
  /** Found and done before this run. */
  private before = { states: 0, transitions: 0 };
  /** As it was at the end of the level found last. */
  private whole = { levels: 0, transitions: 0 };
  /** Why the threads were told to stop. */
  private stopped: Limit | null = null;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, pace: Pace, kept: number, resumed: Resumed | null, { folds = HALVES, shared = SHARED }: Tuning) {
    const { workers = 1, maxDepth = Infinity, maxStates = Infinity } = options;
    this.engine = compile(graph, conjuncts);
    this.inspector = new Inspector(this.engine);
    this.keys = new SharedKeys(this.engine, folds, options);
    this.hands = new Hands(this.keys, workers);
    this.shared = shared;
    this.kept = kept;
    this.spare = Array.from({ length: workers }, () => new Int32Array(0));
    this.pace = pace;
    this.checkpoints = new Checkpoints(this.engine, options, this.pace, resumed);
    this.maxDepth = maxDepth;
    this.maxStates = maxStates;
  }

  /** Answers null where something failed, and states on the way there were forgotten. */
  async run(resumed: Resumed | null): Promise<CheckResult | null> {
    if (this.shared === 0) await this.hands.all();
    const none = this.begin() ?? (resumed === null ? null : this.restore(resumed));
    if (none !== null) return incomplete(this.tally(), none);
    const limit = await this.search();
    const { engine, keys, inspector: { failures } } = this;
    keys.me.expander.note(engine);
    if (failures.count > 0 && keys.forgets) return null;
    if (failures.count > 0) return judge({ engine, failures, levels: keys.history(this.levels), tally: this.tally() }, this.pace);
    if (limit === null) return complete(engine, this.tally());
    this.checkpoints.write(this.standing());
    return incomplete(this.tally(), limit);
  }

  async end(): Promise<void> {
    await this.hands.end();
  }

  /** The initial state; answers the limit that forbids it, or null. */
  private begin(): Limit | null {
    const wrong = this.keys.begin();
    if (wrong === null) return 'memory';
    this.levels.push(Int32Array.of(0, 1));
    this.before.states = 1;
    if (wrong) this.check(0);
    return null;
  }

  /** After `begin`, goes back to where a checkpoint was written; answers the limit that forbids it, or null. */
  private restore(resumed: Resumed): Limit | null {
    const { levels, transitions } = resumed.header;
    let from = 0;
    this.levels.splice(0, 1, ...levels.map((size) => blocks(from, from += size)));
    this.before = { states: from, transitions };
    if (from > this.maxStates) return 'states';
    if (!this.keys.restore(resumed)) return 'memory';
    recall(this.engine, resumed);
    return null;
  }

  /** What a checkpoint keeps: a level that was begun will be begun again. */
  private standing(): Standing {
    const levels = this.levels.slice(0, this.whole.levels);
    return { levels: levels.map(sizeOf), transitions: this.whole.transitions, pieces: this.keys.states(joined(levels)) };
  }

  /** Searches level by level; answers the limit that stopped it, or null. */
  private async search(): Promise<Limit | null> {
    for (let limit: Limit | null = null; ;) {
      const frontier = this.levels.at(-1)!;
      if (limit !== null || frontier.length === 0 || this.inspector.failures.count > 0) return limit;
      this.whole = { levels: this.levels.length, transitions: this.tally().transitions };
      if (this.checkpoints.due()) {
        this.keys.me.expander.note(this.engine);
        this.checkpoints.write(this.standing());
      }
      if (this.levels.length > this.maxDepth) return 'depth';
      if (this.tally().states > this.kept) this.keys.forget(Math.min(...[frontier, ...this.spare].map(lowest)));
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
      const room = this.keys.grow(() => joined([...this.levels, ...this.found]));
      if (room === 'memory' || (room === 'states' && threads?.length === 1 && this.spare[threads[0]!]!.length === 0)) return room;
      threads = room === 'states' ? this.lastOnes() : null;
    }
  }

  /** Who works on ranges: one alone on what is little. */
  private useful(work: Int32Array): readonly number[] {
    return sizeOf(work) < this.shared ? [0] : this.hands.ready;
  }

  /**
   * Who goes on when there are no more ids to give out: those that have some left, so that the last id is used. Then
   * one thread alone, because what looked like a new state may have been another thread's last.
   */
  private lastOnes(): number[] {
    const some = [...this.spare.keys()].filter((i) => this.spare[i]!.length > 0);
    return some.length > 0 ? some : [0];
  }

  /** Lets threads expand ranges of states; answers what was left when they ran out of room or were stopped. */
  private async expand(work: Int32Array, threads: readonly number[]): Promise<Int32Array> {
    const { shared, me } = this.keys;
    const pieces = split(work, threads.length);
    const answers = await this.hands.expand(pieces, threads, () => this.expandMine(pieces), () => { this.look(); });
    answers.forEach((answer, i) => { this.spare[threads[i]!] = answer.spare; });
    const taken = Math.min(2 * shared.control[TAKEN]!, pieces.length);
    const left = [...answers.map((a) => a.left), pieces.subarray(taken)];
    for (const { odd } of answers) left.push(this.inspect(odd));
    const mine = me.takeExpanded();
    for (const { found, suspects } of [...answers, mine]) {
      this.found.push(found);
      for (const id of suspects) this.check(id);
    }
    this.spare[0] = mine.spare;
    return joined(left);
  }

  private async expandMine(ranges: Int32Array): Promise<Expanded> {
    const { me } = this.keys;
    while (!me.expand(ranges, () => this.pace.due())) {
      this.stopped ??= await this.pace.pause(() => this.progress());
      this.look();
    }
    return me.takeExpanded();
  }

  /** Expands states with which something is wrong, and notes what; answers those that there was no room for. */
  private inspect(odd: Int32Array): Int32Array {
    const { keys, keys: { me }, inspector, engine: { layout: { words }, maxSuccessors } } = this;
    const state = new Int32Array(words);
    const successors = new Int32Array(words * maxSuccessors);
    const moves = new Int32Array(maxSuccessors);
    const left: number[] = [];
    for (let i = 0; i < odd.length; i += 2) {
      for (let id = odd[i]!; id < odd[i + 1]!; id++) {
        inspector.failures.keep();
        keys.unfold(id, state);
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
    this.keys.unfold(id, state);
    this.inspector.check(id, state, 0);
  }

  /** Reports progress, and stops the threads when a limit is reached. */
  private look(): void {
    this.pace.tell(() => this.progress());
    this.stopped ??= this.pace.exhausted();
    if (this.stopped !== null) Atomics.store(this.keys.shared.control, STOP, 1);
  }

  private tally(): Tally {
    const { progress } = this.keys.shared;
    let { states, transitions } = this.before;
    for (let i = 0; i < progress.length; i += 2) {
      states += progress[i]!;
      transitions += progress[i + 1]!;
    }
    const depth = Math.max(0, this.levels.findLastIndex((ranges) => ranges.length > 0));
    return { states, transitions, depth, seconds: this.pace.seconds, engineBytes: this.keys.bytes };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: sizeOf(this.levels.at(-1) ?? new Int32Array(0)), memory: engineBytes };
  }
}
