/** Who does the searches of a verify run: this thread, or several at once. Types only. */
import type { MessagePort } from 'node:worker_threads';
import type { CheckOptions, CheckResult, Progress } from '../schedules/result.ts';
import type { Case } from './cases.ts';

/** What a search found and how to see it again. */
export interface Searched {
  readonly result: CheckResult;
  readonly replay: string | null;
  /** Of the graph that was searched. */
  readonly hash: string;
}

/** The model breaks the rules of the language: that case's failure, not the end of the run. */
export interface Broken {
  readonly broken: string;
}

/** Options that can be handed to another thread. */
export type Limits = Pick<CheckOptions, 'maxStates' | 'maxDepth' | 'maxMemory' | 'maxSeconds' | 'reduce'>;

export interface Crew {
  search(c: Case, limits: Limits, onProgress: (p: Progress) => void): Promise<Searched | Broken>;
  /** Of the case's graph, without a search. */
  hash(c: Case): Promise<string>;
  end(): Promise<void>;
}

/** What a worker thread is asked. */
export interface Task {
  readonly id: string;
  readonly limits: Limits;
  /** Progress goes out; any message that comes in asks to stop. */
  readonly port: MessagePort;
}
