/** What a search is asked and what it answers. */
import type { Loc } from '../model/language/ir.ts';
import type { Coverage } from './coverage.ts';
import type { Idea, Reduced } from './reduce/ideas.ts';

export type Verdict = 'holds' | 'violated' | 'deadlock' | 'incomplete' | 'vacuous';

/**
 * bfs: shortest trace. dfs: little frontier. random: seeded walks, never exhaustive. preemptions: all schedules with few
 * preemptions. pct: seeded runs by random priorities, never exhaustive.
 */
export type Search = 'bfs' | 'dfs' | 'random' | 'preemptions' | 'pct';

export interface CheckOptions {
  /** Default bfs. */
  readonly search?: Search;
  /** Only these properties, by name (default: all of the graph's). Deadlock is always looked for. */
  readonly properties?: readonly string[];
  /** Leave progress properties out: what they ask is no matter of single states. */
  readonly safetyOnly?: boolean;
  /** Threads that search, breadth-first only; the answer does not depend on it. Default 1: no thread but this one. */
  readonly workers?: number;
  /** Breadth-first only: a file from which the search can be resumed, rewritten at the end of a level when `everySeconds` (default 60) have passed, and when a limit or the signal stops the search. */
  readonly checkpoint?: { readonly file: string; readonly everySeconds?: number; /** Id by which the graph is found again. */ readonly scenario: string };
  /** Breadth-first by one thread only: a folder for the states, so that they may be more than memory holds; `maxMemory` (default: half of the machine's) is what may be in memory, not a limit. */
  readonly spill?: string;
  /** Goes on from a checkpoint of the same graph and properties. */
  readonly resume?: string;
  /** Breadth-first by one thread only: reductions, none by default. States are then those that were kept, transitions the steps run, depth counts kept states. */
  readonly reduce?: readonly Idea[];
  readonly seed?: number;
  readonly maxStates?: number;
  /** Steps from the initial state. */
  readonly maxDepth?: number;
  /** Bytes of the engine's own arrays. */
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
  /** Asked to stop early (Ctrl-C): verdict incomplete. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second. */
  readonly onProgress?: (p: Progress) => void;
  /** Search by preemptions: how many there may be at most, 0 … (default 2). */
  readonly preemptions?: number;
  /** Pct: how many ordered steps make up the bugs that are looked for, 1 … (default 3). */
  readonly bugDepth?: number;
  /** Random search and pct: number of walks (default 10 000) and the length at which a walk is given up (default 1000). */
  readonly walks?: number;
  readonly walkLength?: number;
}

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly frontier: number;
  readonly depth: number;
  /** Bytes of the engine's arrays. */
  readonly memory: number;
  readonly seconds: number;
}

/** One scheduling decision; the node follows from where the thread stands. */
export interface ScheduleStep {
  readonly thread: number;
  readonly choice: number;
}

/** How a run that never makes progress goes on. */
export interface Loop {
  /** Index in the schedule of the first step that is repeated; the length of the schedule where the run rests at its end. */
  readonly start: number;
  /** No such run has a shorter schedule. */
  readonly shortest: boolean;
}

/** Why a search was cut short. */
export type Limit = 'states' | 'depth' | 'memory' | 'seconds' | 'interrupted' | 'sampled' | 'preemptions';

export interface CheckResult {
  readonly verdict: Verdict;
  /** The violated property and conjunct; null unless violated. For a deadlock: property 'deadlock'. */
  readonly property: string | null;
  readonly conjunct: string | null;
  readonly limit: Limit | null;
  /** Distinct states found, and transitions executed. */
  readonly states: number;
  readonly transitions: number;
  /** Steps of the longest shortest path (bfs), or of the deepest stack or walk. */
  readonly depth: number;
  readonly seconds: number;
  /** Bytes of the engine's arrays at the end: state store, index, parents. */
  readonly engineBytes: number;
  /** What a search by preemptions or pct covered; other searches have none. */
  readonly coverage?: Coverage;
  /** With reductions: which, and whether the schedule is a shortest one. */
  readonly reduced?: Reduced;
  /** The failing schedule from the initial state, or null. */
  readonly schedule: readonly ScheduleStep[] | null;
  /** Of a progress property that is violated: from where on the schedule repeats for ever. Absent otherwise. */
  readonly loop?: Loop;
  /** Context switches in it: adjacent steps by different threads. */
  readonly switches: number | null;
  /** Vacuity: what never happened (filled in for complete searches). */
  readonly unreached: readonly string[];
  readonly neverTruePremises: readonly { readonly property: string; readonly conjunct: string }[];
  readonly neverRan: readonly { readonly proc: string; readonly loc: Loc; readonly text: string }[];
}
