/** Searches in worker threads, which load the model for themselves: only ids, limits, counts and results cross over. */
import { MessageChannel } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import type { Progress } from '../schedules/result.ts';
import type { Broken, Crew, Searched, Task } from './crew.ts';

/** The thread's first module is JavaScript: it knows how to load the rest. */
const WORKER = new URL('../bin/worker.mjs', import.meta.url).href;

export function threads(jobs: number, signal: AbortSignal): Crew {
  const pool = new Tinypool({ filename: WORKER, minThreads: jobs, maxThreads: jobs, isolateWorkers: false });
  return {
    async search(c, limits, onProgress) {
      const { port1: here, port2: there } = new MessageChannel();
      const stop = (): void => { here.postMessage('stop'); };
      here.on('message', (p: Progress) => { onProgress(p); });
      // An open port keeps the process alive; the task does that already.
      here.unref();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const task: Task = { id: c.id, limits, port: there };
      try {
        return (await pool.run(task, { transferList: [there] })) as Searched | Broken;
      } finally {
        signal.removeEventListener('abort', stop);
        here.close();
      }
    },
    hash: async (c) => (await pool.run(c.id, { name: 'hash' })) as string,
    end: () => pool.destroy(),
  };
}
