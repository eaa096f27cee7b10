/** All engines on some hundred random models; `npm run random-models` compares as many as one likes. */
import { expect, test } from 'vitest';
import { agree, distribution } from './agree.ts';
import { differences, ENGINES } from './engines.ts';

const COUNT = 300;
const seed = process.env['CI'] === undefined ? Math.floor(Math.random() * 2 ** 31) : 20060925;

test('all engines say the same of random models', { timeout: 300_000 }, async () => {
  const { tally, disagreement } = await agree({ count: COUNT, seed });
  expect(disagreement, `seed ${seed}`).toBeNull();
  expect(tally.compared, 'most models are small enough').toBeGreaterThan(COUNT * 0.7);
  const of = (...verdicts: string[]): number => verdicts.reduce((sum, v) => sum + (tally.verdicts.get(v) ?? 0), 0);
  const shown = `${JSON.stringify([...tally.verdicts])}, states: ${distribution(tally.sizes)}, seed ${seed}`;
  for (const n of [of('holds', 'vacuous'), of('violated'), of('deadlock')]) expect(n, shown).toBeGreaterThan(COUNT / 20);
  for (const engine of ENGINES) expect(tally.answered.get(engine.name) ?? 0, engine.name).toBeGreaterThan(COUNT / 4 / engine.every);
});

test('an engine that is wrong is heard, with a small model', { timeout: 300_000 }, async () => {
  const wrong = { name: 'wrong', every: 1, ask: () => Promise.resolve({ fails: false }) };
  const { disagreement } = await agree({ count: COUNT, seed, more: [wrong], shrinkSeconds: 2 });
  expect(disagreement).toMatch(/^wrong: fails false, not true\nseed \d+, path [\d:]+\n/);
});

test('what an engine does not claim is not held against it', () => {
  const expected = { verdict: 'violated', fails: true, length: 3, states: 9, transitions: 12, never: '' } as const;
  const [first] = ENGINES;
  expect(differences(first!, expected, { fails: true, length: 4 })).toEqual([`${first!.name}: length 4, not 3`]);
  expect(differences({ ...first!, whenFailing: ['fails'] }, expected, { fails: true, length: 4 })).toEqual([]);
});
