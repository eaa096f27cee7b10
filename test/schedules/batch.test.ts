/** The batch expander against the engine, state by state: the same successors in the same order, and -1 exactly where something is wrong; the same states fail their tests. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { BatchExpander, commonOf } from '../../schedules/batch.ts';
import type { Folds } from '../../schedules/batch-plan.ts';
import { LARGEST } from '../../schedules/batch-program.ts';
import { check } from '../../schedules/check.ts';
import { compile, type Engine } from '../../schedules/compile.ts';
import { RangeFault } from '../../schedules/errors.ts';
import { codeSizes } from '../../schedules/graph-size.ts';
import { KeyedExplorer } from '../../schedules/keyed-explorer.ts';
import { explore } from '../../schedules/reference.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { cell, choice, cond, goto, graph, op, write } from './build.ts';
import { graphs } from './graphs.ts';

const MOST = 1000;
const FOLDS: readonly Folds[] = [null, [16, 16], [32]];
const seed = process.env['CI'] === undefined ? {} : { seed: 20110703 };

/** Successors, or null at a deadlock or where a step leaves its range. */
function byEngine(engine: Engine, state: Int32Array): Int32Array | null {
  const found = new Int32Array(engine.maxSuccessors * engine.layout.words);
  try {
    const n = engine.expand(state, 0, found, 0, new Int32Array(engine.maxSuccessors));
    return n < 0 ? null : found.slice(0, n * engine.layout.words);
  } catch (error) {
    if (error instanceof RangeFault) return null;
    throw error;
  }
}

/** True when a conjunct of the state is violated or leaves its range. */
function isWrong(engine: Engine, state: Int32Array): boolean {
  try {
    engine.observe(state, 0);
    return engine.check(state, 0) >= 0;
  } catch (error) {
    if (error instanceof RangeFault) return true;
    throw error;
  }
}

function expanderOf(engine: Engine, full: number, folds: Folds, threads = 1): BatchExpander {
  const { graph: g, layout, conjuncts, maxSuccessors, initial } = engine;
  const expander = new BatchExpander(commonOf({ graph: g, layout, conjuncts, full, most: maxSuccessors, folds, threads }, initial));
  expander.reserve(Infinity);
  return expander;
}

/** The batch's first n states in full. */
function statesOf(expander: BatchExpander, words: number, n: number): Int32Array[] {
  const keys = new Int32Array(n * expander.keyWords);
  expander.takeKeys(n, keys);
  return Array.from({ length: n }, (_, i) => {
    const state = new Int32Array(words);
    expander.unfold(keys, i * expander.keyWords, state, 0);
    return state;
  });
}

/** As the expander leaves them out: without what came by before, and the initial state. */
function unseen(states: readonly Int32Array[], initial: Int32Array): string[] {
  return [...new Set(states.map((s) => s.join()))].filter((s) => s !== initial.join());
}

/** Compares the first states found breadth-first; answers how many states had something wrong. */
function agree(g: Graph, folds: Folds): number {
  const engine = compile(g, selectConjuncts(g, undefined));
  const { layout: { words }, initial } = engine;
  const expander = expanderOf(engine, 1, folds);
  const key = new Int32Array(expander.keyWords);
  const queue = [initial];
  const seen = new Set([initial.join()]);
  let wrong = 0;
  // Tests too large for WebAssembly leave all that they are needed for to the engine.
  const size = codeSizes();
  const suspects = engine.conjuncts.some((c) => size([c.premise, c.holds]) > LARGEST);
  const tested = { ran: new Uint8Array(engine.ran.length), premises: engine.premises.slice(), reached: new Uint8Array(engine.reached.length) };
  for (const state of queue) {
    const expected = byEngine(engine, state);
    expander.keep(state, 0, 0);
    expander.takeKeys(1, key);
    const alreadyWrong = isWrong(engine, state);
    expect(expander.test(Int32Array.of(0), 1)).toEqual(alreadyWrong || suspects ? [0] : []);
    expander.forget();
    const n = expander.expand(key, 0, 1, 0);
    if (expected === null) {
      expect(n).toBe(-1);
      wrong++;
      continue;
    }
    const successors = Array.from({ length: expected.length / words }, (_, i) => expected.slice(i * words, (i + 1) * words));
    expect(expander.takeTransitions()).toBe(successors.length);
    const found = statesOf(expander, words, n);
    expect(unseen(found, initial)).toEqual(unseen(successors, initial));
    // What held before and was not touched is not tested again.
    if (!alreadyWrong && !suspects) expect(expander.test(Int32Array.from(found.keys()), n)).toEqual([...found.keys()].filter((i) => isWrong(engine, found[i]!)));
    for (const next of successors) {
      if (!seen.has(next.join()) && queue.length < MOST) queue.push(next);
      seen.add(next.join());
    }
  }
  expander.note(tested);
  if (wrong === 0) expect(tested.ran).toEqual(engine.ran);
  return wrong;
}

test('random graphs', { timeout: 120_000 }, () => {
  fc.assert(fc.property(graphs, (g) => { for (const folds of FOLDS) agree(g, folds); }), { numRuns: 30, ...seed });
});

test.each(scenarios.filter((_, i) => i % 5 === 0).map((s) => [s.id, s] as const))('%s', { timeout: 60_000 }, (_, s) => {
  agree(lower(s.build()), [16, 16]);
});

test('what leaves its range: values and indices', () => {
  const count = graph({ places: [{ size: 3 }], threads: [{ nodes: [{ code: [write(0, 0, op('add', cell(0), 1)), goto(0)] }] }] });
  for (const folds of FOLDS) expect(agree(count, folds)).toBe(1);
  const index = graph({ places: [{ size: 2, cells: 40 }, { size: 64 }], threads: [{ nodes: [{ code: [write(0, cell(1), 1), write(1, 0, op('add', cell(1), 1)), goto(0)] }] }] });
  for (const folds of FOLDS) expect(agree(index, folds)).toBe(1);
});

test('goes on until the batch is full, and says how many states that took', () => {
  const g = graph({ places: [{ size: 8 }], threads: [{ nodes: [{ choices: 3, code: [write(0, 0, op('add', choice, 1)), goto(0)] }] }] });
  const engine = compile(g, []);
  const expander = expanderOf(engine, 5, null);
  const sources = Int32Array.from({ length: 10 * engine.layout.words }, (_, i) => engine.initial[i % engine.layout.words]!);
  // Three successors, and the second time they came by.
  expect([expander.expand(sources, 0, 1, 0), expander.expanded]).toEqual([3, 1]);
  expect([expander.expand(sources, 0, 10, 3), expander.expanded, expander.takeTransitions()]).toEqual([3, 10, 33]);
  expander.forget();
  expect([expander.expand(sources, 0, 10, 3), expander.expanded]).toEqual([6, 1]);
});

test.each([[[18, 14]], [[32]]])('parts are found again when their tables have grown: %j', (folds) => {
  const g = graph({ places: Array.from({ length: 5 }, () => ({ size: 2 ** 20 })), threads: [{ nodes: [0, 1, 2, 3, 4].map((p) => ({ code: [write(p, 0, op('bitand', op('add', cell(p), 1), 2 ** 20 - 1)), goto((p + 1) % 5)] })) }] });
  const engine = compile(g, []);
  const { words } = engine.layout;
  const expander = expanderOf(engine, 512, folds);
  const states = Array.from({ length: 20_000 }, (_, i) => engine.initial.map((w, k) => (k === words - 1 ? w | (i & 0xfff) : k === 1 ? w | i : w)));
  const keys = (): Int32Array => {
    const all = new Int32Array(2 * states.length);
    states.forEach((state, i) => {
      expect(expander.reserve(Infinity)).toBe(null);
      expander.keep(state, 0, 0);
      expander.takeKeys(1, all.subarray(2 * i));
    });
    return all;
  };
  const before = keys();
  expect(keys()).toEqual(before);
  states.forEach((state, i) => {
    const full = new Int32Array(words);
    expander.unfold(before, 2 * i, full, 0);
    if (full.join() !== state.join()) expect.fail(`state ${i} is ${full.join()}, not ${state.join()}`);
  });
  expect(expander.bytes).toBeGreaterThan(20_000 * 4);
  expect(expander.bytes).toBeLessThan(3_000_000);
});

test('says when the numbers of its parts or memory are used up', () => {
  const engine = compile(graph({ places: Array.from({ length: 5 }, () => ({ size: 2 ** 20 })), threads: [{ nodes: [{ code: [write(0, 0, 0), goto(0)] }] }] }), []);
  expect(expanderOf(engine, 512, [9, 9]).reserve(Infinity)).toBe('numbers');
  expect(expanderOf(engine, 512, [9, 9]).wider()).toEqual([16, 16]);
  expect(expanderOf(engine, 512, [21, 11]).redivide([11, 21])).toBe(null);
  expect(expanderOf(engine, 512, [10, 10]).reserve(1000)).toBe('memory');
});

/** What a search finds that begins with these folds; where `other` is set, numbers are never just divided anew. */
function searched(g: Graph, folds: Folds, other = false): { states: number; transitions: number; pieces: Int32Array[] } {
  const redivide = other ? vi.spyOn(BatchExpander.prototype, 'redivide').mockReturnValue(null) : null;
  const x = new KeyedExplorer(g, [], {}, Infinity, folds);
  expect(x.begin()).toBe(true);
  for (let next: number | null = 0; next !== x.count; next = x.expand(next, x.count)) if (next === null) expect.fail(`no room: ${x.limit}`);
  redivide?.mockRestore();
  return { states: x.count, transitions: x.transitions, pieces: [...x.pieces(0, x.count)].map(({ words, count }) => words.slice(0, count * x.engine.layout.words)) };
}

test.each([[[9, 9]], [[10, 10]], [[32]]])('keys are made anew when the numbers of parts do not suffice, and ids stay: %j', (folds) => {
  const g = lower(scenarios.find((s) => s.id === 'dirty/munmap')!.build());
  const expected = searched(g, [16, 16]);
  for (const other of [false, true]) expect(searched(g, folds, other)).toEqual(expected);
});

test('keys stay as they were when memory ends while they are made anew', () => {
  const g = lower(scenarios.find((s) => s.id === 'dirty/munmap')!.build());
  const x = new KeyedExplorer(g, [], {});
  expect(x.begin()).toBe(true);
  let next = 0;
  while (next < 1500) next = x.expand(next, x.count)!;
  const found = (): string[] => [...x.pieces(0, x.count)].map((p) => p.words.subarray(0, p.count * x.engine.layout.words).join());
  const before = found();
  const wider = vi.spyOn(BatchExpander.prototype, 'wider').mockReturnValue([32]);
  const reserve = vi.spyOn(BatchExpander.prototype, 'reserve').mockReturnValueOnce('numbers').mockReturnValueOnce(null).mockReturnValueOnce('memory');
  expect([x.expand(next, x.count), x.limit]).toEqual([null, 'memory']);
  expect([wider.mock.calls.length, reserve.mock.calls.length]).toEqual([1, 3]);
  vi.restoreAllMocks();
  expect(found()).toEqual(before);
  while (next < x.count) next = x.expand(next, x.count)!;
  expect(x.count).toBe(searched(g, [16, 16]).states);
});

test('a node that is too large for WebAssembly is left to the engine', async () => {
  let e: GExpr = cell(0);
  for (let i = 0; i < 12; i++) e = cond(op('lt', e, 3), op('add', e, 1), 0);
  const g = graph({ places: [{ size: 4 }], threads: [0, 1].map(() => ({ nodes: [{ code: [write(0, 0, e), goto(0)] }] })) });
  const engine = compile(g, []);
  expect(expanderOf(engine, 1, null).expand(engine.initial, 0, 1, 0)).toBe(-1);
  const { verdict, states, transitions } = explore(g);
  expect(await check(g)).toMatchObject({ verdict, states, transitions });
});
