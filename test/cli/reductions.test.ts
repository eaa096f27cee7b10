/** Flags and answers of reduced searches. */
import { expect, it } from 'vitest';
import { checkSchema, moversSchema, reductionsSchema } from '../../cli/json.ts';
import { fakeHost, runFake } from '../fake.ts';

it.each([
  [['--reduce', 'mover'], "option '--reduce <ideas>' argument 'mover' is invalid. There is no reduction 'mover'; did you mean movers?"],
  [['--reduce', 'all', '--search', 'dfs'], '--reduce only means something with --search bfs, not dfs'],
  [['--reduce', 'all', '--workers', '2'], '--reduce contradicts --workers'],
  [['--reduce', 'all', '--max-depth', '5'], '--reduce contradicts --max-depth'],
  [['--reduce', 'movers', '--spill', '.'], '--reduce contradicts --spill'],
])('refuses %j', async (flags, message) => {
  const { code, out, err } = await runFake(['check', 'fake/locked', ...flags]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

it('says what was on, and that the trace is a shortest one', async () => {
  const { code, out } = await runFake(['check', 'fake/unlocked', '--reduce', 'symmetry, movers', '--json']);
  expect(code).toBe(1);
  expect(checkSchema.parse(JSON.parse(out))).toMatchObject({ verdict: 'violated', steps: 4, shortest: true, reduced: { ideas: ['movers', 'symmetry'] } });
  const text = await runFake(['check', 'fake/unlocked', '--reduce', 'all']);
  expect(text.out.replace(/\s+/g, ' ')).toContain('the trace is a shortest one');
  expect(checkSchema.parse(JSON.parse((await runFake(['check', 'fake/locked', '--json'])).out)).reduced).toBeNull();
});

it('never says holds of a reduced search that was cut short', async () => {
  const { code, out } = await runFake(['check', 'fake/locked', '--reduce', 'movers', '--max-states', '1', '--json']);
  expect([code, checkSchema.parse(JSON.parse(out))]).toMatchObject([3, { verdict: 'incomplete', limit: 'states' }]);
});

it('shows for each step whether it commutes, and with what it does not', async () => {
  const { code, out } = await runFake(['show', 'fake/unlocked', '--movers', '--json']);
  const { steps } = moversSchema.parse(JSON.parse(out));
  expect(code).toBe(0);
  expect(steps.some((s) => s.moves === 'none' && s.against !== null)).toBe(true);
  const locked = moversSchema.parse(JSON.parse((await runFake(['show', 'fake/locked', '--movers', '--json'])).out));
  expect(new Set(locked.steps.map((s) => s.moves))).toEqual(new Set(['right', 'none', 'left']));
  // Under the lock too: the MMU takes none.
  expect(new Set(locked.steps.flatMap((s) => (s.moves === 'none' ? [s.against?.thread] : [])))).toEqual(new Set(['mmu0']));
  expect((await runFake(['show', 'fake/locked', '--movers'])).out).toContain('take a lock and may be delayed');
});

it('compares every reduction with what is declared and recorded', async () => {
  const expected = { 'fake/locked': { states: 30, transitions: 50, depth: 9 }, 'fake/unlocked': { states: 1000, transitions: 50, depth: 9 } };
  const host = fakeHost({ expected: () => Promise.resolve(expected) });
  const { code, out } = await runFake(['reductions', '--json', '--max-states', '100'], host);
  const { cases, leftOut } = reductionsSchema.parse(JSON.parse(out));
  expect([code, leftOut, cases.map((c) => c.scenario), cases.flatMap((c) => c.differences)]).toEqual([0, 2, ['fake/locked'], []]);
  expect(cases[0]?.all).toBeLessThan(30);
});
