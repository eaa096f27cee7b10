/** Probabilistic concurrency testing: what it finds is there, it repeats by seed, and its bound is kept. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import type { PctCoverage } from '../../schedules/coverage.ts';
import { UsageError } from '../../schedules/errors.ts';
import { explore } from '../../schedules/reference.ts';
import { run } from '../../schedules/replay.ts';
import type { CheckOptions, CheckResult } from '../../schedules/result.ts';
import { cell, goto, graph, op, property, set, write, reg } from './build.ts';
import { graphs } from './graphs.ts';

const ci = process.env['CI'] === undefined ? {} : { seed: 20100313 };

/** `n` threads add 1 to a cell by a load and a store each, then take `more` steps of no interest. */
function lostUpdate(n: number, more = 0) {
  const idle = Array.from({ length: more }, (_, i) => ({ code: [goto(i + 1 === more ? -1 : 3 + i)] }));
  const nodes = [{ code: [set(0, cell(0)), goto(1)] }, { code: [write(0, 0, op('add', reg(0), 1)), set(0, 0), goto(more === 0 ? -1 : 2)] }, ...idle];
  const own = (t: number) => nodes.map((node) => ({ code: node.code.map((a) => JSON.parse(JSON.stringify(a).replaceAll('"reg":0', `"reg":${t}`)) as typeof a) }));
  return graph({
    places: [{ size: 8 }], regs: Array.from({ length: n }, () => [8]),
    threads: Array.from({ length: n }, (_, t) => ({ nodes: own(t) })),
    properties: [property('sum', op('eq', cell(0), n), op('and', ...Array.from({ length: n }, (_, thread) => ({ g: 'ended', thread }) as const)))],
  });
}

const pct = (options: CheckOptions): CheckOptions => ({ search: 'pct', ...options });
const coverageOf = (result: CheckResult): PctCoverage => result.coverage as PctCoverage;

test('only reports what is there', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(graphs, async (g) => {
    const reference = explore(g, undefined, 2000);
    fc.pre(reference.verdict !== 'incomplete');
    const result = await check(g, pct({ walks: 30, walkLength: 60, seed: 5 }));
    if (result.schedule === null) expect(result).toMatchObject({ verdict: 'incomplete', limit: 'sampled' });
    else {
      const { violated, deadlock } = run(g, result.schedule);
      if (result.verdict === 'deadlock') expect(deadlock && violated === null).toBe(true);
      else expect(violated).toEqual({ property: result.property, conjunct: result.conjunct });
    }
  }), { numRuns: 100, ...ci });
});

test('the same seed makes the same runs, another one others', async () => {
  const g = lostUpdate(3, 4);
  const [a, b, c] = await Promise.all([1, 1, 2].map((s) => check(g, pct({ seed: s, bugDepth: 2 }))));
  expect(a!.verdict).toBe('violated');
  expect([b!.schedule, b!.states]).toEqual([a!.schedule, a!.states]);
  expect([c!.schedule, c!.states]).not.toEqual([a!.schedule, a!.states]);
});

describe('the bound', () => {
  test('is that of the theorem', async () => {
    const g = lostUpdate(2, 3);
    const safe = await check(g, pct({ properties: [], walks: 1000, bugDepth: 3 }));
    const { runs, counted, threads, steps, probability, reason, depth } = coverageOf(safe);
    expect([safe.verdict, safe.limit, runs, threads, steps, depth, reason]).toEqual(['incomplete', 'sampled', 1000, 2, 10, 3, null]);
    expect(counted).toBe(999);
    expect(probability).toBeCloseTo(1 - (1 - 1 / (2 * 10 ** 2)) ** 999, 12);
  });

  test.each([[2, 0], [2, 3], [3, 2], [4, 1]])('is kept: %i threads with %i more steps', async (n, more) => {
    const g = lostUpdate(n, more);
    const RUNS = 60;
    const SEEDS = 200;
    const once = 1 / (n * (n * (2 + more)));
    let found = 0;
    for (let s = 0; s < SEEDS; s++) if ((await check(g, pct({ seed: s, bugDepth: 2, walks: RUNS + 1 }))).verdict === 'violated') found++;
    // The first run measures k and is not counted.
    expect(found / SEEDS).toBeGreaterThanOrEqual(1 - (1 - once) ** RUNS);
  });

  test('is not claimed where the theorem says nothing', async () => {
    const daemon = graph({ threads: [{ nodes: [{ code: [goto(-1)] }] }, { daemon: 'optional', nodes: [{ code: [goto(0)] }] }] });
    const choosing = graph({ threads: [{ nodes: [{ choices: 2, code: [goto(-1)] }] }] });
    const endless = graph({ threads: [{ nodes: [{ code: [goto(0)] }] }] });
    const reasons = await Promise.all([daemon, choosing, endless].map(async (g) => coverageOf(await check(g, pct({ walks: 5, walkLength: 20 })))));
    expect(reasons.map((c) => c.probability)).toEqual([null, null, null]);
    expect(reasons.map((c) => c.reason)).toEqual(['the model has daemons, whose steps are drawn', 'the model makes choices of its own, which are drawn', 'some runs were cut short']);
  });
});

test('a bug that needs no change of priority is found with depth 1, one that needs one is not', async () => {
  expect((await check(lostUpdate(2), pct({ bugDepth: 1, walks: 500 }))).verdict).toBe('incomplete');
  expect((await check(lostUpdate(2), pct({ bugDepth: 2, walks: 500 }))).verdict).toBe('violated');
});

test('a depth below 1 is refused', async () => {
  const error = await check(lostUpdate(2), pct({ bugDepth: 0 })).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toBe('the depth of a bug must be a whole number from 1, not 0');
});

const races = scenarios.filter((s) => /^(?:dirty\/b0|classic\/(?:hyman|fischer|philosophers))/.test(s.id) && s.expect.verdict !== 'holds');

test.each(races.map((s) => [s.id, s] as const))('%s is found', { timeout: 60_000 }, async (_, scenario) => {
  const result = await check(lower(scenario.build()), pct({ seed: 1 }));
  expect([result.verdict, result.property]).toEqual([scenario.expect.verdict, scenario.expect.property ?? 'deadlock']);
});
