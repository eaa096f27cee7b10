/** A thread of a parallel search. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Answers, Start, Task } from './parallel-task.ts';
import { SearchThread } from './parallel-thread.ts';

/** Serves tasks until the thread is terminated. */
export function serve(): void {
  const start = workerData as Start;
  const thread = new SearchThread(start);
  parentPort!.on('message', (task: Task) => { parentPort!.postMessage(run(thread, task)); });
  Atomics.store(start.shared.ready, start.number, 1);
}

function run(thread: SearchThread, task: Task): Answers[Task['kind']] {
  thread.prepare(task);
  if (task.kind === 'expand') {
    thread.expand(task.ranges, () => false);
    return thread.takeExpanded();
  }
  thread.rehash(task.ranges);
  return null;
}
