/** Reductions that are wrong on purpose, before random worlds: a comparison that does not notice them would prove little of the right ones. */
import { afterEach, expect, it, vi } from 'vitest';
import { WRONG, type Wrong } from '../reduce/wrong.ts';
import { agreeReduced } from './reductions.ts';
import { sketches } from './sketches.ts';

const SEED = 20061216;

/** How many sketches of that seed are enough, with some to spare. */
const ENOUGH: readonly [Wrong, number][] = [['visibility', 20], ['visibility in a state', 20], ['dependence', 30], ['sleep', 30], ['wakers', 80], ['locks', 120], ['ends', 250]];

afterEach(() => { vi.restoreAllMocks(); });

it.each(ENOUGH)('without %s some of %i random worlds disagree', { timeout: 300_000 }, async (what, count) => {
  WRONG[what]();
  const { disagreement } = await agreeReduced({ count, seed: SEED, of: sketches, shrinkSeconds: 0 });
  expect(disagreement).not.toBeNull();
});
