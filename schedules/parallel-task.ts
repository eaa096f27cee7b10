/** What the threads of a parallel search tell each other. Types only. */
import type { MessagePort } from 'node:worker_threads';
import type { Common } from './batch.ts';
import type { Turn } from './parallel-turn.ts';

/** What a thread is started with. */
export interface Seat {
  /** First comes a `Start`, then tasks; what became of them goes back. */
  readonly port: MessagePort;
  readonly turn: Turn;
}

/** What all threads of a search see, besides their expanders' memory. */
export interface Shared {
  /** See id-hand.ts. */
  readonly control: Int32Array;
  /** By thread: states found and transitions executed. */
  readonly progress: Float64Array;
}

/** What is searched. */
export interface Start {
  readonly common: Common;
  readonly shared: Shared;
  /** Its row in `Shared.progress`, and its region of the expanders' memory. */
  readonly number: number;
}

/** To expand states. Ranges are pairs of ids from, to; threads take them one by one. `chunks` are those that the list of keys has got since the last task; `common` tells that keys were made anew. */
export interface Task {
  readonly ranges: Int32Array;
  readonly chunks: readonly SharedArrayBuffer[];
  readonly common: Common | null;
}

/** What became of a task. */
export interface Expanded {
  /** Ranges of the states found. */
  readonly found: Int32Array;
  /** What remained of a range when the thread had to stop. */
  readonly left: Int32Array;
  /** Ranges not expanded because something is wrong with one of their states, and states found that something is wrong with. */
  readonly odd: Int32Array;
  readonly suspects: Int32Array;
  /** Ranges of the ids it still has. */
  readonly spare: Int32Array;
}
