/** Judges one mistake in a worker thread, which keeps its worlds for the next. */
import { UsageError } from '../schedules/errors.ts';
import { realHost } from './host.ts';
import type { Answer, PostedTask } from './mutation.ts';
import { Worlds } from './mutation-bench.ts';
import { judge } from './mutation-judge.ts';

const worlds = new Worlds(realHost);

export async function judgeTask({ port, ...task }: PostedTask): Promise<Answer> {
  const abort = new AbortController();
  port.on('message', () => { abort.abort(); });
  try {
    return { outcomes: await judge(task, worlds.bench(task.budget, abort.signal)) };
  } catch (error) {
    if (error instanceof UsageError) return { usage: error.message };
    throw error;
  } finally {
    port.close();
  }
}
