/** Plain and reduced searches on some hundred random worlds; `npm run random-models -- --worlds` compares as many as one likes. */
import { expect, test } from 'vitest';
import { agreeReduced } from './reductions.ts';

const COUNT = 150;
const seed = process.env['CI'] === undefined ? Math.floor(Math.random() * 2 ** 31) : 20061216;

test('reduced searches say what plain ones say of random worlds', { timeout: 300_000 }, async () => {
  const { tally, disagreement } = await agreeReduced({ count: COUNT, seed });
  expect(disagreement, `seed ${seed}`).toBeNull();
  const shown = `${JSON.stringify({ ...tally, verdicts: [...tally.verdicts] })}, seed ${seed}`;
  expect(tally.compared, shown).toBeGreaterThan(COUNT * 0.8);
  expect(tally.symmetric, shown).toBeGreaterThan(COUNT / 50);
  expect(tally.plain / tally.kept, shown).toBeGreaterThan(2);
  const of = (...verdicts: string[]): number => verdicts.reduce((sum, v) => sum + (tally.verdicts.get(v) ?? 0), 0);
  for (const n of [of('holds', 'vacuous'), of('violated'), of('deadlock')]) expect(n, shown).toBeGreaterThan(COUNT / 20);
});
