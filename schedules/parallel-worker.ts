/** A thread of a parallel search: takes ranges of states, expands them, and checks the states it is first to find. */
import { parentPort, workerData } from 'node:worker_threads';
import { BatchExpander } from './batch.ts';
import { compile } from './compile.ts';
import type { Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import { Inspector } from './inspector.ts';
import type { Answers, Expanded, Start, Task } from './parallel-task.ts';
import { CHUNK_BITS, CHUNK_STATES } from './passes.ts';
import { STOP, TAKEN, type Shared } from './shared-set.ts';
import { SharedInserter } from './shared-inserter.ts';

/** Serves tasks until the thread is terminated. */
export function serve(): void {
  const worker = new SearchThread(workerData as Start);
  parentPort!.on('message', (task: Task) => { parentPort!.postMessage(worker.run(task)); });
}

class SearchThread {
  private readonly engine: Engine;
  private readonly words: number;
  private readonly inserter: SharedInserter;
  private readonly shared: Shared;
  private readonly number: number;
  /** Successors of one state, and their moves. */
  private readonly found: Int32Array;
  private readonly moves: Int32Array;
  private readonly inspector: Inspector;
  private readonly expander: BatchExpander;

  constructor({ graph, conjuncts, shared, number }: Start) {
    this.engine = compile(graph, conjuncts);
    this.words = this.engine.layout.words;
    this.inserter = new SharedInserter(this.words, BATCH + this.engine.maxSuccessors, shared);
    this.moves = new Int32Array(this.engine.maxSuccessors);
    this.inspector = new Inspector(this.engine);
    const { layout, maxSuccessors, initial } = this.engine;
    this.expander = new BatchExpander({ graph, layout, conjuncts, full: BATCH, most: maxSuccessors, folds: null }, initial);
    this.found = new Int32Array(this.words * maxSuccessors);
    this.shared = shared;
    this.number = number;
  }

  run({ kind, ranges, chunks, bits }: Task): Answers[Task['kind']] {
    this.inserter.grown(chunks, bits);
    switch (kind) {
      case 'expand':
        return this.expand(ranges);
      case 'rehash':
        this.rehash(ranges);
        return null;
      case 'report':
        this.expander.note(this.engine);
        return { ran: this.engine.ran, premises: this.engine.premises, reached: this.engine.reached };
    }
  }

  private rehash(ranges: Int32Array): void {
    for (let i = this.take(); i < ranges.length; i = this.take()) this.inserter.rehash(ranges[i]!, ranges[i + 1]!);
  }

  private expand(ranges: Int32Array): Expanded {
    const { inserter, shared } = this;
    this.inspector.failures.clear();
    let left: readonly number[] = [];
    for (let i = this.take(); i < ranges.length; i = this.take()) {
      const to = ranges[i + 1]!;
      const next = this.expandRange(ranges[i]!, to);
      if (next === to) continue;
      left = [next, to];
      break;
    }
    const { steps, tests, dead, violations } = this.inspector.failures;
    const starved = left.length > 0 && Atomics.load(shared.control, STOP) === 0;
    return { found: inserter.found(), left: Int32Array.from(left), starved, spare: inserter.spare, failures: { steps, tests, dead, violations } };
  }

  /** Position of the next range to work on; beyond the end when there is none. */
  private take(): number {
    return 2 * Atomics.add(this.shared.control, TAKEN, 1);
  }

  /** Expands states from … to-1 of one chunk; answers the first not expanded. */
  private expandRange(from: number, to: number): number {
    const { inserter, shared, inspector, expander } = this;
    for (let id = from; id < to;) {
      if (Atomics.load(shared.control, STOP) !== 0) return id;
      inspector.failures.keep();
      const first = id;
      const { next, n } = this.successors(id, to);
      id = next;
      expander.takeKeys(n, inserter.batch, inserter.hashes);
      const whole = inserter.insert(n);
      this.checkFresh();
      if (!whole) {
        expander.forget();
        inspector.failures.undo();
        return first;
      }
      shared.progress[2 * this.number + 1]! += expander.takeTransitions();
    }
    return to;
  }

  /** Fills the batch with successors of states from … to-1 of one chunk; answers the first not expanded and the size of the batch. */
  private successors(from: number, to: number): { next: number; n: number } {
    const { inserter, inspector, expander, found, words } = this;
    const chunk = inserter.chunks[from >>> CHUNK_BITS]!;
    let o = (from & (CHUNK_STATES - 1)) * words;
    const fast = expander.expand(chunk, o, to - from, 0);
    if (fast >= 0) return { next: from + expander.expanded, n: fast };
    let n = 0;
    let id = from;
    for (; id < to && n < BATCH; id++, o += words) {
      const some = inspector.expand(id, chunk, o, found, 0, this.moves);
      for (let i = 0; i < some; i++) n = expander.keep(found, i * words, n);
    }
    return { next: id, n };
  }

  private checkFresh(): void {
    const { inserter: { fresh, freshAt, freshCount, chunks }, inspector, words } = this;
    for (const i of this.expander.test(freshAt, freshCount)) {
      const id = fresh[i]!;
      inspector.check(id, chunks[id >>> CHUNK_BITS]!, (id & (CHUNK_STATES - 1)) * words);
    }
    this.shared.progress[2 * this.number]! += freshCount;
  }
}
