/** Runs a search in slices, so that the event loop, an AbortSignal and progress reports get their turn. */
import { setImmediate } from 'node:timers/promises';
import type { CheckOptions, Limit, Progress } from './result.ts';

/** Milliseconds between two looks at the event loop. */
const SLICE = 50;
/** Milliseconds between progress reports. */
const REPORT = 100;

/** In milliseconds. The global `performance` does the same, and has Node load seven modules first. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What a search tells of itself. */
export type Counters = Omit<Progress, 'seconds'>;

export class Pace {
  private readonly options: CheckOptions;
  private readonly start = now();
  /** Seconds that earlier runs of the same search took. */
  private readonly before: number;
  private slice = this.start;
  private report = this.start;

  constructor(options: CheckOptions, before = 0) {
    this.options = options;
    this.before = before;
  }

  /** Seconds that the search has taken, earlier runs included. */
  get seconds(): number {
    return this.before + this.running;
  }

  private get running(): number {
    return (now() - this.start) / 1000;
  }

  /** True when it is time to `pause`. */
  due(): boolean {
    return now() - this.slice >= SLICE;
  }

  /** Lets the event loop run; answers why the search must stop now, or null. */
  async pause(progress: () => Counters): Promise<Limit | null> {
    this.tell(progress);
    await setImmediate();
    this.slice = now();
    return this.exhausted();
  }

  /** Reports progress if it is time to. */
  tell(progress: () => Counters): void {
    const time = now();
    if (time - this.report < REPORT) return;
    this.report = time;
    this.options.onProgress?.({ ...progress(), seconds: this.seconds });
  }

  /** The limit of time or patience that has been reached, or null. */
  exhausted(): Limit | null {
    if (this.options.signal?.aborted === true) return 'interrupted';
    return this.running >= (this.options.maxSeconds ?? Infinity) ? 'seconds' : null;
  }
}
