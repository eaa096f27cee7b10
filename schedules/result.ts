/** What a search is asked and what it answers. */
import type { Loc } from '../model/language/ir.ts';

export type Verdict = 'holds' | 'violated' | 'deadlock' | 'incomplete' | 'vacuous';

export interface CheckOptions {
  /** bfs: shortest trace. dfs: little frontier. random: seeded walks, never exhaustive. Default bfs. */
  readonly search?: 'bfs' | 'dfs' | 'random';
  /** Only these properties, by name (default: all of the graph's). Deadlock is always looked for. */
  readonly properties?: readonly string[];
  /** Threads that search, breadth-first only; the answer does not depend on it. Default 1: no thread but this one. */
  readonly workers?: number;
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
  /** Random search: number of walks (default 10 000) and the length at which a walk is given up (default 1000). */
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

/** Why a search was cut short. */
export type Limit = 'states' | 'depth' | 'memory' | 'seconds' | 'interrupted' | 'sampled';

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
  /** The failing schedule from the initial state, or null. */
  readonly schedule: readonly ScheduleStep[] | null;
  /** Context switches in it: adjacent steps by different threads. */
  readonly switches: number | null;
  /** Vacuity: what never happened (filled in for complete searches). */
  readonly unreached: readonly string[];
  readonly neverTruePremises: readonly { readonly property: string; readonly conjunct: string }[];
  readonly neverRan: readonly { readonly proc: string; readonly loc: Loc; readonly text: string }[];
}
