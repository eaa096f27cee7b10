/**
 * Probabilistic concurrency testing: the thread with the highest of random priorities runs, and at a few random steps
 * the running thread's priority drops below all others (S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A
 * randomized scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010).
 *
 * Daemons are nearly always ready: with a priority one of them would run for ever. So they take part in a step by chance,
 * and then each that can move is as likely as the thread that priorities choose; each run draws how often that is, for
 * some races need a busy hardware and others a quiet one. What a model chooses by itself is drawn, too. The theorem knows
 * neither of them; k counts the steps of the other threads.
 */
import type { Graph } from '../model/language/graph.ts';
import { moveThread } from './compile.ts';
import type { PctCoverage } from './coverage.ts';
import type { SelectedConjunct } from './interpret.ts';
import { Prng } from './prng.ts';
import type { CheckOptions, CheckResult } from './result.ts';
import { Walks } from './walks.ts';
import type { Scheduler } from './walks.ts';

/** Ordered steps that make up a bug where no depth is asked for: two changes of priority. */
export const BUG_DEPTH = 3;
/** Daemons take part in one step of 1, 2, 4 … 2^(QUIETEST-1). */
const QUIETEST = 6;

/** Runs end when all threads that must end have ended. The same seed makes the same runs. @throws ModelError */
export async function probabilistic(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  const scheduler = new Priorities(graph, options.bugDepth ?? BUG_DEPTH, options.seed ?? 0);
  const result = await new Walks(graph, conjuncts, options, scheduler, true).run();
  return { ...result, coverage: scheduler.coverage() };
}

class Priorities implements Scheduler {
  private readonly prng: Prng;
  private readonly depth: number;
  private readonly isDaemon: readonly boolean[];
  private readonly hasChoices: boolean;
  /** By thread; at least `depth` until they drop. */
  private readonly priority: Int32Array;
  /** Positions of the moves to draw from. */
  private readonly candidates: Int32Array;
  /** Steps after which the thread that took them drops. */
  private readonly changes: Int32Array;
  private readonly daemons: boolean;
  /** Daemons take part in one step of so many. */
  private quiet = 1;
  private runs = 0;
  private step = 0;
  /** Steps of the longest run so far: k. */
  private longest = 0;
  /** Runs since then. */
  private counted = 0;
  private cut = false;

  constructor(graph: Graph, depth: number, seed: number) {
    this.prng = new Prng(seed);
    this.depth = depth;
    this.isDaemon = graph.threads.map((t) => t.daemon !== 'no');
    this.daemons = this.isDaemon.includes(true);
    this.hasChoices = graph.nodes.some((n) => n.choices > 1);
    this.priority = new Int32Array(graph.threads.length);
    this.candidates = new Int32Array(graph.nodes.reduce((most, node) => most + node.choices, 1));
    this.changes = new Int32Array(depth - 1);
  }

  begin(): void {
    const { changes, depth, priority, prng } = this;
    for (let t = 0; t < priority.length; t++) {
      const other = prng.below(t + 1);
      priority[t] = priority[other]!;
      priority[other] = depth + t;
    }
    for (let i = 0; i < changes.length; i++) changes[i] = 1 + prng.below(Math.max(1, this.longest));
    if (this.daemons) this.quiet = 2 ** prng.below(QUIETEST);
    this.runs++;
    this.step = 0;
  }

  pick(n: number, moves: Int32Array): number {
    const chosen = this.highest(n, moves);
    const pick = chosen < 0 || this.drawn(this.quiet) === 0 ? this.withDaemons(n, moves, chosen) : chosen;
    if (pick !== chosen) return pick;
    const thread = moveThread(moves[pick]!);
    this.step++;
    for (let i = 0; i < this.changes.length; i++) if (this.changes[i] === this.step) this.priority[thread] = i + 1;
    return this.alternative(n, moves, pick);
  }

  /** The first move of the thread with the highest priority, or -1 when only daemons can move. */
  private highest(n: number, moves: Int32Array): number {
    let best = -1;
    let most = 0;
    for (let i = 0; i < n; i++) {
      const thread = moveThread(moves[i]!);
      if (this.isDaemon[thread]! || this.priority[thread]! <= most) continue;
      best = i;
      most = this.priority[thread]!;
    }
    return best;
  }

  /** One of the moves of daemons, or the one given unless it is -1. */
  private withDaemons(n: number, moves: Int32Array, chosen: number): number {
    let m = 0;
    for (let i = 0; i < n; i++) if (i === chosen || this.isDaemon[moveThread(moves[i]!)]!) this.candidates[m++] = i;
    return this.candidates[this.drawn(m)]!;
  }

  /** One of the moves of the thread whose first one is given: they differ in what the model chooses. */
  private alternative(n: number, moves: Int32Array, first: number): number {
    let end = first + 1;
    while (end < n && moveThread(moves[end]!) === moveThread(moves[first]!)) end++;
    return first + this.drawn(end - first);
  }

  /** 0 … n-1. */
  private drawn(n: number): number {
    return n === 1 ? 0 : this.prng.below(n);
  }

  /** A longer run makes the bound of those before unknown: they did not choose among all of its steps. */
  end(cut: boolean): void {
    this.cut ||= cut;
    if (this.step > this.longest) [this.longest, this.counted] = [this.step, 0];
    else this.counted++;
  }

  coverage(): PctCoverage {
    const { counted, depth, longest: steps, runs } = this;
    const threads = this.isDaemon.filter((daemon) => !daemon).length;
    const reason = this.reason();
    const once = 1 / (threads * Math.max(1, steps) ** (depth - 1));
    return { kind: 'pct', runs, depth, threads, steps, counted, probability: reason === null ? 1 - (1 - once) ** counted : null, reason };
  }

  private reason(): string | null {
    if (this.daemons) return 'the model has daemons, whose steps are drawn';
    if (this.hasChoices) return 'the model makes choices of its own, which are drawn';
    return this.cut ? 'some runs were cut short' : null;
  }
}
