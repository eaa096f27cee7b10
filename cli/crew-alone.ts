/** Searches in this thread, one after the other. */
import type { CheckOptions } from '../schedules/result.ts';
import { isModelFault } from './broken-model.ts';
import type { Case } from './cases.ts';
import type { Broken, Crew, Searched } from './crew.ts';
import { examine } from './examine.ts';
import type { Host } from './host.ts';

export function alone(host: Host, signal: AbortSignal): Crew {
  return {
    search: (c, limits, onProgress) => searchCase(c, host, { ...limits, signal, onProgress }),
    hash: (c) => hashOf(c, host),
    end: () => Promise.resolve(),
  };
}

export async function searchCase(c: Case, host: Host, options: CheckOptions): Promise<Searched | Broken> {
  try {
    const { result, replay, graph } = await examine(c, host, options);
    return { result, replay, hash: graph.hash };
  } catch (error) {
    if (isModelFault(error)) return { broken: error.message };
    throw error;
  }
}

export async function hashOf(c: Case, host: Host): Promise<string> {
  return (await host.lower(c.build())).hash;
}
