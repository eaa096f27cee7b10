/** What the threads of a parallel search tell each other. Types only. */
import type { Graph } from '../model/language/graph.ts';
import type { Failures } from './failures.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { Shared } from './shared-set.ts';

/** What a thread is started with. */
export interface Start {
  readonly graph: Graph;
  readonly conjuncts: readonly SelectedConjunct[];
  readonly shared: Shared;
  /** Its row in `Shared.progress`. */
  readonly number: number;
}

/** Ranges are pairs of ids from, to; threads take them one by one. `chunks` and `bits` tell how the set has grown. */
export interface Task {
  readonly kind: 'expand' | 'rehash' | 'report';
  readonly ranges: Int32Array;
  readonly chunks: readonly SharedArrayBuffer[];
  readonly bits: number;
}

/** What became of an `expand`. */
export interface Expanded {
  /** Ranges of the states found. */
  readonly found: Int32Array;
  /** What remained of a range when the thread had to stop. */
  readonly left: Int32Array;
  /** It stopped because it had no more ids. */
  readonly starved: boolean;
  /** Ids it still has. */
  readonly spare: number;
  readonly failures: Pick<Failures, 'steps' | 'tests' | 'dead' | 'violations'>;
}

/** What the engine of a thread has seen, see Engine. */
export interface Report {
  readonly ran: Uint8Array;
  readonly premises: Uint8Array;
  readonly reached: Uint8Array;
}

/** By kind of task: `rehash` answers null. */
export interface Answers {
  readonly expand: Expanded;
  readonly rehash: null;
  readonly report: Report;
}
