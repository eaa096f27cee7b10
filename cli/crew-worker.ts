/** One search in a worker thread, or the hash of what would be searched. */
import { findCase } from './cases.ts';
import type { Broken, Searched, Task } from './crew.ts';
import { hashOf, searchCase } from './crew-alone.ts';
import { realHost } from './host.ts';

export async function work({ id, limits, port }: Task): Promise<Searched | Broken> {
  const abort = new AbortController();
  port.on('message', () => { abort.abort(); });
  try {
    const found = findCase(await realHost.scenarios(id), id);
    return await searchCase(found, realHost, { ...limits, signal: abort.signal, onProgress: (p) => { port.postMessage(p); } });
  } finally {
    port.close();
  }
}

export async function hash(id: string): Promise<string> {
  return hashOf(findCase(await realHost.scenarios(id), id), realHost);
}
