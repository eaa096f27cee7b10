/** One reduced search, under what is taken to be unreachable. */
import { RangeFault } from '../errors.ts';
import type { Tally } from '../outcome.ts';
import type { Counters, Pace } from '../pace.ts';
import type { CheckOptions, Limit, ScheduleStep } from '../result.ts';
import { Visited } from '../visited.ts';
import { concrete, type Coda } from './concrete.ts';
import { ReducedSteps } from './explorer.ts';
import { Parents } from './parents.ts';
import type { Plan } from './plan.ts';
import { Sleepers } from './sleepers.ts';

/** Successors collected before they are inserted. */
const BATCH = 512;
/** A search that was surprised ends when it has so many times the states. */
const PATIENCE = 1.125;

/** How a search ended; `surprised`: a thread came to a node taken to be unreachable, so that nothing is proved. */
export type Ending =
  | { readonly end: 'complete' }
  | { readonly end: 'surprised' }
  | { readonly end: 'limit'; readonly limit: Limit }
  | { readonly end: 'failed'; readonly schedule: readonly ScheduleStep[] };

export class Run {
  private readonly plan: Plan;
  private readonly options: CheckOptions;
  private readonly pace: Pace;
  private readonly steps: ReducedSteps;
  private readonly visited: Visited;
  private readonly parents = new Parents();
  private readonly from: Int32Array;
  private readonly sleepers = new Sleepers();
  /** By state of the batch: the threads that sleep in it. */
  private readonly sleeping: Int32Array;
  /** First state not expanded, first state of the next level, levels begun. */
  private cursor = 0;
  private nextLevel = 0;
  private depth = -1;
  /** Number of states at which a search that was surprised ends: it proves nothing, and goes on for a while to learn more. */
  private patience = Infinity;
  private failure: Ending | null = null;

  constructor(plan: Plan, options: CheckOptions, pace: Pace) {
    const { engine } = plan;
    this.plan = plan;
    this.options = options;
    this.pace = pace;
    const ideas = { movers: plan.ideas.includes('movers'), persistent: plan.ideas.includes('persistent') };
    const { tables, situations } = plan.tables();
    this.steps = new ReducedSteps(plan.graph, engine, tables, situations, plan.live, ideas);
    const capacity = BATCH + engine.maxSuccessors;
    this.visited = new Visited(engine.layout.words, capacity, options.maxStates ?? Infinity);
    this.from = new Int32Array(capacity);
    this.sleeping = new Int32Array(capacity);
  }

  async explore(): Promise<Ending> {
    this.visited.batch.set(this.plan.engine.initial);
    this.plan.canonical.apply(this.visited.batch, 0);
    this.from[0] = -1;
    let limit = this.insert(1);
    while (limit === null && this.failure === null && (this.cursor < this.visited.count || this.sleepers.woken.length > 0)) {
      if (this.visited.count >= this.patience) break;
      limit = this.insert(this.fill()) ?? (this.pace.due() ? await this.pace.pause(() => this.progress()) : null);
    }
    if (this.failure !== null) return this.failure;
    if (limit !== null) return { end: 'limit', limit };
    return this.patience === Infinity ? { end: 'complete' } : { end: 'surprised' };
  }

  tally(): Tally {
    const engineBytes = this.visited.bytes + this.parents.bytes + this.sleepers.bytes + this.from.byteLength + this.sleeping.byteLength;
    return { states: this.visited.count, transitions: this.steps.steps, depth: this.depth, seconds: this.pace.seconds, engineBytes };
  }

  /** Fills the batch with successors; answers how many. */
  private fill(): number {
    const { visited } = this;
    let n = 0;
    for (let next = this.sleepers.woken.pop(); next !== undefined; next = n < BATCH ? this.sleepers.woken.pop() : undefined) n = this.expand(next.id, n, next.threads);
    while (n < BATCH && this.cursor < visited.count && this.failure === null) {
      if (this.cursor === this.nextLevel) {
        this.depth++;
        this.nextLevel = visited.count;
        // A level is complete only when all that was collected is in.
        if (n > 0) return n;
      }
      n = this.expand(this.cursor, n, ~this.sleepers.of(this.cursor++));
    }
    return n;
  }

  /** Appends the successors by some threads to the n in the batch. */
  private expand(id: number, n: number, threads: number): number {
    const { steps, visited, plan } = this;
    const { words } = plan.engine.layout;
    const count = this.guarded(id, () => steps.expand(visited.chunkOf(id), visited.offsetOf(id), this.sleepers.of(id), threads));
    this.noteSurprise();
    if (this.failure !== null) return n;
    if (steps.deadlock) this.fail(id, 'none');
    else if (steps.violated >= 0) this.fail(id, 'violation');
    for (let w = 0; w < count * words; w++) visited.batch[n * words + w] = steps.successors[w]!;
    for (let i = n; i < n + count; i++) {
      this.sleeping[i] = this.canonical(i, steps.sleeping[i - n]!);
      this.from[i] = id;
    }
    return n + count;
  }

  /** Makes a state of the batch canonical; answers the set of threads that a set has become by that. */
  private canonical(i: number, threads: number): number {
    const { plan, visited } = this;
    if (plan.symmetries.length === 0) return threads;
    const trail: number[] = [];
    plan.canonical.apply(visited.batch, i * plan.engine.layout.words, trail);
    return trail.reduce((set, s) => plan.symmetries[s]!.threads.reduce((out, image, t) => out | (set >> t & 1) << image, 0), threads);
  }

  private noteSurprise(): void {
    const { surprise, surprising } = this.steps;
    if (surprise < 0) return;
    this.plan.learn(surprise, surprising);
    this.patience = Math.min(this.patience, PATIENCE * this.visited.count + BATCH);
  }

  private insert(n: number): Limit | null {
    const { visited, plan } = this;
    if (!visited.reserve(n, this.options.maxMemory ?? Infinity)) return 'memory';
    const before = visited.count;
    visited.insert(n);
    // From the last to the first, so that of several ways to a new state the first one stays.
    for (let i = n - 1; i >= 0; i--) if (visited.ids[i]! >= before) this.parents.set(visited.ids[i]!, this.from[i]!);
    for (let i = 0; i < n; i++) if (visited.ids[i]! >= 0) this.sleepers.meet(visited.ids[i]!, this.sleeping[i]!, this.cursor);
    for (let id = before; id < visited.count && this.failure === null; id++) this.look(id, plan);
    return visited.refused ? 'states' : null;
  }

  private look(id: number, { engine }: Plan): void {
    const { visited } = this;
    const violated = this.guarded(id, () => {
      engine.observe(visited.chunkOf(id), visited.offsetOf(id));
      return engine.check(visited.chunkOf(id), visited.offsetOf(id));
    }, -1);
    if (violated >= 0) this.fail(id, 'none');
  }

  /** Runs what may leave a declared range: that is a failure, too, found again when the schedule is replayed. */
  private guarded(id: number, run: () => number, otherwise = 0): number {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      this.fail(id, 'fault');
      return otherwise;
    }
  }

  private fail(id: number, coda: Coda): void {
    const { visited } = this;
    const stateOf = (s: number): { words: Int32Array; offset: number } => ({ words: visited.chunkOf(s), offset: visited.offsetOf(s) });
    this.failure = { end: 'failed', schedule: concrete(this.plan, this.steps, stateOf, this.parents.lineage(id), coda) };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: states - this.cursor, memory: engineBytes };
  }
}
