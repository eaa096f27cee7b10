/** A thread of a parallel search. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { BatchExpander } from './batch.ts';
import type { Seat, Start, Task } from './parallel-task.ts';
import { SearchThread } from './parallel-thread.ts';
import { pass, waitFor } from './parallel-turn.ts';

/** Serves tasks until the thread is terminated. */
export function serve(): never {
  const seat = workerData as Seat;
  const { common, number, shared } = next(seat) as Start;
  const thread = new SearchThread(new BatchExpander(common, number), number, shared);
  pass(seat.turn);
  for (;;) {
    const task = next(seat) as Task;
    thread.prepare(task);
    thread.expand(task.ranges, () => false);
    seat.port.postMessage(thread.takeExpanded());
    pass(seat.turn);
  }
}

function next({ port, turn }: Seat): unknown {
  waitFor(true, turn);
  return receiveMessageOnPort(port)!.message;
}
