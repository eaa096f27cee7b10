/** Breadth-first search: the first failure found is a shortest one. */
import type { Graph } from '../model/language/graph.ts';
import { ModelError } from './errors.ts';
import { Explorer } from './explorer.ts';
import type { Violation } from './explorer.ts';
import type { SelectedConjunct } from './interpret.ts';
import { complete, deadlocked, incomplete, violated } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import type { CheckOptions, CheckResult, Limit, ScheduleStep } from './result.ts';
import { fewestSwitches } from './switches.ts';

/**
 * Explores level by level. A level is finished before its failures are judged, so that among all shortest schedules
 * the one with the fewest context switches is answered. @throws ModelError
 */
export async function breadthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  return new BreadthFirst(graph, conjuncts, options).run();
}

class BreadthFirst {
  private readonly x: Explorer;
  private readonly pace: Pace;
  private readonly maxDepth: number;
  /** First id of each level. */
  private readonly starts: number[] = [0];
  private readonly violations: Violation[] = [];
  private readonly dead: number[] = [];
  /** First id not expanded yet. */
  private cursor = 0;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions) {
    this.x = new Explorer(graph, conjuncts, options);
    this.pace = new Pace(options);
    this.maxDepth = options.maxDepth ?? Infinity;
  }

  async run(): Promise<CheckResult> {
    const { x } = this;
    if (!x.begin()) return incomplete(this.tally(), 'memory');
    x.checkRange(0, x.visited.count, this.violations);
    let limit: Limit | null = null;
    while (limit === null && this.cursor < x.visited.count && this.violations.length + this.dead.length === 0) {
      if (this.starts.length > this.maxDepth) limit = 'depth';
      else limit = await this.expandLevel();
    }
    if (this.violations.length > 0) return this.violation();
    if (this.dead.length > 0) return this.deadlock();
    return limit === null ? complete(x.engine, this.tally()) : incomplete(this.tally(), limit);
  }

  /** Expands the states found last, which begins a new level; answers the limit that stopped it, or null. */
  private async expandLevel(): Promise<Limit | null> {
    const { x, pace } = this;
    const end = x.visited.count;
    this.starts.push(end);
    while (this.cursor < end) {
      const found = x.visited.count;
      const { next, n } = x.expandRange(this.cursor, end, this.dead);
      if (!x.insert(n)) return x.limit;
      this.cursor = next;
      x.checkRange(found, x.visited.count, this.violations);
      if (x.visited.refused) return x.limit;
      const limit = pace.due() ? await pace.pause(() => this.progress()) : null;
      if (limit !== null) return limit;
    }
    return null;
  }

  /** Failures of deadlocked states are one step shorter than violations found while expanding them. */
  private async violation(): Promise<CheckResult> {
    if (this.dead.length > 0) return this.deadlock();
    const { x } = this;
    const errors = this.violations.filter((v) => x.isModelError(v));
    const candidates = errors.length > 0 ? errors : this.violations;
    const { schedule, target } = await this.easiest(candidates.map((v) => v.id), this.starts);
    const { conjunct } = candidates.find((v) => v.id === target)!;
    if (errors.length > 0) throw new ModelError(x.engine.conjuncts[conjunct]!.name, schedule);
    return violated(x.engine, this.tally(), conjunct, schedule);
  }

  private async deadlock(): Promise<CheckResult> {
    const level = this.starts.findLastIndex((start) => start <= this.dead[0]!);
    const { schedule } = await this.easiest(this.dead, this.starts.slice(0, level + 1));
    return deadlocked(this.tally(), schedule);
  }

  private async easiest(targets: readonly number[], starts: readonly number[]): Promise<{ schedule: readonly ScheduleStep[]; target: number }> {
    const tally = this.x.transitions;
    const found = await fewestSwitches(this.x, { starts, expanded: this.cursor }, targets, this.pace);
    this.x.transitions = tally;
    return found ?? { schedule: this.x.pathTo(targets[0]!), target: targets[0]! };
  }

  /** Of the last level that has a state. */
  private get depth(): number {
    return this.starts.findLastIndex((start) => start < Math.max(1, this.x.visited.count));
  }

  private tally(): Tally {
    const { x } = this;
    return { states: x.visited.count, transitions: x.transitions, depth: this.depth, seconds: this.pace.seconds, engineBytes: x.bytes };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: states - this.cursor, memory: engineBytes };
  }
}
