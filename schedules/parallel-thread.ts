/** A hand in a parallel search: takes ranges of states, expands them, and tests the states it is first to find. What is wrong it leaves to the thread that leads. */
import { BatchExpander } from './batch.ts';
import type { Expanded, Start, Task } from './parallel-task.ts';
import { CHUNK_BITS, CHUNK_STATES } from './passes.ts';
import { STOP, TAKEN, type Shared } from './shared-set.ts';
import { SharedInserter } from './shared-inserter.ts';

export class SearchThread {
  expander: BatchExpander;
  readonly inserter: SharedInserter;
  private readonly shared: Shared;
  private readonly number: number;
  private left: number[] = [];
  private odd: number[] = [];
  private suspects: number[] = [];

  constructor({ common, shared, number }: Start) {
    this.expander = new BatchExpander(common, number);
    this.inserter = new SharedInserter(common.at.keyWords, common.at.full + common.at.most, shared);
    this.shared = shared;
    this.number = number;
  }

  /** Must precede every task. */
  prepare({ chunks, bits, common }: Pick<Task, 'chunks' | 'bits' | 'common'>): void {
    if (common === null) this.expander.refresh();
    else this.expander = new BatchExpander(common, this.number);
    this.inserter.grown(chunks, bits);
  }

  rehash(ranges: Int32Array): void {
    for (let i = this.take(); i < ranges.length; i = this.take()) this.inserter.rehash(ranges[i]!, ranges[i + 1]!);
  }

  /** Works until there is no range left, it has to stop, or `due`; answers whether it is done. */
  expand(ranges: Int32Array, due: () => boolean): boolean {
    while (this.left.length === 0) {
      if (due()) return false;
      const i = this.take();
      if (i >= ranges.length) break;
      const to = ranges[i + 1]!;
      const next = this.expandRange(ranges[i]!, to);
      if (next < to) this.left = [next, to];
    }
    return true;
  }

  /** What came of it since the last call. */
  takeExpanded(): Expanded {
    const [left, odd, suspects] = [this.left, this.odd, this.suspects].map((list) => Int32Array.from(list)) as [Int32Array, Int32Array, Int32Array];
    this.left = [];
    this.odd = [];
    this.suspects = [];
    return { found: this.inserter.found(), left, odd, suspects, spare: this.inserter.spare };
  }

  /** Inserts the first n states of the expander's batch and tests what is new; false when there was not room for all: then what led to them must be expanded again. */
  insert(n: number): boolean {
    const { inserter, shared, expander, suspects } = this;
    expander.takeKeys(n, inserter.batch, inserter.hashes);
    const whole = inserter.insert(n);
    const { fresh, freshAt, freshCount } = inserter;
    for (const i of expander.test(freshAt, freshCount)) suspects.push(fresh[i]!);
    shared.progress[2 * this.number]! += freshCount;
    if (whole) shared.progress[2 * this.number + 1]! += expander.takeTransitions();
    else expander.forget();
    return whole;
  }

  /** Position of the next range to work on; beyond the end when there is none. */
  private take(): number {
    return 2 * Atomics.add(this.shared.control, TAKEN, 1);
  }

  /** Expands states from … to-1 of one chunk; answers the first not expanded. */
  private expandRange(from: number, to: number): number {
    const { inserter: { chunks }, shared, expander } = this;
    const chunk = chunks[from >>> CHUNK_BITS]!;
    for (let id = from; id < to;) {
      if (Atomics.load(shared.control, STOP) !== 0 || !expander.room) return id;
      const n = expander.expand(chunk, (id & (CHUNK_STATES - 1)) * expander.keyWords, to - id, 0);
      if (n < 0) {
        this.odd.push(id, to);
        return to;
      }
      const next = id + expander.expanded;
      if (!this.insert(n)) return id;
      id = next;
    }
    return to;
  }
}
