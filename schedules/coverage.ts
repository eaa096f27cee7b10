/** What a search that is not exhaustive did cover, as exactly as it can be said. */

/** Every schedule with at most `bound` preemptions was explored; -1: not even those without any. */
export interface PreemptionCoverage {
  readonly kind: 'preemptions';
  readonly bound: number;
}

/**
 * Probabilistic concurrency testing. A bug of depth d (d ordered steps make it happen) is met by a run with probability
 * at least 1/(n k^(d-1)), where n threads take at most k steps together.
 */
export interface PctCoverage {
  readonly kind: 'pct';
  readonly runs: number;
  /** d */
  readonly depth: number;
  /** n: threads that must end. */
  readonly threads: number;
  /** k: steps of the longest run, those of daemons not counted. */
  readonly steps: number;
  /** Runs that chose among all k steps where to change priorities: only for these is the bound known. */
  readonly counted: number;
  /** Least probability that one of the counted runs meets a bug of that depth; null where the theorem does not apply. */
  readonly probability: number | null;
  /** Why it does not apply: null where it does. */
  readonly reason: string | null;
}

export type Coverage = PreemptionCoverage | PctCoverage;
