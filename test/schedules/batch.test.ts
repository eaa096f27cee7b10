/** The batch expander against the engine, state by state: the same successors in the same order, and -1 exactly where something is wrong. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { BatchExpander } from '../../schedules/batch.ts';
import { check } from '../../schedules/check.ts';
import { compile, type Engine } from '../../schedules/compile.ts';
import { RangeFault } from '../../schedules/errors.ts';
import { explore } from '../../schedules/reference.ts';
import { cell, choice, cond, goto, graph, op, write } from './build.ts';
import { graphs } from './graphs.ts';

const MOST = 1000;
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

/** Compares the first states found breadth-first; answers how many states had something wrong. */
function agree(g: Graph): number {
  const engine = compile(g, []);
  const { words } = engine.layout;
  const expander = new BatchExpander(g, engine.layout, 1, engine.maxSuccessors);
  const queue = [engine.initial];
  const seen = new Set([engine.initial.join()]);
  let wrong = 0;
  for (const state of queue) {
    const expected = byEngine(engine, state);
    const n = expander.expand(state, 0, 1, 0);
    expect(n < 0 ? null : expander.batch.slice(0, n * words)).toEqual(expected);
    if (expected === null) wrong++;
    for (let o = 0; o < (expected?.length ?? 0) && queue.length < MOST; o += words) {
      const next = expected!.slice(o, o + words);
      if (!seen.has(next.join())) queue.push(next);
      seen.add(next.join());
    }
  }
  const ran = new Uint8Array(g.nodes.length);
  expander.note(ran);
  if (wrong === 0) expect(ran).toEqual(engine.ran);
  return wrong;
}

test('random graphs', { timeout: 120_000 }, () => {
  fc.assert(fc.property(graphs, (g) => { agree(g); }), { numRuns: 30, ...seed });
});

test.each(scenarios.filter((_, i) => i % 5 === 0).map((s) => [s.id, s] as const))('%s', { timeout: 60_000 }, (_, s) => {
  agree(lower(s.build()));
});

test('what leaves its range: values and indices', () => {
  const count = graph({ places: [{ size: 3 }], threads: [{ nodes: [{ code: [write(0, 0, op('add', cell(0), 1)), goto(0)] }] }] });
  expect(agree(count)).toBe(1);
  const index = graph({ places: [{ size: 2, cells: 40 }, { size: 64 }], threads: [{ nodes: [{ code: [write(0, cell(1), 1), write(1, 0, op('add', cell(1), 1)), goto(0)] }] }] });
  expect(agree(index)).toBe(1);
});

test('goes on until the batch is full, and says how many states that took', () => {
  const g = graph({ places: [{ size: 8 }], threads: [{ nodes: [{ choices: 3, code: [write(0, 0, choice), goto(0)] }] }] });
  const { layout, initial } = compile(g, []);
  const expander = new BatchExpander(g, layout, 5, 3);
  const sources = new Int32Array(10 * layout.words).map((_, i) => initial[i % layout.words]!);
  expect([expander.expand(sources, 0, 10, 0), expander.expanded]).toEqual([6, 2]);
  expect([expander.expand(sources, 0, 1, 1), expander.expanded]).toEqual([4, 1]);
});

test('a node that is too large for WebAssembly is left to the engine', async () => {
  let e: GExpr = cell(0);
  for (let i = 0; i < 12; i++) e = cond(op('lt', e, 3), op('add', e, 1), 0);
  const g = graph({ places: [{ size: 4 }], threads: [0, 1].map(() => ({ nodes: [{ code: [write(0, 0, e), goto(0)] }] })) });
  const engine = compile(g, []);
  expect(new BatchExpander(g, engine.layout, 1, engine.maxSuccessors).expand(engine.initial, 0, 1, 0)).toBe(-1);
  const { verdict, states, transitions } = explore(g);
  expect(await check(g)).toMatchObject({ verdict, states, transitions });
});
