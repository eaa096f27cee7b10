import { grown } from '../grown.ts';

/** States to be expanded once more, for threads that did not move there because they slept. */
interface Woken {
  readonly id: number;
  readonly threads: number;
}

/**
 * By state: the threads that sleep there, as a set. On each way to a state others may sleep; those that sleep on all ways
 * stay asleep (Godefroid 1996, sleep sets with state matching).
 */
export class Sleepers {
  readonly woken: Woken[] = [];
  private sets = new Int32Array(1024);
  private count = 0;

  get bytes(): number {
    return this.sets.byteLength;
  }

  of(id: number): number {
    return this.sets[id]!;
  }

  /** Notes one more way to a state, and who wakes by it; of states below `expanded` that is too late for the first expansion. */
  meet(id: number, asleep: number, expanded: number): void {
    if (id >= this.sets.length) this.sets = grown(this.sets, id + 1);
    if (id >= this.count) {
      this.count = id + 1;
      this.sets[id] = asleep;
      return;
    }
    const before = this.sets[id]!;
    this.sets[id] = before & asleep;
    if (id < expanded && (before & ~asleep) !== 0) this.woken.push({ id, threads: before & ~asleep });
  }
}
