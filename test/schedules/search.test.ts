/** Searches on graphs made by hand, whose answers are known. */
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import type { Daemon } from '../../model/language/ir.ts';
import { check } from '../../schedules/check.ts';
import { ModelError, ReplayError, UsageError } from '../../schedules/errors.ts';
import { explore } from '../../schedules/reference.ts';
import { apply, enabled, initialState, run } from '../../schedules/replay.ts';
import type { CheckOptions } from '../../schedules/result.ts';
import { cell, choice, counters, ended, goto, graph, op, property, reg, set, write } from './build.ts';
import type { ThreadSpec } from './build.ts';

/** Peterson's mutual exclusion for two threads; place 0: flags, 1: turn. `polite` false drops the wait. */
function peterson(polite: boolean): Graph {
  const thread = (me: number): ThreadSpec => ({
    nodes: [
      { code: [write(0, me, 1), goto(1)] },
      { code: [write(1, 0, 1 - me), goto(2)] },
      { ...(polite ? { guard: op('or', op('eq', cell(0, 1 - me), 0), op('eq', cell(1), me)) } : {}), code: [write(2, me, 1), goto(3)] },
      { code: [write(2, me, 0), goto(4)] },
      { code: [write(0, me, 0), goto(0)] },
    ],
    daemon: 'service',
  });
  return graph({
    places: [{ size: 2, cells: 2 }, { size: 2 }, { size: 2, cells: 2 }],
    threads: [thread(0), thread(1)],
    properties: [property('exclusion', op('not', op('and', cell(2, 0), cell(2, 1))))],
  });
}

/** Two threads that take locks 0 and 1 in opposite orders, with a daemon of the given kind that spins. */
function lockInversion(daemon: Daemon): Graph {
  const thread = (a: number, b: number): ThreadSpec => ({
    nodes: [
      { guard: op('eq', cell(0, a), 0), code: [write(0, a, 1), goto(1)] },
      { guard: op('eq', cell(0, b), 0), code: [write(0, b, 1), goto(2)] },
      { code: [write(0, a, 0), write(0, b, 0), goto(-1)] },
    ],
  });
  const spin: ThreadSpec = { daemon, nodes: [{ code: [write(1, 0, op('sub', 1, cell(1))), goto(0)] }] };
  return graph({ places: [{ size: 2, cells: 2 }, { size: 2 }], threads: [thread(0, 1), thread(1, 0), spin] });
}

describe.each(['bfs', 'dfs'] as const)('%s', (search) => {
  test('counts every state of independent counters', async () => {
    const result = await check(counters(3, 9), { search });
    expect(result).toMatchObject({ verdict: 'holds', states: 1000, transitions: 2700, limit: null, schedule: null });
  });

  test("holds for Peterson's algorithm, and not without its wait", async () => {
    expect(await check(peterson(true), { search })).toMatchObject({ verdict: 'holds', ...counts(peterson(true)) });
    const broken = await check(peterson(false), { search });
    expect(broken).toMatchObject({ verdict: 'violated', property: 'exclusion', conjunct: 'exclusion.0' });
    expect(run(peterson(false), broken.schedule!).violated).toEqual({ property: 'exclusion', conjunct: 'exclusion.0' });
  });

  test('finds a lock inversion', async () => {
    const result = await check(lockInversion('optional'), { search });
    expect(result).toMatchObject({ verdict: 'deadlock', property: 'deadlock', conjunct: null });
    expect(run(lockInversion('optional'), result.schedule!).deadlock).toBe(true);
  });

  test('a service that can move is no deadlock', async () => {
    expect((await check(lockInversion('service'), { search })).verdict).toBe('holds');
  });

  test('takes every choice', async () => {
    const g = graph({ places: [{ size: 5 }], threads: [{ nodes: [{ choices: 5, code: [write(0, 0, choice), goto(-1)] }] }], reaches: [{ name: 'four', expr: op('eq', cell(0), 4) }] });
    expect(await check(g, { search })).toMatchObject({ verdict: 'holds', states: 6, transitions: 5 });
  });

  test('checks the initial state', async () => {
    const g = counters(2, 2, [property('never', op('ne', cell(0, 0), 0))]);
    expect(await check(g, { search })).toMatchObject({ verdict: 'violated', schedule: [], states: 1, switches: 0 });
  });

  test.each<[string, CheckOptions]>([
    ['states', { maxStates: 100 }], ['depth', { maxDepth: 5 }], ['memory', { maxMemory: 1000 }], ['seconds', { maxSeconds: 0.1 }],
  ])('never holds when cut short by %s', async (limit, options) => {
    const big = limit === 'seconds' ? counters(6, 29) : counters(3, 20);
    expect(await check(big, { search, ...options })).toMatchObject({ verdict: 'incomplete', limit, schedule: null });
  });

  test('states found never exceed the limit, and a limit that is just enough does no harm', async () => {
    expect((await check(counters(3, 9), { search, maxStates: 321 })).states).toBe(321);
    expect(await check(counters(3, 9), { search, maxStates: 1000 })).toMatchObject({ verdict: 'holds', states: 1000 });
  });

  test('stops when asked to, and reports progress', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    setTimeout(() => abort.abort(), 400);
    const result = await check(counters(6, 29), { search, signal: abort.signal, onProgress: (p) => seen.push(p.states) });
    expect(result).toMatchObject({ verdict: 'incomplete', limit: 'interrupted' });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('is vacuous where a premise, or a state that must be reachable, never comes', async () => {
    const g = { ...counters(2, 2, [property('idle', op('eq', 1, 1), op('eq', cell(0, 0), cell(0, 1)))]), reaches: [{ name: 'nowhere', expr: op('lt', cell(0, 0), 0) }] };
    expect(await check(g, { search })).toMatchObject({ verdict: 'vacuous', unreached: ['nowhere'], neverTruePremises: [] });
    const premise = counters(2, 2, [property('idle', op('eq', 1, 1), op('eq', cell(0, 0), 7))]);
    expect(await check(premise, { search })).toMatchObject({ verdict: 'vacuous', neverTruePremises: [{ property: 'idle', conjunct: 'idle.0' }] });
  });

  test('names the statements that never ran, without being vacuous for it', async () => {
    const g = graph({ threads: [{ nodes: [{ code: [goto(-1)] }, { code: [goto(-1)] }] }] });
    const result = await check(g, { search });
    expect(result.verdict).toBe('holds');
    expect(result.neverRan.map((n) => n.text)).toEqual(['t0:1']);
  });

  test('a declared range that overflows is an error of the model', async () => {
    const declared = counters(2, 3, [property('$range', op('lt', cell(0, 0), 2))]);
    await expect(check(declared, { search, properties: [] })).rejects.toMatchObject({ name: 'ModelError', conjunct: '$range.0' });
    const overflow = graph({ places: [{ size: 3 }], threads: [{ nodes: [{ code: [write(0, 0, op('add', cell(0), 1)), goto(0)] }] }] });
    const error = await check(overflow, { search }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ conjunct: 't0:0', schedule: [{ thread: 0, choice: 0 }, { thread: 0, choice: 0 }, { thread: 0, choice: 0 }] });
    expect(() => explore(overflow)).toThrow('out of range');
  });
});

function counts(g: Graph): { states: number; transitions: number } {
  const { states, transitions } = explore(g);
  return { states, transitions };
}

/** Counted by a separate program written for this algorithm alone. */
test("Peterson's algorithm in five steps a thread has 26 states and 44 transitions", async () => {
  expect(await check(peterson(true))).toMatchObject({ states: 26, transitions: 44 });
});

test('breadth-first search answers the shortest schedule with the fewest switches', async () => {
  const g = counters(3, 5, [property('small', op('le', op('add', op('add', cell(0, 0), cell(0, 1)), cell(0, 2)), 5))]);
  expect(await check(g)).toMatchObject({ verdict: 'violated', depth: 6, switches: 1, schedule: { length: 6 } });
});

test('at one depth a violation is preferred to a deadlock', async () => {
  const g = graph({
    places: [{ size: 2, cells: 2 }],
    threads: [{ nodes: [{ choices: 2, code: [write(0, choice, 1), goto(1)] }, { guard: op('eq', 0, 1), code: [goto(-1)] }] }],
    properties: [property('never', op('eq', cell(0, 1), 0))],
  });
  expect(await check(g)).toMatchObject({ verdict: 'violated', schedule: [{ thread: 0, choice: 1 }] });
});

test('a violation found within the limits stays a violation', async () => {
  const g = counters(3, 20, [property('small', op('lt', cell(0, 0), 3))]);
  expect((await check(g, { maxDepth: 3 })).verdict).toBe('violated');
  expect((await check(g, { maxDepth: 2 })).verdict).toBe('incomplete');
});

test('random walks find what is common, repeat by seed, and prove nothing', async () => {
  const g = counters(3, 5, [property('small', op('lt', cell(0, 0), 5))]);
  const first = await check(g, { search: 'random', seed: 42 });
  expect(first.verdict).toBe('violated');
  expect(await check(g, { search: 'random', seed: 42 })).toMatchObject({ schedule: first.schedule });
  expect(run(g, first.schedule!).violated).toEqual({ property: 'small', conjunct: 'small.0' });
  expect(await check(counters(2, 3), { search: 'random', walks: 10 })).toMatchObject({ verdict: 'incomplete', limit: 'sampled' });
});

test('only the selected properties are checked, and unknown names refused', async () => {
  const g = counters(2, 3, [property('bad', op('lt', cell(0, 0), 1)), property('good', op('le', cell(0, 0), 3))]);
  expect((await check(g, { properties: ['good'] })).verdict).toBe('holds');
  const error = await check(g, { properties: ['gud'] }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toBe("no property 'gud'; known: bad, good");
});

test('asserts are checked whatever is selected', async () => {
  const g = counters(2, 3, [property('assertion', op('lt', cell(0, 0), 1)), property('good', op('le', cell(0, 0), 3))]);
  expect(await check(g, { properties: ['good'] })).toMatchObject({ verdict: 'violated', property: 'assertion' });
});

test('replay refuses what the graph cannot do', () => {
  const g = lockInversion('optional');
  const stuck = [{ thread: 0, choice: 0 }, { thread: 1, choice: 0 }, { thread: 0, choice: 0 }];
  expect(() => run(g, stuck)).toThrow(new ReplayError(3, 'thread t0 waits: t0:1'));
  expect(() => run(g, [{ thread: 9, choice: 0 }])).toThrow('step 1: there is no thread 9');
  expect(() => run(g, [{ thread: 0, choice: 1 }])).toThrow('alternatives');
});

test('replay shows the state before and after each step', () => {
  const g = counters(2, 2);
  const replay = run(g, [{ thread: 1, choice: 0 }]);
  expect(replay.initial.cells).toEqual([[0, 0]]);
  expect(replay.end.cells).toEqual([[0, 1]]);
  expect(replay.steps[0]).toMatchObject({ thread: 1, before: replay.initial, after: replay.end, violated: null });
  expect(apply(g, initialState(g), enabled(g, initialState(g))[1]!)).toEqual(replay.end);
});

test('registers start at their initial value and threads at their start node', async () => {
  const g = graph({
    places: [{ size: 4 }], regs: [[4]],
    threads: [{ start: 1, init: [{ reg: 0, value: 3 }], nodes: [{ code: [goto(-1)] }, { code: [write(0, 0, reg(0)), set(0, 0), goto(-1)] }] }],
    properties: [property('kept', op('eq', cell(0), 3), ended(0))],
  });
  expect(await check(g)).toMatchObject({ verdict: 'holds', states: 2 });
});
