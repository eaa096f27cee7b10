/** Judges one mistake in a worker thread, which keeps its worlds for the next. */
import { realHost } from './host.ts';
import type { PostedTask, WorldOutcome } from './mutation.ts';
import { Worlds } from './mutation-bench.ts';
import { judge } from './mutation-judge.ts';

const worlds = new Worlds(realHost);

export async function judgeTask({ port, ...task }: PostedTask): Promise<readonly WorldOutcome[] | null> {
  const abort = new AbortController();
  port.on('message', () => { abort.abort(); });
  try {
    return await judge(task, worlds.bench(task.budget, abort.signal));
  } finally {
    port.close();
  }
}
