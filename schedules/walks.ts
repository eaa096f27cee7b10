/** Walks from the initial state, one step after the other by a scheduler: samples of the schedules, never a proof. */
import type { GExpr, Graph } from '../model/language/graph.ts';
import { compile, moveChoice, moveThread } from './compile.ts';
import type { Engine } from './compile.ts';
import { ModelError, RangeFault } from './errors.ts';
import { modelError } from './fault.ts';
import type { SelectedConjunct } from './interpret.ts';
import { deadlocked, incomplete, violated } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import type { CheckOptions, CheckResult, Limit, ScheduleStep } from './result.ts';
import { RANGE } from './select.ts';

export const WALKS = 10_000;
export const WALK_LENGTH = 1000;

/** Who moves next. */
export interface Scheduler {
  /** A walk begins. */
  begin(): void;
  /** Picks one of the first n moves, at least 1 (see compile.ts): its position. */
  pick(n: number, moves: Int32Array): number;
  /** A walk has ended without a failure; `cut`: because of its length. */
  end(cut: boolean): void;
}

const UNFINISHED = '$unfinished';

/** A conjunct that is false when all threads that must end have ended; none where no thread must. */
function unfinished(graph: Graph): SelectedConjunct[] {
  const ended = graph.threads.flatMap((t, thread): GExpr[] => (t.daemon === 'no' ? [{ g: 'ended', thread }] : []));
  if (ended.length === 0) return [];
  const holds: GExpr = { g: 'op', op: 'not', args: [{ g: 'op', op: 'and', args: ended }] };
  return [{ property: UNFINISHED, name: UNFINISHED, premise: null, holds }];
}

export class Walks {
  private readonly engine: Engine;
  private readonly scheduler: Scheduler;
  private readonly pace: Pace;
  private readonly options: CheckOptions;
  private readonly state: Int32Array;
  private readonly successors: Int32Array;
  private readonly moves: Int32Array;
  private schedule: ScheduleStep[] = [];
  private states = 0;
  private transitions = 0;
  private depth = 0;
  /** Successors of the state visited last. */
  private enabled = 0;

  /** `untilDone`: a walk ends when all threads that must end have ended, whatever daemons could still do. */
  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions, scheduler: Scheduler, untilDone = false) {
    this.engine = compile(graph, untilDone ? [...conjuncts, ...unfinished(graph)] : conjuncts);
    this.scheduler = scheduler;
    this.pace = new Pace(options);
    this.options = options;
    this.state = Int32Array.from(this.engine.initial);
    this.successors = new Int32Array(this.engine.maxSuccessors * this.engine.layout.words);
    this.moves = new Int32Array(this.engine.maxSuccessors);
  }

  /** `states` counts states visited, each time anew. A walk is as long as `walkLength` and `maxDepth` allow. @throws ModelError */
  async run(): Promise<CheckResult> {
    const length = Math.min(this.options.walkLength ?? WALK_LENGTH, this.options.maxDepth ?? Infinity);
    for (let walk = 0; walk < (this.options.walks ?? WALKS); walk++) {
      const end = this.walk(length);
      if (end !== null) return end;
      const limit = this.pace.due() ? await this.pace.pause(() => this.progress()) : null;
      if (limit !== null) return incomplete(this.tally(), limit);
      if (this.states >= (this.options.maxStates ?? Infinity)) return incomplete(this.tally(), 'states');
    }
    const limit: Limit = this.pace.exhausted() ?? 'sampled';
    return incomplete(this.tally(), limit);
  }

  /** One walk of at most `length` steps: the failure it meets, or null. */
  private walk(length: number): CheckResult | null {
    this.state.set(this.engine.initial);
    this.schedule = [];
    this.scheduler.begin();
    for (;;) {
      const end = this.visit();
      if (end !== null) return end;
      const cut = this.schedule.length >= length && this.enabled > 0;
      if (cut || this.enabled === 0) {
        this.scheduler.end(cut);
        return null;
      }
      this.step();
    }
  }

  /** Looks at the state: a violation or a deadlock, or null. Leaves its successors for `step`. */
  private visit(): CheckResult | null {
    this.states++;
    this.depth = Math.max(this.depth, this.schedule.length);
    const conjunct = this.guarded(() => this.engine.check(this.state, 0));
    if (conjunct >= 0) {
      if (this.engine.conjuncts[conjunct]!.property !== UNFINISHED) return this.violation(conjunct);
      this.enabled = 0;
      return null;
    }
    const n = this.guarded(() => this.engine.expand(this.state, 0, this.successors, 0, this.moves));
    this.enabled = n < 0 ? ~n : n;
    return n < 0 ? deadlocked(this.tally(), this.schedule) : null;
  }

  /** Takes one of the enabled steps. */
  private step(): void {
    const pick = this.scheduler.pick(this.enabled, this.moves);
    const { words } = this.engine.layout;
    for (let i = 0; i < words; i++) this.state[i] = this.successors[pick * words + i]!;
    this.schedule.push({ thread: moveThread(this.moves[pick]!), choice: moveChoice(this.moves[pick]!) });
    this.transitions++;
  }

  private violation(conjunct: number): CheckResult {
    const { property, name } = this.engine.conjuncts[conjunct]!;
    if (property === RANGE) throw new ModelError(name, this.schedule);
    return violated(this.engine, this.tally(), conjunct, this.schedule);
  }

  private guarded(evaluate: () => number): number {
    try {
      return evaluate();
    } catch (error) {
      throw error instanceof RangeFault ? modelError(this.engine.graph, this.engine.conjuncts, error, this.schedule) : error;
    }
  }

  private tally(): Tally {
    return { states: this.states, transitions: this.transitions, depth: this.depth, seconds: this.pace.seconds, engineBytes: this.successors.byteLength + this.moves.byteLength };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: this.schedule.length, memory: engineBytes };
  }
}
