/** All threads of a parallel search, the one that leads included, which has number 0: gives them tasks, and does its own share. */
import { setTimeout } from 'node:timers/promises';
import { TAKEN } from './id-hand.ts';
import { crewOf, sharedOf, type Crew } from './parallel-crew.ts';
import type { Expanded } from './parallel-task.ts';
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

  /** Lets threads expand ranges, by number, and does `mine` if this one is among them; what became of it, in their order. `meanwhile` is called now and then. @throws what a thread throws */
  async expand(ranges: Int32Array, threads: readonly number[], mine: () => Promise<Expanded>, meanwhile: () => void): Promise<Expanded[]> {
    const { keys: { shared, common, chunks, me } } = this;
    shared.control[TAKEN] = 0;
    const others = this.crew.ask(ranges, threads.filter((i) => i !== 0), chunks, common);
    me.prepare({ chunks: sharedOf(chunks.slice(this.known)), common: null });
    this.known = chunks.length;
    const own = threads.includes(0) ? [await mine()] : [];
    return [...own, ...await others(meanwhile)];
  }

  async end(): Promise<void> {
    await this.crew.end();
  }
}
