/** Long failing runs of every scenario and mutant that breaks, shrunk, and compared with breadth-first search. */
import { describe, expect, it } from 'vitest';
import { allCases } from '../../../cli/cases.ts';
import { shrink } from '../../../counterexamples/shrink/shrink.ts';
import { lower } from '../../../model/language/lower.ts';
import expected from '../../../model/scenarios/expected.json' with { type: 'json' };
import { breaksProgress } from '../../liveness/breaks-progress.ts';
import { scenarios } from '../../../model/scenarios/index.ts';
import { recheck } from '../../../counterexamples/recheck.ts';
import { shrunkByReplay } from '../../../counterexamples/shrink/replayed.ts';
import { shortestRun, type Answer } from '../../../counterexamples/shrink/search.ts';
import { faults, longRun, needlessSteps } from './minimal.ts';

type Found = Exclude<Answer, string>;

const MOST_STATES = 200_000;
/** Of a scenario; the larger ones take seconds each. */
const MOST_STATES_OF_SCENARIO = 4_000;
/** Of a mutant; most of them break as the scenarios do. */
const MOST_STATES_OF_MUTANT = 500;
/** Of these it is also looked for what could still be left out. */
const THOROUGH = ['dirty/b03-clear-vs-fault', 'dirty/reclaim#no-put', 'dirty/munmap#no-flush', 'machine/irqs-off-deadlock', 'classic/bakery-3#no-doorway', 'classic/elevator-4#motor-on'];

const counts: Readonly<Record<string, { readonly states: number }>> = expected;
const failing = allCases(scenarios).filter((c) => c.expect.verdict !== 'holds' && (counts[c.id]?.states ?? Infinity) <= MOST_STATES && !breaksProgress(c));

describe('a long failing run of a scenario becomes a shortest one of a smallest world', () => {
  it.each(failing.filter((c) => (c.mutation === null && counts[c.id]!.states <= MOST_STATES_OF_SCENARIO) || THOROUGH.includes(c.id)).map((c) => [c.id, c] as const))('%s', { timeout: 120_000 }, async (id, c) => {
    const graph = lower(c.build());
    const long = await longRun(graph);
    if (long === null) throw new Error('nothing was found to shrink');
    const shrunk = await shrink(c.whole, long, long.target, { lower, maxStates: MOST_STATES });
    expect(shrunk.proved).toBe(true);
    expect(shrunk.undecided).toEqual([]);
    expect(await faults(c.whole, shrunk, THOROUGH.includes(id))).toEqual([]);
    expect(shrunk.minimal.schedule.length).toBeLessThanOrEqual((await shortestRun(graph, long.target, long.schedule.length, { maxStates: MOST_STATES }) as Found).found.length);
  });
});

describe('replaying parts of a long failing run gets near a shortest one', () => {
  const factors: number[] = [];

  const mutants = failing.filter((c) => c.mutation !== null && counts[c.id]!.states <= MOST_STATES_OF_MUTANT);

  it.each(mutants.map((c) => [c.id, c] as const))('%s', { timeout: 120_000 }, async (_, c) => {
    const graph = lower(c.build());
    const long = (await longRun(graph))!;
    const short = shrunkByReplay(graph, long.target, long.schedule)!;
    expect(recheck(graph, short, long.target).schedule).toBe(short);
    expect(needlessSteps(graph, short, long.target)).toEqual([]);
    const shortest = await shortestRun(graph, long.target, short.length, { maxStates: MOST_STATES }) as Found;
    factors.push(short.length / shortest.found.length);
  });

  it('and most often is one', () => {
    expect(factors.filter((factor) => factor === 1).length).toBeGreaterThan(0.75 * factors.length);
    expect(Math.max(...factors)).toBeLessThan(4);
  });
});
