/** Pages of real scenarios, written to a folder of their own. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { realHost } from '../../cli/host.ts';
import type { PageData } from '../../viewer/data.ts';
import { runFake } from '../fake.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pterace-view-'));

export interface Written {
  readonly url: string;
  readonly html: string;
  readonly data: PageData;
}

export function fileFor(name: string): string {
  return path.join(folder, name);
}

export async function written(id: string): Promise<Written> {
  const file = fileFor(`${id.replaceAll('/', '-')}.html`);
  const { code, err } = await runFake(['view', id, '-o', file], realHost);
  expect([code, err]).toEqual([0, `written to ${file}\n`]);
  const html = readFileSync(file, 'utf8');
  return { url: pathToFileURL(file).href, html, data: embedded(html) };
}

/** What the page's own script reads. */
export function embedded(html: string): PageData {
  const [, json = ''] = /<script id="data" type="application\/json">([^<]*)<\/script>/.exec(html) ?? [];
  return JSON.parse(json) as PageData;
}
