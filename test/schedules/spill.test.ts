/** The search with its states on a disk against the one in memory: every answer must be the same, however little memory there is. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { check } from '../../schedules/check.ts';
import { Prng } from '../../schedules/prng.ts';
import type { CheckOptions, CheckResult } from '../../schedules/result.ts';
import { compare, sorted } from '../../schedules/spill-sort.ts';
import { Visited } from '../../schedules/visited.ts';
import { cell, counters, goto, graph, op, property, write } from './build.ts';
import { smallCases } from './cases.ts';
import { graphs } from './graphs.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20090608 };
const spill = mkdtempSync(path.join(os.tmpdir(), 'pterace-spill-'));

afterAll(() => {
  expect(readdirSync(spill)).toEqual([]);
  rmSync(spill, { recursive: true });
});

function answer(result: CheckResult): CheckResult {
  return { ...result, seconds: 0, engineBytes: 0 };
}

test('random graphs', { timeout: 240_000 }, async () => {
  await fc.assert(fc.asyncProperty(graphs, fc.integer({ min: 1, max: 50_000 }), async (g, maxMemory) => {
    const whole = await check(g, { maxStates: 20_000 });
    fc.pre(whole.verdict !== 'incomplete');
    expect(answer(await check(g, { spill, maxMemory }))).toEqual(answer(whole));
  }), { numRuns: 100, ...seed });
});

test('scenarios of moderate size', { timeout: 600_000 }, async () => {
  for (const [i, { id, lower }] of smallCases(20_000, 3).entries()) {
    const g = lower();
    expect(answer(await check(g, { spill, maxMemory: 10_000 * (1 + i % 5) })), id).toEqual(answer(await check(g)));
  }
});

test.each([1, 100_000, 3_000_000, 1e9])('runs that are merged, and none: %i bytes', { timeout: 60_000 }, async (maxMemory) => {
  for (const g of [counters(4, 14), counters(4, 14, [property('sum', op('lt', op('add', cell(0, 0), cell(0, 3)), 27))])]) {
    expect(answer(await check(g, { spill, maxMemory }))).toEqual(answer(await check(g)));
  }
});

test.each<[string, CheckOptions]>([['states', { maxStates: 1234 }], ['depth', { maxDepth: 5 }], ['seconds', { maxSeconds: 0.2 }]])('never holds when cut short by %s', async (limit, options) => {
  const result = await check(counters(6, 29), { spill, maxMemory: 20_000, ...options });
  expect(result).toMatchObject({ verdict: 'incomplete', limit, schedule: null });
  if (options.maxStates !== undefined) expect(result.states).toBe(options.maxStates);
});

test('a limit that is just enough does no harm', async () => {
  expect(await check(counters(3, 9), { spill, maxMemory: 1, maxStates: 1000 })).toMatchObject({ verdict: 'holds', states: 1000, transitions: 2700 });
});

test('an error of the model is the same', async () => {
  const g = graph({ places: [{ size: 9, cells: 2 }], threads: [0, 1].map((t) => ({ nodes: [{ code: [write(0, t, op('add', cell(0, t), 1)), goto(0)] }] })) });
  const whole: unknown = await check(g).catch((e: unknown) => e);
  expect(whole).toMatchObject({ name: 'ModelError' });
  await expect(check(g, { spill, maxMemory: 1 })).rejects.toEqual(whole);
});

test('stops when asked to', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 400);
  const result = await check(counters(6, 29), { spill, maxMemory: 100_000, signal: abort.signal });
  expect(result).toMatchObject({ verdict: 'incomplete', limit: 'interrupted' });
});

test('a folder where nothing can be written is refused, and so is what spilling does not go with', async () => {
  const g = counters(2, 2);
  const file = path.join(spill, 'file');
  const locked = path.join(spill, 'locked');
  writeFileSync(file, '');
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const folders = [path.join(spill, 'nothing'), file, ...(process.getuid?.() === 0 ? [] : [locked])];
  for (const folder of folders) await expect(check(g, { spill: folder })).rejects.toThrow(`cannot keep states in ${folder}: `);
  for (const folder of [file, locked]) rmSync(folder, { recursive: true });
  for (const options of [{ workers: 2 }, { search: 'dfs' }, { checkpoint: { file, scenario: '' } }] as const) {
    await expect(check(g, { spill, ...options })).rejects.toThrow('only a breadth-first search by one thread and without checkpoints');
  }
});

test.each([10, 50_000])('sorting %i states agrees with comparing them', async (n) => {
  const visited = new Visited(3, n, Infinity);
  const prng = new Prng(n);
  for (let i = 0; i < 3 * n; i++) visited.batch[i] = (prng.below(5) - 2) * (i % 2 === 0 ? 0x3fff_ffff : 1);
  for (let i = 0; i < n; i++) visited.batch[3 * i + 2] = prng.below(2 ** 31) * (i % 2 === 0 ? -1 : 1);
  visited.reserve(n, Infinity);
  visited.insert(n);
  const ids = await sorted(visited, 5, visited.count, () => Promise.resolve());
  expect(new Set(ids).size).toBe(visited.count - 5);
  const order = (a: number, b: number): number => compare(3, visited.chunkOf(a), visited.offsetOf(a), visited.chunkOf(b), visited.offsetOf(b));
  for (let i = 1; i < ids.length; i++) if (order(ids[i - 1]!, ids[i]!) >= 0) expect.fail(`${ids[i - 1]!} is not before ${ids[i]!}`);
});
