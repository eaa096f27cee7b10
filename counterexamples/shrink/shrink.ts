/**
 * A failing run made minimal: first a smaller world, then fewer steps, then fewer context switches.
 *
 * A cut must not cost steps, unless `smallestWorld` is asked for. Where the world is small enough to be searched, its shortest failing run is found first, and
 * something is left out only if a run as short remains; so what comes out is never longer than what breadth-first search
 * finds in the whole world. Where it is not, the run is shrunk by replaying parts of it, until the world is small enough.
 */
import type { Graph } from '../../model/language/graph.ts';
import type { Program } from '../../model/language/ir.ts';
import type { Buildable } from '../../model/scenario.ts';
import type { Progress } from '../../schedules/result.ts';
import { recheck } from '../recheck.ts';
import { TraceRefused } from '../refused.ts';
import { follow, type Schedule } from './follow.ts';
import { allowed, changesTheEnd } from './guard.ts';
import { shrunkByReplay, tidiedByReplay } from './replayed.ts';
import { shortestRun, someRunKeeps, type Answer, type SearchLimits } from './search.ts';
import { failsAs, type Target } from './target.ts';
import { furtherCuts, neededCuts, programWithout, smallerProgram, type Cut, type Cuts } from './world.ts';

/** States that one search may keep: a second or two. */
export const MAX_STATES = 1_000_000;

export interface ShrinkOptions {
  /** Of each search; default `MAX_STATES`. */
  readonly maxStates?: number;
  /** Also leave out what makes the run longer, as long as it is no longer than the run given. */
  readonly smallestWorld?: boolean;
  /** What is found so far is answered when it aborts. */
  readonly signal?: AbortSignal;
  /** `doing`: what is tried. Progress of a search when there is one. */
  readonly onProgress?: (doing: string, progress: Progress | null) => void;
  readonly lower: (program: Program) => Graph | Promise<Graph>;
}

/** A run of a world. */
export interface WorldRun {
  readonly cuts: Cuts;
  readonly program: Program;
  readonly graph: Graph;
  readonly schedule: Schedule;
}

export interface Shrunk {
  readonly given: WorldRun;
  readonly minimal: WorldRun;
  /** What was cut, the largest first. */
  readonly removed: readonly Cut[];
  readonly target: Target;
  /** No shorter run fails so in what is left of the world; otherwise no single step can be left out. */
  readonly proved: boolean;
  /** Cuts of which a search that was cut short could not tell whether they can be made. */
  readonly undecided: readonly string[];
  /** Aborted: more may be possible. */
  readonly interrupted: boolean;
}

/** @throws TraceRefused when the run does not fail as the target says, or the cuts name no world. */
export async function shrink(whole: Buildable, run: { readonly cuts?: Cuts; readonly schedule: Schedule }, target: Target, options: ShrinkOptions): Promise<Shrunk> {
  const cuts = run.cuts ?? [];
  const program = smallerProgram(whole, cuts);
  if (program === null) throw new TraceRefused('unknown', `the trace is of a world without ${cuts.join(', ')}, which cannot be built`);
  const given: WorldRun = { cuts, program, graph: await options.lower(program), schedule: run.schedule };
  recheck(given.graph, given.schedule, target);
  return new Shrinking(whole, target, options).from(given);
}

class Shrinking {
  private readonly whole: Buildable;
  private readonly threads: Program['threads'];
  private readonly target: Target;
  private readonly options: ShrinkOptions;
  /** Whether some run of the given world keeps a property of the end; null: not asked yet. */
  private endsWell: boolean | null = null;

  constructor(whole: Buildable, target: Target, options: ShrinkOptions) {
    this.whole = whole;
    this.threads = whole.build().threads;
    this.target = target;
    this.options = options;
  }

  async from(given: WorldRun): Promise<Shrunk> {
    const { graph, schedule } = given;
    const start = { ...given, schedule: tidiedByReplay(graph, this.target, schedule) ?? schedule };
    let best = (await this.shortest(start, 'the whole world')).run;
    let undecided: string[] = [];
    for (let cuts = -1; cuts !== best.cuts.length && !this.interrupted;) {
      cuts = best.cuts.length;
      ({ best, undecided } = await this.cutOnce(given, best));
    }
    const { run: minimal, proved } = await this.shortest(best, 'what is left');
    recheck(minimal.graph, minimal.schedule, this.target);
    const known = furtherCuts(this.whole, given.program, given.cuts);
    const removed = known.filter(({ name }) => minimal.cuts.includes(name));
    return { given, minimal, removed, target: this.target, proved, undecided, interrupted: this.interrupted };
  }

  private get interrupted(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** Tries every cut once. */
  private async cutOnce(given: WorldRun, from: WorldRun): Promise<{ best: WorldRun; undecided: string[] }> {
    let best = from;
    const undecided: string[] = [];
    for (const cut of furtherCuts(this.whole, from.program, from.cuts)) {
      if (!allowed(this.target, cut) || this.interrupted) continue;
      const smaller = await this.without(given, best, cut);
      if (smaller === 'unknown') undecided.push(cut.name);
      else if (smaller !== 'none') best = smaller;
    }
    return { best, undecided };
  }

  /** A run of the world without something, no longer than allowed. */
  private async without(given: WorldRun, best: WorldRun, cut: Cut): Promise<WorldRun | 'none' | 'unknown'> {
    this.options.onProgress?.(`without ${cut.name}`, null);
    if (!furtherCuts(this.whole, best.program, best.cuts).some(({ name }) => name === cut.name)) return 'none';
    const cuts = neededCuts(this.threads, [...best.cuts, cut.name]);
    const program = programWithout(this.whole, best.program, cuts, cut);
    if (program === null) return 'none';
    const graph = await this.options.lower(program);
    const most = this.options.smallestWorld === true ? given.schedule.length : best.schedule.length;
    const answer = await this.runIn(graph, best, most, cut);
    if (typeof answer === 'string') return answer;
    if (changesTheEnd(given.graph, this.target, cut) && !(await this.endsWellToo(given, graph, cut))) return 'none';
    return { cuts, program, graph, schedule: answer.found };
  }

  /** The same steps where they are enough, else any that a search finds. */
  private async runIn(graph: Graph, best: WorldRun, most: number, cut: Cut): Promise<Answer> {
    const same = follow(graph, failsAs(graph, this.target), translated(best, graph));
    if (same !== null && same.schedule.length <= most) return { found: same.schedule };
    return shortestRun(graph, this.target, most, this.limits(`without ${cut.name}`));
  }

  /** A world in which nothing can end well shows no race. */
  private async endsWellToo(given: WorldRun, graph: Graph, cut: Cut): Promise<boolean> {
    this.endsWell ??= (await someRunKeeps(given.graph, this.target, this.limits('the whole world'))) !== 'none';
    return !this.endsWell || typeof (await someRunKeeps(graph, this.target, this.limits(`without ${cut.name}`))) !== 'string';
  }

  /** The shortest run by a search; where that takes too long, one of which no step can be left out. */
  private async shortest(run: WorldRun, where: string): Promise<{ readonly run: WorldRun; readonly proved: boolean }> {
    this.options.onProgress?.(where, null);
    const { graph, schedule } = run;
    const answer = await shortestRun(graph, this.target, schedule.length, this.limits(where));
    if (answer === 'none') throw new Error(`no run of ${schedule.length} steps fails by the search, and one does by replay`);
    if (answer !== 'unknown') return { run: { ...run, schedule: answer.found }, proved: true };
    return { run: { ...run, schedule: shrunkByReplay(graph, this.target, schedule) ?? schedule }, proved: false };
  }

  private limits(doing: string): SearchLimits {
    const { maxStates = MAX_STATES, signal, onProgress } = this.options;
    return { maxStates, signal, onProgress: (progress) => onProgress?.(doing, progress) };
  }
}

/** The steps of a run for a graph with other threads; those of threads that it does not have are left out. */
function translated({ graph: from, schedule }: WorldRun, graph: Graph): Schedule {
  const index = from.threads.map(({ name }) => graph.threads.findIndex((t) => t.name === name));
  return schedule.flatMap(({ thread, choice }) => (index[thread]! < 0 ? [] : [{ thread: index[thread]!, choice }]));
}
