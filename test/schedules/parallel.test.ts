/** The search by several threads against the one by a single thread: every answer must be the same. */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi, type MockInstance } from 'vitest';
import { check } from '../../schedules/check.ts';
import { BatchExpander, commonOf } from '../../schedules/batch.ts';
import { compile } from '../../schedules/compile.ts';
import { UsageError } from '../../schedules/errors.ts';
import { newControl } from '../../schedules/id-hand.ts';
import { Crew, crewOf, startCrew } from '../../schedules/parallel-crew.ts';
import { KeyList } from '../../schedules/key-list.ts';
import { parallelBreadthFirst } from '../../schedules/parallel.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import type { Graph, GProperty } from '../../model/language/graph.ts';
import type { CheckOptions, CheckResult } from '../../schedules/result.ts';
import { choice, counters, goto, graph, op, cell, property, when, write, type ThreadSpec } from './build.ts';
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

/** As `counters`, in states of a word a thread, which are folded. */
function wide(threads: number, top: number, properties: readonly GProperty[] = []): Graph {
  return graph({
    places: Array.from({ length: threads }, () => ({ size: 2 ** 20 })),
    properties,
    threads: Array.from({ length: threads }, (_, t): ThreadSpec => {
      const next = op('add', cell(t), 1);
      return { nodes: [{ code: [when(op('lt', next, top), [write(t, 0, next), goto(0)]), write(t, 0, top), goto(-1)] }] };
    }),
  });
}

/** Has one call of `reserve` say that the numbers of parts are used up, and one that memory is. */
function exhausted(numbers: number, memory = Infinity): MockInstance {
  const real = Object.getOwnPropertyDescriptor(BatchExpander.prototype, 'reserve')!.value as (this: BatchExpander, bytes: number) => ReturnType<BatchExpander['reserve']>;
  let calls = 0;
  return vi.spyOn(BatchExpander.prototype, 'reserve').mockImplementation(function reserve(this: BatchExpander, bytes) {
    calls++;
    if (calls === memory) return 'memory';
    return calls === numbers ? 'numbers' : real.call(this, bytes);
  });
}

test.each([['holds', 24], ['violated', 23]])('states that were expanded are forgotten, and found again where something fails: %s', { timeout: 120_000 }, async (verdict, limit) => {
  const g = counters(4, 23, [property('limit', op('not', op('and', ...[0, 1, 2, 3].map((t) => op('lt', limit - 1, cell(0, t))))))]);
  const alone = answer(await check(g));
  expect(alone).toMatchObject({ verdict });
  const forget = vi.spyOn(KeyList.prototype, 'forget');
  for (const workers of [1, 3]) {
    expect(answer(await parallelBreadthFirst(g, selectConjuncts(g, undefined), { workers }, null, { most: 0 }))).toEqual(alone);
    expect(forget.mock.contexts.some((list) => (list as KeyList).forgets)).toBe(true);
  }
  vi.restoreAllMocks();
});

const sum = (limit: number): GProperty => property('sum', op('lt', op('add', cell(0), op('add', cell(1), op('add', cell(2), cell(3)))), limit));

test.each([['holds', 99], ['violated', 50]])('folded states, and keys made anew on the way: %s', { timeout: 120_000 }, async (verdict, limit) => {
  const g = wide(4, 22, [sum(limit)]);
  expect(compile(g, []).layout.words).toBeGreaterThan(2);
  const alone = answer(await check(g));
  expect(alone.verdict).toBe(verdict);
  const conjuncts = selectConjuncts(g, undefined);
  for (const folds of [[16, 16], [8, 8], [32]]) expect(answer(await parallelBreadthFirst(g, conjuncts, { workers: 2 }, null, { folds, shared: 0 })), folds.join()).toEqual(alone);
  for (const how of ['divided anew', 'other tables', 'one table']) {
    // The first call is for the first ids; it is when there are no more that the numbers are used up.
    const reserve = exhausted(2);
    if (how !== 'divided anew') vi.spyOn(BatchExpander.prototype, 'redivide').mockReturnValue(null);
    if (how === 'one table') vi.spyOn(BatchExpander.prototype, 'wider').mockReturnValue([32]);
    expect(answer(await parallel(g, 3)), how).toEqual(alone);
    expect(reserve.mock.calls.length).toBeGreaterThan(2);
    vi.restoreAllMocks();
  }
});

test('memory that ends while keys are made anew leaves what a checkpoint needs', { timeout: 120_000 }, async () => {
  const g = wide(4, 22);
  const alone = answer(await check(g));
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'pterace-parallel-')), 'search.checkpoint');
  exhausted(2, 6);
  vi.spyOn(BatchExpander.prototype, 'redivide').mockReturnValue(null);
  vi.spyOn(BatchExpander.prototype, 'wider').mockReturnValue([32]);
  expect(await parallel(g, 2, { checkpoint: { file, scenario: 'x', everySeconds: 1e9 } })).toMatchObject({ verdict: 'incomplete', limit: 'memory' });
  vi.restoreAllMocks();
  for (const workers of [1, 2]) expect(answer(await check(g, { resume: file, workers }))).toEqual(alone);
  exhausted(9);
  expect(answer(await check(g, { resume: file, workers: 2 }))).toEqual(alone);
  vi.restoreAllMocks();
  rmSync(path.dirname(file), { recursive: true });
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
  if (options.maxMemory !== undefined) expect(result.engineBytes).toBeLessThanOrEqual(Math.max(options.maxMemory, 250_000));
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

/** A thread of a search of its own, and what it is asked with. */
function apart(module?: object): { readonly crew: Crew; readonly expand: (ranges: Int32Array) => Promise<unknown>; readonly ready: () => Promise<void> } {
  const { graph: g, layout, conjuncts, initial, maxSuccessors } = compile(counters(2, 2), []);
  const made = commonOf({ graph: g, layout, conjuncts, full: 8, most: maxSuccessors, folds: null, threads: 2 }, initial);
  const common = module === undefined ? made : { ...made, module };
  const crew = new Crew(1);
  crew.begin({ common, shared: { control: newControl(), progress: new Float64Array(new SharedArrayBuffer(32)) } });
  return {
    crew,
    expand: async (ranges) => crew.ask(ranges, [1], [], common)(() => undefined),
    ready: async () => { while (crew.ready.length === 0) await sleep(1); },
  };
}

test('what goes wrong in a thread is told, and ends it', async () => {
  const { crew, expand, ready } = apart({});
  await expect(ready()).rejects.toThrow(TypeError);
  await crew.end();
  await expect(expand(new Int32Array(0))).rejects.toThrow(TypeError);
  expect(() => crew.ready).toThrow(TypeError);
});

test('a thread that fails at its work, or is ended, is not waited for', async () => {
  const failing = apart();
  await failing.ready();
  // There is no such chunk.
  await expect(failing.expand(Int32Array.of(0, 1))).rejects.toThrow(TypeError);
  await failing.crew.end();
  const ended = apart();
  await ended.ready();
  await ended.crew.end();
  await expect(ended.expand(Int32Array.of(0, 1))).rejects.toThrow('a search thread ended with code 1');
});

test('threads that were started before are those of the search', async () => {
  const crew = startCrew(1);
  const unused = startCrew(4);
  expect(answer(await parallel(counters(3, 9), 2))).toEqual(answer(await check(counters(3, 9))));
  expect(() => crew.ready).toThrow('a search thread ended');
  await unused.end();
  const other = crewOf(4);
  expect(other).not.toBe(unused);
  await other.end();
});

test('refuses what it cannot do', async () => {
  const g = counters(2, 2);
  await expect(check(g, { workers: 2, search: 'dfs' })).rejects.toThrow(UsageError);
  for (const workers of [0, 1.5, 257]) await expect(check(g, { workers })).rejects.toThrow('workers must be a whole number from 1 to 256');
});
