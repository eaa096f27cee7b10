/** A page served for a test: the command itself, ended by its Ctrl-C. */
import { expect, onTestFinished } from 'vitest';
import { realHost, type Host } from '../../cli/host.ts';
import { main } from '../../cli/main.ts';

/** The address, `http://127.0.0.1:12345/`. */
export function serving(argv: readonly string[], host: Host = realHost): Promise<string> {
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    let err = '';
    const ended = main(['view', ...argv, '--serve'], host, {
      out: (text) => { resolve(text.trim()); },
      err: (text) => { err += text; },
      input: () => Promise.resolve(''),
      width: 80, color: false, live: false, quiet: false, signal: stop.signal,
    });
    void ended.then((code) => { reject(new Error(`ended with ${code}: ${err}`)); });
    onTestFinished(async () => {
      stop.abort();
      expect(await ended).toBe(0);
    });
  });
}

export interface Answered {
  readonly status: number;
  readonly value: unknown;
}

export async function ask(address: string, question: string, asked: unknown, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${address}api/${question}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof asked === 'string' ? asked : JSON.stringify(asked) });
  const text = await response.text();
  return { status: response.status, value: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) as unknown : text };
}
