/** Breadth-first search: the first failure found is a shortest one. */
import type { Graph } from '../model/language/graph.ts';
import { Checkpoints, KEPT, keptOf, recall, type Resumed, type Standing } from './checkpoint.ts';
import { KeyedExplorer } from './keyed-explorer.ts';
import type { SelectedConjunct } from './interpret.ts';
import { judge } from './judge.ts';
import type { Levels } from './levels.ts';
import { complete, incomplete } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import type { CheckOptions, CheckResult, Limit } from './result.ts';

/**
 * Explores level by level. A level is finished before its failures are judged, so that among all shortest schedules
 * the one with the fewest context switches is answered. `most`: see KEPT. @throws ModelError
 */
export async function breadthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, resumed: Resumed | null = null, most = KEPT): Promise<CheckResult> {
  const pace = new Pace(options, resumed?.header.seconds);
  return await new BreadthFirst(graph, conjuncts, options, pace, keptOf(options, resumed, most), resumed).run(resumed)
    ?? (await new BreadthFirst(graph, conjuncts, options, pace, Infinity, resumed).run(resumed))!;
}

class BreadthFirst {
  private readonly x: KeyedExplorer;
  private readonly pace: Pace;
  private readonly maxDepth: number;
  private readonly checkpoints: Checkpoints;
  /** First id of each level. */
  private readonly starts: number[] = [0];
  /** First id not expanded yet. */
  private cursor = 0;
  /** As it was at the end of the level found last: number of levels, states, transitions. */
  private whole = { levels: 0, states: 0, transitions: 0 };

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, pace: Pace, kept: number, resumed: Resumed | null) {
    this.x = new KeyedExplorer(graph, conjuncts, options, kept);
    this.pace = pace;
    this.checkpoints = new Checkpoints(this.x.engine, options, this.pace, resumed);
    this.maxDepth = options.maxDepth ?? Infinity;
  }

  /** Answers null where something failed, and states on the way there were forgotten. */
  async run(resumed: Resumed | null): Promise<CheckResult | null> {
    const { x } = this;
    if (!x.begin() || (resumed !== null && !this.restore(resumed))) return incomplete(this.tally(), 'memory');
    let limit: Limit | null = null;
    while (limit === null && this.cursor < x.count && x.failures.count === 0) {
      this.whole = { levels: this.starts.length, states: x.count, transitions: x.transitions };
      if (this.checkpoints.due()) this.checkpoints.write(this.standing());
      if (this.starts.length > this.maxDepth) limit = 'depth';
      else limit = await this.expandLevel();
      x.note();
    }
    if (x.failures.count > 0 && x.forgets) return null;
    if (x.failures.count > 0) return judge({ engine: x.engine, failures: x.failures, levels: this.levels(), tally: this.tally() }, this.pace);
    if (limit === null) return complete(x.engine, this.tally());
    this.checkpoints.write(this.standing());
    return incomplete(this.tally(), limit);
  }

  /** Goes back to where a checkpoint was written; false when memory does not allow it. */
  private restore(resumed: Resumed): boolean {
    const { x, starts } = this;
    const { levels, transitions } = resumed.header;
    if (!x.load(resumed.pieces())) return false;
    recall(x.engine, resumed);
    for (const size of levels.slice(0, -1)) starts.push(starts.at(-1)! + size);
    this.cursor = starts.at(-1)!;
    x.transitions = transitions;
    return true;
  }

  /** What a checkpoint keeps: a level that was begun will be begun again. */
  private standing(): Standing {
    const { states, transitions } = this.whole;
    const starts = this.starts.slice(0, this.whole.levels);
    const levels = starts.map((start, i) => (starts[i + 1] ?? states) - start);
    return { levels, transitions, pieces: this.x.pieces(0, states) };
  }

  /** Expands the states found last, which begins a new level; answers the limit that stopped it, or null. */
  private async expandLevel(): Promise<Limit | null> {
    const { x, pace } = this;
    const end = x.count;
    this.starts.push(end);
    while (this.cursor < end) {
      const limit = this.expandBatch(end) ?? (pace.due() ? await pace.pause(() => this.progress()) : null);
      if (limit !== null) return limit;
    }
    return null;
  }

  /** Expands states before `end`, as many as fill a batch. */
  private expandBatch(end: number): Limit | null {
    const { x } = this;
    const next = x.expand(this.cursor, end);
    if (next === null) return x.limit;
    this.cursor = next;
    return null;
  }

  private levels(): Levels {
    const { starts, x } = this;
    return { last: starts.length - 1, pieces: (level) => x.pieces(starts[level]!, starts[level + 1] ?? x.count), stateOf: (id) => x.stateOf(id) };
  }

  /** Of the last level that has a state. */
  private get depth(): number {
    return this.starts.findLastIndex((start) => start < Math.max(1, this.x.count));
  }

  private tally(): Tally {
    const { x } = this;
    return { states: x.count, transitions: x.transitions, depth: this.depth, seconds: this.pace.seconds, engineBytes: x.bytes };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: states - this.cursor, memory: engineBytes };
  }
}
