/** From a path in the reduced graph to a schedule of the real one. */
import { moveChoice, moveThread } from '../compile.ts';
import { RangeFault } from '../errors.ts';
import type { ScheduleStep } from '../result.ts';
import type { ReducedSteps } from './explorer.ts';
import type { Plan } from './plan.ts';

/** Where a kept state lies. */
export type StateOf = (id: number) => { readonly words: Int32Array; readonly offset: number };

/**
 * The schedule along kept states, each a successor of the one before, and then, if `last` is given, along the moves to
 * that successor of the final one, or up to the step that leaves its range, if that is what happens there. A state is kept as one of its images: moves are translated back through the symmetries
 * that were applied on the way.
 */
export function concrete(plan: Plan, steps: ReducedSteps, stateOf: StateOf, path: readonly number[], last: number | null, fault: RangeFault | null): ScheduleStep[] {
  const walk = new Walk(plan, steps, stateOf);
  path.slice(1).forEach((to, i) => { walk.hop(path[i]!, to); });
  if (last !== null) walk.moves(path.at(-1)!, last);
  if (fault !== null) walk.upTo(path.at(-1)!, fault);
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

  moves(from: number, i: number): void {
    this.expand(from);
    this.follow(i);
  }

  /** The moves before a step that cannot be taken, and that step. */
  upTo(from: number, fault: RangeFault): void {
    if (fault.where < 0) return;
    const { words, offset } = this.stateOf(from);
    this.steps.recording = true;
    try {
      this.steps.expand(words, offset);
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      if (this.steps.paths.length > 0) this.follow(this.steps.paths.length - 1);
    }
    this.steps.recording = false;
    this.schedule.push({ thread: this.real[this.plan.graph.nodes[fault.where]!.thread]!, choice: fault.choice });
  }

  private expand(id: number): number {
    const { words, offset } = this.stateOf(id);
    this.steps.recording = true;
    const n = this.steps.expand(words, offset);
    this.steps.recording = false;
    return n;
  }

  private follow(i: number): void {
    for (const move of this.steps.paths[i]!) this.schedule.push({ thread: this.real[moveThread(move)]!, choice: moveChoice(move) });
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
