/** The threads of a parallel search, seen from the one that leads it. */
import { Worker } from 'node:worker_threads';
import type { Common } from './batch.ts';
import type { Answers, Start, Task } from './parallel-task.ts';
import type { Shared, SharedSet } from './shared-set.ts';

/** The thread's first module is JavaScript: it knows how to load the rest. */
const FIRST_MODULE = new URL('../bin/search-worker.mjs', import.meta.url);

/** The threads but the one that leads, which has number 0. */
export class Crew {
  private readonly threads: readonly Thread[];
  private readonly shared: Shared;

  constructor(size: number, start: Omit<Start, 'number'>) {
    this.shared = start.shared;
    this.threads = Array.from({ length: size }, (_, i) => new Thread({ ...start, number: i + 1 }));
  }

  /** Numbers of those that wait for tasks; the others are still being started. @throws what a thread has thrown */
  get ready(): number[] {
    for (const thread of this.threads) thread.rethrow();
    return this.threads.flatMap((_, i) => (Atomics.load(this.shared.ready, i + 1) === 1 ? [i + 1] : []));
  }

  /** Gives a task to some threads, by number; the answers in their order. @throws what a thread throws */
  async ask<K extends Task['kind']>(kind: K, ranges: Int32Array, numbers: readonly number[], set: SharedSet, common: Common): Promise<Answers[K][]> {
    return Promise.all(numbers.map((i) => this.threads[i - 1]!.ask(kind, ranges, set, common)));
  }

  /** Ends all threads, whatever they are doing. */
  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.end()));
  }
}

class Thread {
  private readonly worker: Worker;
  /** Chunks it knows of, and what it knows of the expanders. */
  private known = 0;
  private common: Common;
  private settle: { resolve(answer: unknown): void; reject(error: Error): void } | null = null;
  private failure: Error | null = null;

  constructor(start: Start) {
    this.common = start.common;
    // Flags of this process, such as a loader, are no concern of the thread's.
    this.worker = new Worker(FIRST_MODULE, { workerData: start, execArgv: [] });
    this.worker.on('message', (answer: unknown) => this.settle?.resolve(answer));
    this.worker.on('error', (error) => { this.fail(error); });
    this.worker.on('exit', (code) => { this.fail(new Error(`a search thread ended with code ${code}`)); });
  }

  ask<K extends Task['kind']>(kind: K, ranges: Int32Array, set: SharedSet, common: Common): Promise<Answers[K]> {
    const chunks = set.chunks.slice(this.known).map((c) => c.buffer as unknown as SharedArrayBuffer);
    this.known = set.chunks.length;
    const task: Task = { kind, ranges, chunks, bits: set.bits, common: common === this.common ? null : common };
    this.common = common;
    return new Promise((resolve, reject) => {
      this.settle = { resolve: resolve, reject };
      if (this.failure !== null) reject(this.failure);
      else this.worker.postMessage(task);
    });
  }

  rethrow(): void {
    if (this.failure !== null) throw this.failure;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.settle?.reject(this.failure);
  }
}
