/** A thread of a parallel search. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Answers, Seat, Start, Task } from './parallel-task.ts';
import { SearchThread } from './parallel-thread.ts';
import { pass, waitFor } from './parallel-turn.ts';

/** Serves tasks until the thread is terminated. */
export function serve(): never {
  const seat = workerData as Seat;
  const thread = new SearchThread(next(seat) as Start);
  pass(seat.turn);
  for (;;) {
    seat.port.postMessage(run(thread, next(seat) as Task));
    pass(seat.turn);
  }
}

function next({ port, turn }: Seat): unknown {
  waitFor(true, turn);
  return receiveMessageOnPort(port)!.message;
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
