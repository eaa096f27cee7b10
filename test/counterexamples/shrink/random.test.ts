/** Random failing runs of random worlds: what comes of them fails as before, is minimal, and never longer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrunkByReplay } from '../../../counterexamples/shrink/replayed.ts';
import { shrink } from '../../../counterexamples/shrink/shrink.ts';
import { lower } from '../../../model/language/lower.ts';
import { ModelError } from '../../../schedules/errors.ts';
import { programs } from '../../language/programs.ts';
import { graphs } from '../../schedules/graphs.ts';
import { fails, faults, longRun, needlessSteps } from './minimal.ts';

const CI = process.env['CI'] === undefined ? {} : { seed: 20061219 };

/** Null where nothing is found, or the model itself is wrong. */
async function failingRun(graph: Parameters<typeof longRun>[0]): ReturnType<typeof longRun> {
  try {
    return await longRun(graph);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

describe('of random graphs', () => {
  it('runs shrink by replay', { timeout: 120_000 }, async () => {
    let shrunk = 0;
    await fc.assert(fc.asyncProperty(graphs, async (graph) => {
      const long = await failingRun(graph);
      if (long === null) return;
      const short = shrunkByReplay(graph, long.target, long.schedule)!;
      expect(fails(graph, short, long.target)).toBe(true);
      expect(short.length).toBeLessThanOrEqual(long.schedule.length);
      expect(needlessSteps(graph, short, long.target)).toEqual([]);
      shrunk++;
    }), { ...CI, numRuns: 60 });
    expect(shrunk).toBeGreaterThan(5);
  });
});

describe('of random programs', () => {
  it('runs and worlds shrink', { timeout: 120_000 }, async () => {
    let cut = 0;
    await fc.assert(fc.asyncProperty(programs, fc.boolean(), async (program, searched) => {
      const long = await failingRun(lower(program));
      if (long === null) return;
      const whole = { build: () => program };
      const shrunk = await shrink(whole, long, long.target, { lower, maxStates: searched ? 50_000 : 10 });
      expect(await faults(whole, shrunk, searched)).toEqual([]);
      cut += shrunk.minimal.cuts.length;
    }), { ...CI, numRuns: 40 });
    expect(cut).toBeGreaterThan(3);
  });
});
