/** What the threads of a parallel search tell each other. Types only. */
import type { MessagePort } from 'node:worker_threads';
import type { Common } from './batch.ts';
import type { Turn } from './parallel-turn.ts';
import type { Shared } from './shared-set.ts';

/** What a thread is started with. */
export interface Seat {
  /** First comes a `Start`, then tasks; their answers go back. */
  readonly port: MessagePort;
  readonly turn: Turn;
}

/** What is searched. */
export interface Start {
  readonly common: Common;
  readonly shared: Shared;
  /** Its row in `Shared.progress`, and its region of the expanders' memory. */
  readonly number: number;
}

/** Ranges are pairs of ids from, to; threads take them one by one. `chunks` and `bits` tell how the set has grown, `common` that keys were made anew. */
export interface Task {
  readonly kind: 'expand' | 'rehash';
  readonly ranges: Int32Array;
  readonly chunks: readonly SharedArrayBuffer[];
  readonly bits: number;
  readonly common: Common | null;
}

/** What became of an `expand`. */
export interface Expanded {
  /** Ranges of the states found. */
  readonly found: Int32Array;
  /** What remained of a range when the thread had to stop. */
  readonly left: Int32Array;
  /** Ranges not expanded because something is wrong with one of their states, and states found that something is wrong with. */
  readonly odd: Int32Array;
  readonly suspects: Int32Array;
  /** Ids it still has. */
  readonly spare: number;
}

/** By kind of task: `rehash` answers null. */
export interface Answers {
  readonly expand: Expanded;
  readonly rehash: null;
}
