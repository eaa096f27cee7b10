/**
 * State counts published with BEEM (R. Pelánek, "BEEM: Benchmarks for explicit model checkers", SPIN 2007), for those of
 * its models that ours are the same as, transition for transition: no process has a variable of its own, so that nothing
 * depends on how long a dead one is kept. Its other models of these families keep theirs and count more.
 */
import { expect, test } from 'vitest';
import { alurTaubenfeld } from '../../model/classics/alur-taubenfeld.ts';
import { fischer } from '../../model/classics/fischer.ts';
import { hanoi } from '../../model/classics/hanoi.ts';
import { philosophers } from '../../model/classics/philosophers.ts';
import { sliding } from '../../model/classics/sliding.ts';
import { lower } from '../../model/language/lower.ts';
import type { Program } from '../../model/language/ir.ts';
import { check } from '../../schedules/check.ts';

/**
 * BEEM's name, our model, its states. The bigger ones of the same models take seconds each and are the same, too: at.3
 * (4, 2, 4) 1,711,620, at.4 (5, 1, 3) 6,597,245, fischer.3 (6, 3, 3) 2,896,705, fischer.4 (7, 2, 3) 1,272,254, fischer.6
 * (8, 2, 3) 8,321,728, hanoi.2 (12) 531,441, hanoi.3 (15) 14,348,907, phils.6 (15) 14,348,906.
 */
const PUBLISHED: readonly (readonly [string, () => Program, number])[] = [
  ['phils.3', () => philosophers(6, { leftHanded: true }), 729],
  ['phils.5', () => philosophers(12, { leftHanded: false, daemon: 'service' }), 531_440],
  ['hanoi.1', () => hanoi(8), 6561],
  ['fischer.1', () => fischer(3, 2, 3), 634],
  ['fischer.2', () => fischer(4, 3, 3), 21_733],
  ['at.1', () => alurTaubenfeld(3, 2, 5), 39_354],
  ['at.2', () => alurTaubenfeld(3, 2, 3), 49_443],
];

test.each(PUBLISHED)('%s', async (_, build, states) => {
  expect((await check(lower(build()), { properties: [] })).states).toBe(states);
});

test('loyd.1 notes in a bit of its own whether the goal was met, so that it has each position twice', async () => {
  expect(2 * (await check(lower(sliding(2, 3, [0, 1, 2, 3, 4, 5])), { properties: [] })).states).toBe(720);
});
