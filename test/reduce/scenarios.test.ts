/** Every kernel and machine world, mutants included, below 20,000 states: the reduced search says what the plain one says. */
import { expect, it } from 'vitest';
import { smallCases } from '../schedules/cases.ts';
import { compare } from './compare.ts';

const MOST = 20_000;
const cases = smallCases(MOST, 1).filter(({ id }) => id.startsWith('dirty/') || id.startsWith('machine/'));

it(`${cases.length} worlds`, { timeout: 300_000 }, async () => {
  expect(cases.length).toBeGreaterThan(90);
  let [plain, kept] = [0, 0];
  for (const { id, lower } of cases) {
    const compared = await compare(lower(), [['movers', 'persistent', 'symmetry']]);
    expect(compared.differences, id).toEqual([]);
    if (compared.verdict !== 'holds') continue;
    plain += compared.plain;
    kept += compared.kept;
  }
  expect(plain / kept, 'times fewer states').toBeGreaterThan(5);
});

it('a claim broken on the way to a successor that is left out has its trace', async () => {
  const [world] = smallCases(MOST, 1).filter(({ id }) => id === 'swap/mprotect#dirt-lost');
  expect((await compare(world!.lower(), [['movers', 'persistent']])).differences).toEqual([]);
});
