/** A hand in a parallel search: takes ranges of states, expands them, and tests the states it is first to find. What is wrong it leaves to the thread that leads. */
import { BatchExpander } from './batch.ts';
import { IdHand, STOP, TAKEN } from './id-hand.ts';
import type { Expanded, Shared, Task } from './parallel-task.ts';
import { CHUNK_BITS, CHUNK_STATES } from './passes.ts';

export class SearchThread {
  expander: BatchExpander;
  private readonly shared: Shared;
  private readonly number: number;
  private readonly ids: IdHand;
  /** Of the list of keys. */
  private readonly chunks: Int32Array[] = [];
  /** Ids of the states that a batch found. */
  private readonly fresh: Int32Array;
  private left: number[] = [];
  private odd: number[] = [];
  private suspects: number[] = [];

  /** `number`: its row in `shared.progress`. */
  constructor(expander: BatchExpander, number: number, shared: Shared) {
    const { full, most } = expander.common.at;
    this.expander = expander;
    this.shared = shared;
    this.number = number;
    this.ids = new IdHand(shared.control);
    this.fresh = new Int32Array(full + most);
  }

  /** Must precede every task. */
  prepare({ chunks, common }: Pick<Task, 'chunks' | 'common'>): void {
    if (common === null) this.expander.refresh();
    else this.expander = new BatchExpander(common, this.number);
    for (const c of chunks) this.chunks.push(new Int32Array(c));
  }

  /** Works until there is no range left, it has to stop, or `due`; answers whether it is done. */
  expand(ranges: Int32Array, due: () => boolean): boolean {
    while (this.left.length === 0) {
      if (due()) return false;
      const i = 2 * Atomics.add(this.shared.control, TAKEN, 1);
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
    return { found: this.ids.found(), left, odd, suspects, spare: this.ids.spare };
  }

  /** Inserts the first n states of the expander's batch and tests what is new; false when there was not room for all: then what led to them must be expanded again. */
  insert(n: number): boolean {
    const { ids, fresh, shared, expander, suspects } = this;
    expander.makeKeys(n);
    const found = expander.insert(n, ids.reserve(n));
    const count = found < 0 ? ~found : found;
    ids.use(count, fresh);
    this.list(count);
    for (const i of expander.testNew(count)) suspects.push(fresh[i]!);
    shared.progress[2 * this.number]! += count;
    if (found >= 0) shared.progress[2 * this.number + 1]! += expander.takeTransitions();
    else expander.forget();
    return found >= 0;
  }

  /** Lists the keys that were new by their ids. */
  private list(count: number): void {
    const { chunks, fresh, expander: { found: { words, offset }, keyWords } } = this;
    for (let i = 0, from = offset; i < count; i++) {
      const id = fresh[i]!;
      const chunk = chunks[id >>> CHUNK_BITS]!;
      for (let k = 0, to = Math.imul(id & (CHUNK_STATES - 1), keyWords); k < keyWords; k++) chunk[to++] = words[from++]!;
    }
  }

  /** Expands states from … to-1 of one chunk; answers the first not expanded. */
  private expandRange(from: number, to: number): number {
    const { chunks, shared, expander } = this;
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
