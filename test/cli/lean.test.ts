/** V8's flags while a plain search runs. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isPlain, lean } from '../../cli/lean.ts';

/** What undoes a flag; the command sets some flags for all its time. */
const usual = [...readFileSync(new URL('../../bin/flags.cjs', import.meta.url), 'utf8').matchAll(/'(--[\w-]+)=(\d+)'/g)].map(([, name, value]) => `${name!}=${value!}`);
const opposites: Readonly<Record<string, string>> = { '--no-sparkplug': '--sparkplug', '--compact-on-every-full-gc': '--no-compact-on-every-full-gc' };
const opposite = (flag: string): string => opposites[flag] ?? usual.find((f) => f.split('=')[0] === flag.split('=')[0])!;

it('changes flags for as long as the search takes, and puts them back', async () => {
  const flags: string[] = [];
  const during = await lean(() => Promise.resolve([...flags]), (flag) => { flags.push(flag); });
  expect(during).toHaveLength(3);
  expect(flags).toEqual([...during, ...during.map(opposite)]);
});

it('puts them back where the search throws', async () => {
  const flags: string[] = [];
  await expect(lean(() => Promise.reject(new Error('broken')), (flag) => { flags.push(flag); })).rejects.toThrow('broken');
  expect(flags.slice(3)).toEqual(flags.slice(0, 3).map(opposite));
});

it('is for searches by one thread in memory, without reductions', () => {
  expect(isPlain({})).toBe(true);
  expect(isPlain({ search: 'bfs', workers: 1, reduce: [], maxStates: 5 })).toBe(true);
  for (const options of [{ search: 'dfs' }, { workers: 2 }, { reduce: ['movers'] }, { spill: 'x' }, { resume: 'x' }] as const) expect(isPlain(options)).toBe(false);
});
