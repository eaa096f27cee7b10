/** The threads of a parallel search, seen from the one that leads it. */
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Common } from './batch.ts';
import type { Expanded, Seat, Start, Task } from './parallel-task.ts';
import { isBusy, newTurn, pass, waitFor } from './parallel-turn.ts';

/** The thread's first module is JavaScript: it knows how to load the rest. */
const FIRST_MODULE = new URL('../bin/search-worker.cjs', import.meta.url);
/** Milliseconds to wait for a thread before others get their turn: its failure comes as an event. */
const PATIENCE = 20;

/** Started before there was anything to search. */
const early: Crew[] = [];

/** Starts threads for a search to come, which takes as long as it takes to make a model. Whoever calls this ends them. */
export function startCrew(size: number): Crew {
  const crew = new Crew(size);
  early.push(crew);
  return crew;
}

/** Threads for a search: those that were started for it, or new ones. */
export function crewOf(size: number): Crew {
  const at = early.findIndex((crew) => crew.size === size);
  return at < 0 ? new Crew(size) : early.splice(at, 1)[0]!;
}

/** What can be sent of arrays in memory that threads share. */
export function sharedOf(chunks: readonly Int32Array[]): Task['chunks'] {
  return chunks.map((c) => c.buffer as SharedArrayBuffer);
}

/** The threads but the one that leads, which has number 0. */
export class Crew {
  private readonly threads: readonly Thread[];

  constructor(size: number) {
    this.threads = Array.from({ length: size }, () => new Thread());
  }

  get size(): number {
    return this.threads.length;
  }

  /** Numbers of those that wait for tasks; the others are still being started. @throws what a thread has thrown */
  get ready(): number[] {
    return this.threads.flatMap((thread, i) => (thread.ready ? [i + 1] : []));
  }

  /** Tells all threads what is searched. Once, before anything is asked. */
  begin(start: Omit<Start, 'number'>): void {
    for (const [i, thread] of this.threads.entries()) thread.begin({ ...start, number: i + 1 });
  }

  /** Gives a task to some threads that are ready, by number. What it answers waits for their answers, in their order; `meanwhile` is called now and then. `chunks`: all there are. @throws what a thread throws */
  ask(ranges: Int32Array, numbers: readonly number[], chunks: readonly Int32Array[], common: Common): (meanwhile: () => void) => Promise<Expanded[]> {
    const asked = numbers.map((i) => this.threads[i - 1]!);
    for (const thread of asked) thread.ask(ranges, chunks, common);
    return async (meanwhile) => {
      const answers: Expanded[] = [];
      for (const thread of asked) answers.push(await thread.answer(meanwhile));
      return answers;
    };
  }

  /** Ends all threads, whatever they are doing. */
  async end(): Promise<void> {
    if (early.includes(this)) early.splice(early.indexOf(this), 1);
    await Promise.all(this.threads.map((thread) => thread.end()));
  }
}

class Thread {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private readonly turn = newTurn();
  /** Chunks it knows of, and what it knows of the expanders. */
  private known = 0;
  private common: Common | null = null;
  private failure: Error | null = null;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const seat: Seat = { port: port2, turn: this.turn };
    // Flags of this process, such as a loader, are no concern of the thread's.
    this.worker = new Worker(FIRST_MODULE, { workerData: seat, transferList: [port2], execArgv: [] });
    this.worker.on('error', (error) => { this.failure ??= error; });
    this.worker.on('exit', (code) => { this.failure ??= new Error(`a search thread ended with code ${code}`); });
  }

  get ready(): boolean {
    this.rethrow();
    return !isBusy(this.turn);
  }

  begin(start: Start): void {
    this.common = start.common;
    this.tell(start);
  }

  ask(ranges: Int32Array, chunks: readonly Int32Array[], common: Common): void {
    const more = sharedOf(chunks.slice(this.known));
    this.known = chunks.length;
    this.tell({ ranges, chunks: more, common: common === this.common ? null : common });
    this.common = common;
  }

  async answer(meanwhile: () => void): Promise<Expanded> {
    while (!waitFor(false, this.turn, PATIENCE)) {
      meanwhile();
      await setImmediate();
      this.rethrow();
    }
    return receiveMessageOnPort(this.port)!.message as Expanded;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
    this.port.close();
  }

  private tell(message: Start | Task): void {
    this.rethrow();
    this.port.postMessage(message);
    pass(this.turn);
  }

  private rethrow(): void {
    if (this.failure !== null) throw this.failure;
  }
}
