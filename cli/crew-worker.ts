/** One search in a worker thread. */
import { findCase } from './cases.ts';
import type { Broken, Searched, Task } from './crew.ts';
import { searchCase } from './crew-alone.ts';
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
