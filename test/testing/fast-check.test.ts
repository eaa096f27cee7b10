import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lower } from '../../model/language/lower.ts';
import { run } from '../../schedules/replay.ts';
import { switchesIn } from '../../schedules/outcome.ts';
import { breaks, schedules, type Schedule } from '../../testing/fast-check.ts';
import { fakeGraph } from '../fake.ts';
import { lostUpdate } from './lost-update.ts';

const racy = lower(lostUpdate(false));
const safe = lower(lostUpdate(true));

it('generates only valid runs, of every length', () => {
  const lengths = new Set<number>();
  fc.assert(fc.property(schedules(racy, { maxLength: 8 }), (schedule) => {
    lengths.add(schedule.length);
    expect(() => run(racy, schedule)).not.toThrow();
  }), { seed: 1 });
  expect([...lengths].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
});

it('finds nothing where nothing is', () => {
  fc.assert(fc.property(schedules(safe), (schedule) => breaks(safe, schedule) === null), { seed: 1 });
});

it.each([1, 2, 3, 4, 5])('shrinks to a shortest failing schedule with few switches (seed %i)', (seed) => {
  const graph = fakeGraph('unlocked', false);
  const found = fc.check(fc.property(schedules(graph, { maxLength: 30 }), (schedule) => breaks(graph, schedule) === null), { seed, numRuns: 1000 });
  const [schedule] = found.counterexample as [Schedule];
  expect(schedule).toHaveLength(4);
  expect(switchesIn(schedule)).toBe(2);
});
