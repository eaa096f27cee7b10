/** Starts the threads of a search before its model is made: both take as long. */
import { MOST_WORKERS } from '../schedules/most-workers.ts';
import type { Host } from './host.ts';

/** Ends them when `run` has come to an end, whether they were of use or not. */
export async function withThreads<T>(workers: number | undefined, host: Host, run: () => Promise<T>): Promise<T> {
  if (workers === undefined || workers === 1 || workers > MOST_WORKERS || host.startThreads === undefined) return run();
  const threads = await host.startThreads(workers - 1);
  try {
    return await run();
  } finally {
    await threads.end();
  }
}
