/** The threads of a parallel search, seen from the one that leads it. */
import { Worker } from 'node:worker_threads';
import type { Answers, Start, Task } from './parallel-task.ts';
import { TAKEN, type SharedSet } from './shared-set.ts';

/** The thread's first module is JavaScript: it knows how to load the rest. */
const FIRST_MODULE = new URL('../bin/search-worker.mjs', import.meta.url);

export class Crew {
  private readonly threads: readonly Thread[];
  private readonly set: SharedSet;

  constructor(size: number, set: SharedSet, start: Omit<Start, 'number' | 'shared'>) {
    this.set = set;
    this.threads = Array.from({ length: size }, (_, number) => new Thread({ ...start, number, shared: set.shared }));
  }

  /** Gives a task to some threads (by number) or all; the answers in their order. @throws what a thread throws */
  async ask<K extends Task['kind']>(kind: K, ranges: Int32Array, numbers?: readonly number[]): Promise<Answers[K][]> {
    this.set.shared.control[TAKEN] = 0;
    const asked = numbers?.map((i) => this.threads[i]!) ?? this.threads;
    return Promise.all(asked.map((thread) => thread.ask(kind, ranges, this.set)));
  }

  /** Ends all threads, whatever they are doing. */
  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.end()));
  }
}

class Thread {
  private readonly worker: Worker;
  /** Chunks it knows of. */
  private known = 0;
  private settle: { resolve(answer: unknown): void; reject(error: Error): void } | null = null;
  private failure: Error | null = null;

  constructor(start: Start) {
    // Flags of this process, such as a loader, are no concern of the thread's.
    this.worker = new Worker(FIRST_MODULE, { workerData: start, execArgv: [] });
    this.worker.on('message', (answer: unknown) => this.settle?.resolve(answer));
    this.worker.on('error', (error) => { this.fail(error); });
    this.worker.on('exit', (code) => { this.fail(new Error(`a search thread ended with code ${code}`)); });
  }

  ask<K extends Task['kind']>(kind: K, ranges: Int32Array, set: SharedSet): Promise<Answers[K]> {
    const chunks = set.chunks.slice(this.known).map((c) => c.buffer as unknown as SharedArrayBuffer);
    this.known = set.chunks.length;
    const task: Task = { kind, ranges, chunks, bits: set.bits };
    return new Promise((resolve, reject) => {
      this.settle = { resolve: resolve, reject };
      if (this.failure !== null) reject(this.failure);
      else this.worker.postMessage(task);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.settle?.reject(this.failure);
  }
}
