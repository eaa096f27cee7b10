/** All threads of a parallel search, the one that leads included, which has number 0: gives them tasks, and does its own share. */
import { setTimeout } from 'node:timers/promises';
import { crewOf, type Crew } from './parallel-crew.ts';
import type { Answers, Task } from './parallel-task.ts';
import { TAKEN } from './shared-set.ts';
import type { SharedKeys } from './shared-keys.ts';

export class Hands {
  private readonly keys: SharedKeys;
  private readonly crew: Crew;
  /** Chunks that this thread's hand knows of. */
  private known = 0;

  constructor(keys: SharedKeys, threads: number) {
    this.keys = keys;
    this.crew = crewOf(threads - 1);
    this.crew.begin(keys.start);
  }

  /** Numbers of those that can be given tasks. @throws what a thread has thrown */
  get ready(): readonly number[] {
    return [0, ...this.crew.ready];
  }

  /** Waits until all are there. */
  async all(): Promise<void> {
    while (this.crew.ready.length < this.crew.size) await setTimeout(1);
  }

  /** Gives a task to threads by number, and does `mine` if this one is among them; the answers in their order. `meanwhile` is called now and then. @throws what a thread throws */
  async share<K extends Task['kind']>(kind: K, ranges: Int32Array, threads: readonly number[], mine: () => Promise<Answers[K]>, meanwhile: () => void): Promise<Answers[K][]> {
    const { set, common, me } = this.keys;
    set.shared.control[TAKEN] = 0;
    const others = this.crew.ask(kind, ranges, threads.filter((i) => i !== 0), set, common);
    const chunks = set.chunks.slice(this.known).map((c) => c.buffer as unknown as SharedArrayBuffer);
    this.known = set.chunks.length;
    me.prepare({ chunks, bits: set.bits, common: common === me.expander.common ? null : common });
    const own = threads.includes(0) ? [await mine()] : [];
    return [...own, ...await others(meanwhile)];
  }

  async end(): Promise<void> {
    await this.crew.end();
  }
}
