/** From a path in the reduced graph to a schedule of the real one. */
import { moveChoice, moveThread } from '../compile.ts';
import { RangeFault } from '../errors.ts';
import type { ScheduleStep } from '../result.ts';
import type { ReducedSteps } from './explorer.ts';
import type { Plan } from './plan.ts';

/** Where a kept state lies. */
export type StateOf = (id: number) => { readonly words: Int32Array; readonly offset: number };

/** How a schedule goes on from its last kept state: not at all, to a failure on the way to a successor, to a step that leaves its range. */
export type Coda = 'none' | 'violation' | 'fault';

/**
 * The schedule along kept states, each a successor of the one before, and on from the last. A state is kept as one of its
 * images: moves are translated back through the symmetries that were applied on the way.
 */
export function concrete(plan: Plan, steps: ReducedSteps, stateOf: StateOf, path: readonly number[], coda: Coda): ScheduleStep[] {
  const walk = new Walk(plan, steps, stateOf);
  path.slice(1).forEach((to, i) => { walk.hop(path[i]!, to); });
  if (coda === 'violation') walk.toViolation(path.at(-1)!);
  if (coda === 'fault') walk.toFault(path.at(-1)!);
  return walk.schedule;
}

class Walk {
  readonly schedule: ScheduleStep[] = [];
  private readonly plan: Plan;
  private readonly steps: ReducedSteps;
  private readonly stateOf: StateOf;
  private readonly words: number;
  /** By thread of the kept image: the real thread. */
  private real: number[];

  constructor(plan: Plan, steps: ReducedSteps, stateOf: StateOf) {
    this.plan = plan;
    this.steps = steps;
    this.stateOf = stateOf;
    this.words = plan.engine.layout.words;
    this.real = [...plan.graph.threads.keys()];
    this.rename(plan.engine.initial.slice());
  }

  hop(from: number, to: number): void {
    const target = this.stateOf(to);
    const n = this.expand(from);
    for (let i = 0; i < n; i++) {
      const image = this.steps.successors.slice(i * this.words, (i + 1) * this.words);
      this.plan.canonical.apply(image, 0);
      if (!image.every((w, k) => w === target.words[target.offset + k])) continue;
      this.follow(i);
      this.rename(this.steps.successors.slice(i * this.words, (i + 1) * this.words));
      return;
    }
    throw new Error(`state ${to} is no successor of ${from}`);
  }

  /** With nobody asleep more may fail than the search saw. */
  toViolation(from: number): void {
    this.expand(from);
    this.take(this.steps.violation);
  }

  /** The moves before a step that cannot be taken, and that step; no such step where it is a claim that cannot be evaluated. */
  toFault(from: number): void {
    try {
      this.expand(from);
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      this.steps.recording = false;
      if (this.steps.paths.length > 0) this.follow(this.steps.paths.length - 1);
      if (error.where >= 0) this.schedule.push({ thread: this.real[this.plan.graph.nodes[error.where]!.thread]!, choice: error.choice });
    }
  }

  private expand(id: number): number {
    const { words, offset } = this.stateOf(id);
    this.steps.recording = true;
    const n = this.steps.expand(words, offset);
    this.steps.recording = false;
    return n;
  }

  private follow(i: number): void {
    this.take(this.steps.paths[i]!);
  }

  private take(moves: readonly number[]): void {
    for (const move of moves) this.schedule.push({ thread: this.real[moveThread(move)]!, choice: moveChoice(move) });
  }

  /** Makes a state canonical and follows what that does to threads. */
  private rename(state: Int32Array): void {
    const trail: number[] = [];
    this.plan.canonical.apply(state, 0, trail);
    for (const s of trail) {
      const next = [...this.real];
      for (const [t, image] of this.plan.symmetries[s]!.threads.entries()) next[image] = this.real[t]!;
      this.real = next;
    }
  }
}
