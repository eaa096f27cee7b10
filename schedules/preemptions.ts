/**
 * Preemption-bounded search: all schedules with few preemptions, by iterative context bounding (M. Musuvathi, S. Qadeer,
 * "Iterative context bounding for systematic testing of multithreaded programs", PLDI 2007). Most races need one or two.
 *
 * A thread runs until it blocks or ends; to take the CPU from it before that is a preemption. Daemons are hardware and
 * interrupts, which ask no scheduler: their steps are always possible and cost nothing, and whoever ran goes on running.
 * So the bound is on software threads, and with bound 0 the hardware still does what it likes.
 */
import type { Graph } from '../model/language/graph.ts';
import { moveChoice, moveThread } from './compile.ts';
import type { Coverage } from './coverage.ts';
import { ModelError } from './errors.ts';
import { Explorer } from './explorer.ts';
import { modelError } from './fault.ts';
import type { SelectedConjunct } from './interpret.ts';
import { complete, deadlocked, incomplete, violated } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import { NO_MOVE, NOBODY, Positions } from './positions.ts';
import type { CheckOptions, CheckResult, Limit, ScheduleStep } from './result.ts';
import { RANGE } from './select.ts';

/** Preemptions where none are asked for: "most of the bugs need at most two" (PLDI 2007, section 4). */
export const PREEMPTIONS = 2;

/**
 * A failure is answered with as few preemptions as any has. Where no schedule needs more than the bound, everything was
 * explored and the verdict is that of an exhaustive search; else it is incomplete. @throws ModelError
 */
export async function preemptionBounded(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  return new PreemptionBounded(graph, conjuncts, options).run();
}

class PreemptionBounded {
  private readonly x: Explorer;
  private readonly pace: Pace;
  private readonly options: CheckOptions;
  private readonly positions: Positions;
  private readonly isDaemon: readonly boolean[];
  /** First position not expanded yet. */
  private cursor = 0;
  private depth = 0;
  /** Preemptions of the schedules explored now. */
  private preemptions = 0;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions) {
    this.x = new Explorer(graph, conjuncts, options);
    this.pace = new Pace(options);
    this.options = options;
    this.positions = new Positions(graph.threads.length);
    this.isDaemon = graph.threads.map((t) => t.daemon !== 'no');
  }

  async run(): Promise<CheckResult> {
    const { x } = this;
    const limit = this.begin() ? await this.levels() : x.limit;
    const result = this.failure() ?? (limit === null ? complete(x.engine, this.tally()) : incomplete(this.tally(), limit));
    return { ...result, coverage: this.coverage(limit) };
  }

  /** False when memory does not allow the initial state. */
  private begin(): boolean {
    const { x, positions } = this;
    if (!x.begin()) return false;
    positions.add(0, NOBODY, -1, NO_MOVE);
    x.checkRange(0, 1);
    return true;
  }

  /** Explores with 0, 1, … preemptions; answers what stopped it, or null when no more preemptions reach anything new. */
  private async levels(): Promise<Limit | null> {
    const { positions, x } = this;
    for (let first = 0; ;) {
      const limit = await this.expandFrom(this.cursor, false);
      if (limit !== null || x.failures.count > 0) return limit;
      if (this.preemptions === (this.options.preemptions ?? PREEMPTIONS)) return 'preemptions';
      this.preemptions++;
      const end = positions.count;
      const cut = await this.expandFrom(first, true, end);
      if (cut !== null || positions.count === end) return cut;
      first = end;
    }
  }

  /** Takes the steps that preempt somebody, or those that do not, from all positions up to `to`. */
  private async expandFrom(from: number, preempting: boolean, to = Infinity): Promise<Limit | null> {
    const { positions, pace, x } = this;
    for (let p = from; p < Math.min(to, positions.count) && x.failures.count === 0; p++) {
      if (!this.expand(p, preempting)) return x.limit;
      if (!preempting) this.cursor = p + 1;
      if (x.bytes + positions.bytes > (this.options.maxMemory ?? Infinity)) return 'memory';
      if ((p & 1023) === 0 && pace.due()) {
        const limit = await pace.pause(() => this.progress());
        if (limit !== null) return limit;
      }
    }
    return null;
  }

  /** False when there is no room for what it finds. */
  private expand(position: number, preempting: boolean): boolean {
    const { x, positions } = this;
    const state = positions.state(position);
    const running = positions.running(position);
    const n = x.expandOne(state);
    if (running !== NOBODY && !this.canMove(running, n)) {
      // It has blocked or ended: from now on nobody is preempted.
      if (!preempting) positions.add(state, NOBODY, position, NO_MOVE);
      return true;
    }
    const kept = this.keep(n, running, preempting);
    const known = x.visited.count;
    if (!x.insert(kept)) return false;
    x.transitions += kept;
    for (let i = 0; i < kept; i++) this.arrive(x.visited.ids[i]!, running, position, x.moves[i]!);
    x.checkRange(known, x.visited.count);
    return !x.visited.refused;
  }

  private canMove(thread: number, n: number): boolean {
    for (let i = 0; i < n; i++) if (moveThread(this.x.moves[i]!) === thread) return true;
    return false;
  }

  /** Leaves in the batch the successors by steps that preempt `running`, or by those that do not; answers how many. */
  private keep(n: number, running: number, preempting: boolean): number {
    const { moves, visited: { batch, words } } = this.x;
    let kept = 0;
    for (let i = 0; i < n; i++) {
      const thread = moveThread(moves[i]!);
      const preempts = running !== NOBODY && thread !== running && !this.isDaemon[thread]!;
      if (preempts !== preempting) continue;
      if (kept < i) batch.copyWithin(kept * words, i * words, (i + 1) * words);
      moves[kept++] = moves[i]!;
    }
    return kept;
  }

  private arrive(state: number, running: number, from: number, move: number): void {
    if (state < 0) return;
    const thread = moveThread(move);
    const { positions } = this;
    positions.add(state, this.isDaemon[thread]! ? running : thread, from, move);
    this.depth = Math.max(this.depth, positions.depth(positions.count - 1));
  }

  /** The answer when something failed; an error of the model comes first. @throws ModelError */
  private failure(): CheckResult | null {
    const { engine, failures: { steps, tests, dead, violations } } = this.x;
    const fault = steps[0] ?? tests[0];
    if (fault !== undefined) throw modelError(engine.graph, engine.conjuncts, fault, this.pathTo(fault.id));
    const violation = violations.find((v) => engine.conjuncts[v.conjunct]!.property === RANGE) ?? violations[0];
    if (violation === undefined) return dead.length > 0 ? deadlocked(this.tally(), this.pathTo(dead[0]!)) : null;
    const path = this.pathTo(violation.id);
    const { property, name } = engine.conjuncts[violation.conjunct]!;
    if (property === RANGE) throw new ModelError(name, path);
    return violated(engine, this.tally(), violation.conjunct, path);
  }

  private pathTo(state: number): ScheduleStep[] {
    return this.positions.pathTo(this.positions.at(state), (move) => ({ thread: moveThread(move), choice: moveChoice(move) }));
  }

  /** A level that was stopped in its middle, by a limit or a failure, does not count. */
  private coverage(limit: Limit | null): Coverage {
    const finished = limit === 'preemptions' || (limit === null && this.x.failures.count === 0);
    return { kind: 'preemptions', bound: finished ? this.preemptions : this.preemptions - 1 };
  }

  private tally(): Tally {
    const { x, depth, pace, positions } = this;
    return { states: x.visited.count, transitions: x.transitions, depth, seconds: pace.seconds, engineBytes: x.bytes + positions.bytes };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: this.positions.count - this.cursor, memory: engineBytes };
  }
}
