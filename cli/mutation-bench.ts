/** Judges in this thread; each world is prepared once. */
import { UsageError } from '../schedules/errors.ts';
import type { Host } from './host.ts';
import type { Judges } from './mutation.ts';
import { judge, type Bench } from './mutation-judge.ts';
import { prepare, type World } from './mutation-world.ts';

/** Worlds that this thread has prepared, by id and budget. */
export class Worlds {
  private readonly worlds = new Map<string, Promise<World | null>>();
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  bench(budget: number, signal: AbortSignal): Bench {
    return { host: this.host, signal, world: (id) => this.world(id, budget, signal) };
  }

  private world(id: string, budget: number, signal: AbortSignal): Promise<World | null> {
    const key = `${id} ${budget}`;
    let world = this.worlds.get(key);
    if (world === undefined) {
      world = this.make(id, budget, signal);
      this.worlds.set(key, world);
    }
    return world;
  }

  private async make(id: string, budget: number, signal: AbortSignal): Promise<World | null> {
    const scenario = (await this.host.scenarios()).find((s) => s.id === id);
    if (scenario === undefined) throw new UsageError(`unknown scenario '${id}'`);
    return prepare(scenario, this.host, budget, signal);
  }
}

export function judgeAlone(host: Host, signal: AbortSignal): Judges {
  const worlds = new Worlds(host);
  return { judge: (task) => judge(task, worlds.bench(task.budget, signal)), end: () => Promise.resolve() };
}
