/** The search for lassos against a fixed point by another algorithm, on random graphs and programs, and its parts by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recheck } from '../../counterexamples/recheck.ts';
import { TraceRefused } from '../../counterexamples/refused.ts';
import { decodeShort, encodeShort } from '../../counterexamples/short.ts';
import type { GExpr, GProgress, Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { check } from '../../schedules/check.ts';
import { searchProgress } from '../../schedules/liveness/search.ts';
import type { CheckResult } from '../../schedules/result.ts';
import { programs } from '../language/programs.ts';
import { cell, ended, goto, graph, num, op, write, type ThreadSpec } from '../schedules/build.ts';
import { graphs } from '../schedules/graphs.ts';
import { stalls } from './emerson-lei.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 19920612 };
const MOST = 1500;
const SAFE: CheckResult = {
  verdict: 'holds', property: null, conjunct: null, limit: null, states: 1, transitions: 0, depth: 0, seconds: 0, engineBytes: 0, schedule: null, switches: null,
  unreached: [], neverTruePremises: [], neverRan: [],
};

/** Some question about places and ends of threads. */
const question = (g: Graph, seed: number): GExpr => {
  const place = seed % Math.max(1, g.places.length);
  const one = g.places.length === 0 ? num(1) : op('eq', cell(place, seed % g.places[place]!.cells), (seed >> 3) % 3);
  const thread = (seed >> 5) % g.threads.length;
  return [one, ended(thread), num(1), op('not', one), op('and', one, op('not', ended(thread)))][(seed >> 8) % 5]!;
};

const asked = (g: Graph, a: number, b: number, unfair: number): GProgress => ({
  name: 'P', prose: '', from: question(g, a), to: question(g, b), unfair: g.threads.flatMap((_, i) => ((unfair >> i) % 4 === 3 ? [i] : [])),
  ...(unfair >= 128 ? { strong: true } : {}),
});

/** Types that the hand-made graphs do without, and a trace cannot. */
const typed = (g: Graph): Graph => ({ ...g, types: { int: { kind: 'int', name: 'int', size: 2 }, ...g.types } });

async function agree(g: Graph, property: GProgress, seen: Record<string, number>): Promise<void> {
  const expected = stalls(g, property, MOST);
  fc.pre(expected !== null);
  const result = await searchProgress(g, [property], {}, SAFE);
  expect(result.verdict === 'violated').toBe(expected);
  seen[result.verdict] = (seen[result.verdict] ?? 0) + 1;
  if (!expected) return;
  const { breakage } = recheck({ ...typed(g), progress: [property] }, result.schedule!, { property: 'P' }, result.loop!.start);
  expect(breakage.lasso).toBeDefined();
  seen[result.loop!.start === result.schedule!.length ? 'rests' : 'cycles'] = (seen[result.loop!.start === result.schedule!.length ? 'rests' : 'cycles'] ?? 0) + 1;
}

const seeds = fc.tuple(fc.nat(2 ** 20), fc.nat(2 ** 20), fc.nat(2 ** 8));

describe('agrees with the fixed point', () => {
  it('on random graphs', { timeout: 120_000 }, async () => {
    const seen: Record<string, number> = {};
    await fc.assert(fc.asyncProperty(graphs, seeds, (g, [a, b, unfair]) => agree(g, asked(g, a, b, unfair), seen)), { numRuns: 600, ...seed });
    expect(Math.min(seen['holds']!, seen['cycles']!, seen['rests']!)).toBeGreaterThan(20);
  });

  it('on random programs', { timeout: 120_000 }, async () => {
    const seen: Record<string, number> = {};
    await fc.assert(fc.asyncProperty(programs, seeds, (p, [a, b, unfair]) => {
      const g = lower(p);
      return agree(g, asked(g, a, b, unfair), seen);
    }), { numRuns: 150, ...seed });
    // Few of these programs run for ever.
    expect(Math.min(seen['holds']!, (seen['cycles'] ?? 0) + (seen['rests'] ?? 0))).toBeGreaterThan(5);
  });
});

/** Raises and lowers place 0 for ever. */
const toggles: ThreadSpec = { nodes: [{ code: [write(0, 0, 1), goto(1)] }, { code: [write(0, 0, 0), goto(0)] }] };
/** Waits for place 0 to be up, raises place 1, and ends. */
const waits: ThreadSpec = { nodes: [{ guard: op('eq', cell(0), 1), code: [write(1, 0, 1), goto(-1)] }] };
/** Raises place 1 whenever it has its turn, and ends. */
const raises: ThreadSpec = { nodes: [{ code: [write(1, 0, 1), goto(-1)] }] };
const places = [{ size: 2 }, { size: 2 }];
const raised = (unfair: readonly number[] = [], to: GExpr = cell(1)): GProgress => ({ name: 'P', prose: '', from: num(1), to, unfair });
const world = (threads: readonly ThreadSpec[], ...progress: readonly GProgress[]): Graph => ({ ...graph({ places, threads }), progress });

describe('weak fairness', () => {
  it('promises a turn to a thread that can always move', async () => {
    expect(await check(world([toggles, raises], raised()))).toMatchObject({ verdict: 'holds' });
  });

  it('promises none to a thread that can move now and then', async () => {
    expect(await check(world([toggles, waits], raised()))).toMatchObject({ verdict: 'violated', property: 'P', loop: { start: 0, shortest: true }, schedule: [{ thread: 0 }, { thread: 0 }] });
  });

  it('promises none to an unfair thread, nor to hardware', async () => {
    expect(await check(world([toggles, raises], raised([1])))).toMatchObject({ verdict: 'violated' });
    expect(await check(world([toggles, { ...raises, daemon: 'optional' }], raised()))).toMatchObject({ verdict: 'violated' });
    expect(await check(world([toggles, { ...raises, daemon: 'service' }], raised()))).toMatchObject({ verdict: 'holds' });
  });

  it('lets a run rest where nobody must move', async () => {
    expect(await check(world([raises], raised([], cell(0))))).toMatchObject({ verdict: 'violated', loop: { start: 1 }, schedule: [{ thread: 0 }] });
    const endless: ThreadSpec = { ...toggles, daemon: 'optional' };
    expect(await check(world([raises, endless], { ...raised([], cell(0)), from: cell(1) }))).toMatchObject({ verdict: 'violated', loop: { start: 1 }, schedule: [{ thread: 0 }] });
  });

  it('asks for nothing before the obligation arises, and for nothing after it is met', async () => {
    expect(await check(world([toggles], { ...raised(), from: cell(1) }))).toMatchObject({ verdict: 'vacuous', neverTruePremises: [{ property: 'P', conjunct: 'from' }] });
    expect(await check(world([raises], raised()))).toMatchObject({ verdict: 'holds' });
  });
});

describe('strong fairness', () => {
  const strongly = (unfair: readonly number[] = []): GProgress => ({ ...raised(unfair), strong: true });

  it('promises a turn to a thread that can move now and then', async () => {
    expect(await check(world([toggles, waits], strongly()))).toMatchObject({ verdict: 'holds' });
    expect(await check(world([toggles, waits], strongly([1])))).toMatchObject({ verdict: 'violated' });
  });

  it('promises none to a thread that in the end cannot move', async () => {
    const once: ThreadSpec = { nodes: [{ code: [write(0, 0, 1), goto(1)] }, { code: [write(0, 0, 0), goto(-1)] }] };
    expect(await check(world([once, waits], strongly(), { ...strongly(), name: 'Q' }))).toMatchObject({ verdict: 'deadlock' });
    expect(await check(world([once, { ...waits, daemon: 'service' }], strongly()))).toMatchObject({ verdict: 'violated', loop: { start: 2 }, schedule: [{ thread: 0 }, { thread: 0 }] });
  });
});

describe('no verdict', () => {
  it('of a search that was cut short', async () => {
    expect(await check(world([toggles, waits], raised()), { maxStates: 2 })).toMatchObject({ verdict: 'incomplete', limit: 'states' });
    expect(await searchProgress(world([toggles, waits]), [raised()], { maxStates: 2 }, SAFE)).toMatchObject({ verdict: 'incomplete', limit: 'states', schedule: null });
    expect(await searchProgress(world([toggles, waits]), [raised()], { maxMemory: 10 }, SAFE)).toMatchObject({ verdict: 'incomplete', limit: 'memory' });
  });

  it('by what does not see whole runs', async () => {
    for (const options of [{ search: 'random' }, { search: 'dfs' }, { workers: 2 }, { reduce: ['movers'] }] as const) {
      await expect(check(world([toggles, waits], raised()), options)).rejects.toThrow(/only a breadth-first search by one thread/);
      await expect(check(world([toggles, waits], raised()), { ...options, safetyOnly: true })).resolves.not.toMatchObject({ verdict: 'violated' });
    }
  });

  it('before single states are safe', async () => {
    const stuck: ThreadSpec = { nodes: [{ guard: num(0), code: [goto(-1)] }] };
    expect(await check(world([stuck], raised()))).toMatchObject({ verdict: 'deadlock' });
  });
});

describe('a lasso', () => {
  const g = { ...typed(world([toggles, waits], raised())), hash: '00000000ffffffff' };
  const [up, down] = [{ thread: 0, choice: 0 }, { thread: 0, choice: 0 }];

  it('is one word', () => {
    expect(decodeShort(encodeShort('a/b', g.hash, [up, down], 1))).toMatchObject({ schedule: [up, down], loop: 1 });
    expect(decodeShort(encodeShort('a/b', g.hash, [], 0))).toMatchObject({ schedule: [], loop: 0 });
    expect(decodeShort(encodeShort('a/b', g.hash, [up]))).toMatchObject({ schedule: [up], loop: null });
  });

  it('is refused unless it closes, is fair, and leaves the obligation open', () => {
    expect(recheck(g, [up, down], {}, 0).breakage).toMatchObject({ property: 'P', lasso: { start: 0, served: [{ thread: 't0' }, { thread: 't1', waits: { after: 0 } }] } });
    expect(() => recheck(g, [up], {}, 0)).toThrow(/is broken by repeating what follows step 0 for ever/);
    expect(() => recheck(g, [up], {}, 1)).toThrow(TraceRefused);
    expect(() => recheck(g, [up, { thread: 1, choice: 0 }, down], {}, 3)).toThrow(TraceRefused);
    expect(() => recheck({ ...g, progress: [] }, [up, down], {}, 0)).toThrow(TraceRefused);
  });
});
