/** Judges in worker threads, which load the model for themselves: only keys, ids and outcomes cross over. */
import { MessageChannel } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { UsageError } from '../schedules/errors.ts';
import type { Answer, Judges, PostedTask } from './mutation.ts';

/** The thread's first module is JavaScript: it knows how to load the rest. */
const WORKER = new URL('../bin/mutation-worker.mjs', import.meta.url).href;

export function judgesInThreads(jobs: number, signal: AbortSignal): Judges {
  const pool = new Tinypool({ filename: WORKER, minThreads: jobs, maxThreads: jobs, isolateWorkers: false });
  return {
    async judge(task) {
      const { port1: here, port2: there } = new MessageChannel();
      const stop = (): void => { here.postMessage('stop'); };
      // An open port keeps the process alive; the task does that already.
      here.unref();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const posted: PostedTask = { ...task, port: there };
      try {
        const answer = (await pool.run(posted, { transferList: [there] })) as Answer;
        if ('usage' in answer) throw new UsageError(answer.usage);
        return answer.outcomes;
      } finally {
        signal.removeEventListener('abort', stop);
        here.close();
      }
    },
    end: () => pool.destroy(),
  };
}
