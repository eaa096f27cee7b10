/** The search by several threads against the one by a single thread: every answer must be the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../schedules/check.ts';
import { UsageError } from '../../schedules/errors.ts';
import { Crew } from '../../schedules/parallel-crew.ts';
import { parallelBreadthFirst } from '../../schedules/parallel.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { SharedSet } from '../../schedules/shared-set.ts';
import type { Graph } from '../../model/language/graph.ts';
import type { CheckOptions, CheckResult } from '../../schedules/result.ts';
import { choice, counters, goto, graph, op, cell, property, when, write } from './build.ts';
import { smallCases } from './cases.ts';
import { graphs } from './graphs.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20070411 };

/** What must not depend on the number of threads: everything but time and memory. */
function answer(result: CheckResult): CheckResult {
  return { ...result, seconds: 0, engineBytes: 0 };
}

function parallel(g: Graph, workers: number, options: CheckOptions = {}): Promise<CheckResult> {
  return parallelBreadthFirst(g, selectConjuncts(g, options.properties), { ...options, workers });
}

test('random graphs', { timeout: 240_000 }, async () => {
  await fc.assert(fc.asyncProperty(graphs, fc.integer({ min: 1, max: 3 }), async (g, workers) => {
    const alone = await check(g, { maxStates: 20_000 });
    fc.pre(alone.verdict !== 'incomplete');
    expect(answer(await parallel(g, workers))).toEqual(answer(alone));
  }), { numRuns: 30, ...seed });
});

/** Starting threads takes longer than searching: one in so many. */
const SAMPLE = 10;

test('scenarios of moderate size', { timeout: 600_000 }, async () => {
  for (const [i, { id, lower }] of smallCases(50_000, SAMPLE).entries()) {
    const g = lower();
    expect(answer(await parallel(g, i % 3 === 0 ? 3 : 2)), id).toEqual(answer(await check(g)));
  }
});

test('a set that has to grow many times, with every thread on every level', { timeout: 120_000 }, async () => {
  const g = counters(4, 23, [property('never', op('lt', cell(0, 0), 24))]);
  const alone = answer(await check(g));
  expect(alone).toMatchObject({ verdict: 'holds', states: 24 ** 4 });
  for (const workers of [1, 2, 3]) expect(answer(await parallel(g, workers))).toEqual(alone);
});

test.each([1, 2, 3, 100, 511, 512, 513, 999])('finds exactly as many states as it may: %i', async (maxStates) => {
  const g = counters(3, 9);
  for (const workers of [1, 3]) {
    expect(await parallel(g, workers, { maxStates })).toMatchObject({ verdict: 'incomplete', limit: 'states', states: maxStates, schedule: null });
    expect(await parallel(g, workers, { maxStates: 1000 })).toMatchObject({ verdict: 'holds', states: 1000, transitions: 2700 });
  }
});

test.each<[string, CheckOptions]>([['depth', { maxDepth: 5 }], ['memory', { maxMemory: 1000 }], ['memory', { maxMemory: 4e6 }], ['seconds', { maxSeconds: 0.1 }]])('never holds when cut short by %s: %o', async (limit, options) => {
  const result = await parallel(counters(6, 29), 2, options);
  expect(result).toMatchObject({ verdict: 'incomplete', limit, schedule: null });
  if (options.maxMemory !== undefined) expect(result.engineBytes).toBeLessThanOrEqual(Math.max(options.maxMemory, 200_000));
});

test('stops when asked to, reports progress, and leaves no thread behind', async () => {
  const before = process.getActiveResourcesInfo().filter((r) => r === 'MessagePort' || r === 'Worker').length;
  const abort = new AbortController();
  const seen: number[] = [];
  setTimeout(() => abort.abort(), 1500);
  const result = await parallel(counters(6, 29), 2, { signal: abort.signal, onProgress: (p) => seen.push(p.states) });
  expect(result).toMatchObject({ verdict: 'incomplete', limit: 'interrupted' });
  expect(result.states).toBeGreaterThan(1);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(process.getActiveResourcesInfo().filter((r) => r === 'MessagePort' || r === 'Worker').length).toBe(before);
});

test('errors of the model are the same from any number of threads', async () => {
  const step = graph({ places: [{ size: 3, cells: 2 }], threads: [0, 1].map((t) => ({ nodes: [{ code: [write(0, t, op('add', cell(0, t), 1)), goto(0)] }] })) });
  const declared = counters(2, 3, [property('$range', op('lt', cell(0, 0), 2))]);
  const test = counters(2, 3, [property('index', op('lt', cell(0, op('add', cell(0, 0), cell(0, 1))), 9))]);
  for (const g of [step, declared, test]) {
    const alone: unknown = await check(g).catch((e: unknown) => e);
    expect(alone).toMatchObject({ name: 'ModelError' });
    for (const workers of [1, 2, 3]) await expect(parallel(g, workers)).rejects.toEqual(alone);
  }
});

test('a deadlock is the same from any number of threads', async () => {
  const g = graph({
    places: [{ size: 5 }],
    threads: [{ nodes: [{ choices: 5, code: [when(op('eq', choice, 3), [goto(1)]), goto(-1)] }, { guard: op('eq', 0, 1), code: [goto(-1)] }] }, { nodes: [{ code: [goto(-1)] }] }],
  });
  const alone = await check(g);
  expect(alone.verdict).toBe('deadlock');
  for (const workers of [1, 2, 3]) expect(answer(await parallel(g, workers))).toEqual(answer(alone));
});

test('what goes wrong in a thread is told, and ends it', async () => {
  const g = counters(2, 2);
  const set = new SharedSet(1, 1, { states: Infinity, bytes: Infinity }, 0);
  const crew = new Crew(1, set, { graph: { ...g, threads: [] as typeof g.threads, nodes: undefined! }, conjuncts: [] });
  await expect(crew.ask('report', new Int32Array(0))).rejects.toThrow(TypeError);
  await crew.end();
  await expect(crew.ask('report', new Int32Array(0))).rejects.toThrow(TypeError);
});

test('refuses what it cannot do', async () => {
  const g = counters(2, 2);
  await expect(check(g, { workers: 2, search: 'dfs' })).rejects.toThrow(UsageError);
  for (const workers of [0, 1.5, 257]) await expect(check(g, { workers })).rejects.toThrow('workers must be a whole number from 1 to 256');
});
