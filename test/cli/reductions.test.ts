/** Flags and answers of reduced searches. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkSchema, moversSchema, reductionsSchema } from '../../cli/json.ts';
import type { Host } from '../../cli/host.ts';
import { readReductions, saveReductions, type ReductionRecord, type ReductionRecords } from '../../cli/reductions-file.ts';
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

/** A host with a record in memory; counts its searches. */
function hostWith(records: ReductionRecords = {}) {
  const state = { records, searches: 0 };
  const real = fakeHost();
  const host: Host = {
    ...real,
    expected: () => Promise.resolve({ 'fake/locked': { states: 30, transitions: 50, depth: 9 }, 'fake/locked#no-lock': { states: 40, transitions: 50, depth: 9 }, 'fake/unlocked': { states: 40, transitions: 50, depth: 9 } }),
    check: (graph, options) => {
      state.searches++;
      return real.check(graph, options);
    },
    recordedReductions: () => Promise.resolve(state.records),
    saveReductions: (saved) => {
      state.records = saved;
      return Promise.resolve();
    },
  };
  const run = (...argv: string[]) => runFake(['reductions', ...argv], host);
  const answer = async (...argv: string[]) => {
    const { code, out } = await run(...argv, '--json');
    return { code, ...reductionsSchema.parse(JSON.parse(out)) };
  };
  return { state, run, answer };
}

const changed = (records: ReductionRecords, to: Partial<ReductionRecord>): ReductionRecords => ({ ...records, 'fake/locked': { ...records['fake/locked']!, ...to } });

describe('reductions --update', () => {
  it('records every search, and searches again only worlds that have changed', async () => {
    const { state, run } = hostWith({ 'fake/gone': { model: '0', plain: 1, all: 1 } });
    expect((await run('--update')).code).toBe(0);
    expect([Object.keys(state.records).sort(), state.searches]).toEqual([['fake/locked', 'fake/locked#no-lock', 'fake/unlocked'], 12]);
    expect(state.records['fake/locked']).toMatchObject({ model: '11111111', plain: 30 });
    const first = state.records;
    await run('--update');
    expect([state.records, state.searches]).toEqual([first, 12]);
    state.records = changed(first, { model: '00000000', all: 1 });
    await run('--update');
    expect([state.records, state.searches]).toEqual([first, 16]);
  });

  it('records that a search was cut short, and goes on when it may keep more', async () => {
    const { state, run, answer } = hostWith();
    await run('--update', '--max-kept', '2', 'fake/locked');
    expect(state.records['fake/locked']).toEqual({ model: '11111111', plain: 30, symmetry: 30, over: 2 });
    expect((await run('--recorded', 'fake/locked')).out).toMatch(/fake\/locked +30 +> 2 +> 2 +30 +> 2 +-/);
    expect((await answer('--recorded')).cases[0]).toMatchObject({ movers: null, all: null, over: 2 });
    await run('--update');
    expect(state.records['fake/locked']?.over).toBeUndefined();
  });

  it('says of a world that asks for progress that no search of it is reduced', async () => {
    const host = fakeHost();
    const [first] = await host.scenarios();
    const asking = { ...first!, mutants: [], build: () => ({ ...first!.build(), progress: [{ name: 'L', prose: '', from: { e: 'const', value: 1 }, to: { e: 'const', value: 1 }, fairness: 'weak', loc: { file: '', line: 1 } }] }) } as unknown as typeof first;
    const { code, out } = await runFake(['reductions', '--json'], { ...host, scenarios: () => Promise.resolve([asking!]), expected: () => Promise.resolve({ 'fake/locked': { states: 30, transitions: 50, depth: 9 } }) });
    expect([code, reductionsSchema.parse(JSON.parse(out)).cases[0]]).toMatchObject([0, { progress: true, all: null }]);
  });
});

describe('reductions --check', () => {
  it('notices another world, other counts and what is not recorded; of the large ones only the world', async () => {
    const { state, run, answer } = hostWith();
    await run('--update');
    expect((await run('--check')).code).toBe(0);
    const first = state.records;
    const complaints = async (records: ReductionRecords, ...argv: string[]): Promise<string[]> => {
      state.records = records;
      const { code, cases } = await answer('--check', ...argv);
      const found = cases.flatMap((c) => c.differences.map((d) => `${c.scenario}: ${d}`));
      expect(code).toBe(found.length > 0 ? 1 : 0);
      return found;
    };
    expect(await complaints(changed(first, { model: '00000000' }))).toEqual([expect.stringContaining('fake/locked: the world has changed: recorded 00000000, now 11111111')]);
    expect(await complaints(changed(first, { model: '00000000' }), '--max-states', '5')).toHaveLength(1);
    expect(await complaints(changed(first, { all: 1 }))).toEqual([expect.stringMatching(/^fake\/locked: all: recorded 1 states, found \d+$/)]);
    expect(await complaints(changed(first, { all: 1 }), '--max-states', '5')).toEqual([]);
    expect(await complaints({}, 'fake/unlocked')).toEqual(['fake/unlocked: nothing recorded (reductions --update records it)']);
  });

  it.each([[['--check', '--update']], [['--recorded', '--check']], [['--recorded', '--max-states', '5']]])('refuses %j', async (flags) => {
    expect((await runFake(['reductions', ...flags])).code).toBe(2);
  });
});

it('says where reductions pay and where they do not, and draws it', async () => {
  const world = { model: '11111111', movers: 30, persistent: 30, symmetry: 30 };
  const { run, answer } = hostWith({ 'fake/locked': { ...world, plain: 30, all: 10 }, 'fake/locked#no-lock': { ...world, plain: 40, all: 39 }, 'fake/unlocked': { ...world, plain: 40, all: 20 } });
  const { groups } = await answer('--recorded');
  expect(groups.map((g) => [g.name, g.worlds, g.median.all, g.least, g.most, g.unpaid])).toEqual([
    ['all', 3, 2, 'fake/locked#no-lock', 'fake/locked', 1], ['holds', 1, 3, 'fake/locked', 'fake/locked', 0], ['fails', 2, (40 / 39 + 2) / 2, 'fake/locked#no-lock', 'fake/unlocked', 1], ['fake/', 3, 2, 'fake/locked#no-lock', 'fake/locked', 1],
  ]);
  expect((await run('--recorded')).out).toContain('keep more than four in five of their states: fake/locked#no-lock');
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'pterace-')), 'chart.svg');
  await run('--recorded', '--svg', file);
  expect(readFileSync(file, 'utf8').match(/<title>fake\/[^<]*/g)).toEqual(['<title>fake/locked: 30 states, 10 kept, 3.0x', '<title>fake/locked#no-lock: 40 states, 39 kept, 1.0x', '<title>fake/unlocked: 40 states, 20 kept, 2.0x']);
});

it('model/scenarios/reductions.json is read as it was written, is nothing before, and refused where it is no record', async () => {
  const url = pathToFileURL(path.join(mkdtempSync(path.join(tmpdir(), 'pterace-')), 'reductions.json'));
  expect(await readReductions(url)).toEqual({});
  await saveReductions({ b: { model: '01234567', plain: 5, over: 3 }, a: { model: '01234567', plain: 5, progress: true } }, url);
  expect(Object.entries(await readReductions(url))).toEqual([['a', { model: '01234567', plain: 5, progress: true }], ['b', { model: '01234567', plain: 5, over: 3 }]]);
  writeFileSync(url, '{');
  await expect(readReductions(url)).rejects.toThrow(/cannot read the recorded reductions/);
});
