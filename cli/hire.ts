/** Gets the threads that search several cases at a time. */
import { alone } from './crew-alone.ts';
import type { Crew } from './crew.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';

export interface Hired {
  readonly crew: Crew;
  /** Searches at a time. */
  readonly jobs: number;
}

/** One search at a time needs no thread of its own; a host without threads does them all itself. */
export async function hire(jobs: number, host: Host, io: Io): Promise<Hired> {
  if (jobs > 1 && host.threads !== undefined) return { crew: await host.threads(jobs, io.signal), jobs };
  return { crew: alone(host, io.signal), jobs: 1 };
}
