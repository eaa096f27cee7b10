/** The flags of searches that are not exhaustive, and what is said of what they covered. */
import { describe, expect, it } from 'vitest';
import { coverageText } from '../../cli/coverage.ts';
import { checkSchema } from '../../cli/json.ts';
import { runFake } from '../fake.ts';

const locked = ['check', 'fake/locked'];

describe('check --search preemptions', () => {
  it('says how many preemptions were covered', async () => {
    const { code, out } = await runFake([...locked, '--search', 'preemptions', '--bound', '0']);
    expect(code).toBe(3);
    expect(out).toMatch(/incomplete: schedules with more preemptions were not looked at/);
    expect(out).toMatch(/covered +all schedules with at most 0 preemptions/);
  });

  it('holds where no schedule needs more than the bound', async () => {
    const { code, out } = await runFake([...locked, '--search', 'preemptions', '--bound', '1000']);
    expect([code, out]).toEqual([0, expect.stringMatching(/verdict +holds/)]);
  });

  it('finds what is there, with as few as it needs', async () => {
    const { code, out } = await runFake(['check', 'fake/unlocked', '--search', 'preemptions', '--json']);
    const answer = checkSchema.parse(JSON.parse(out));
    expect([code, answer.verdict, answer.coverage, answer.shortest]).toEqual([1, 'violated', { kind: 'preemptions', bound: 0 }, false]);
  });
});

describe('check --search pct', () => {
  it('says what it promises', async () => {
    const { code, out } = await runFake([...locked, '--search', 'pct', '--depth', '2', '--walks', '100', '--seed', '3']);
    expect(code).toBe(3);
    expect(out).toMatch(/covered +100 runs of at most 8 steps \(k\) by 2 threads \(n\); how likely they\s+meet a bug of depth 2 is not known: the model has daemons, whose\s+steps are drawn/);
  });

  it('is in the JSON, too', async () => {
    const { out } = await runFake(['check', 'fake/unlocked', '--search', 'pct', '--json']);
    const answer = checkSchema.parse(JSON.parse(out));
    expect([answer.verdict, answer.coverage]).toEqual(['violated', expect.objectContaining({ kind: 'pct', depth: 3, threads: 2 })]);
  });
});

describe('what was covered', () => {
  it.each([
    [{ kind: 'preemptions', bound: -1 }, 'not even all schedules without preemptions'],
    [{ kind: 'preemptions', bound: 1 }, 'all schedules with at most 1 preemption'],
    [
      { kind: 'pct', runs: 5, depth: 3, threads: 2, steps: 10, counted: 4, probability: null, reason: 'some runs were cut short' },
      '5 runs of at most 10 steps (k) by 2 threads (n); how likely they meet a bug of depth 3 is not known: some runs were cut short',
    ],
    [
      { kind: 'pct', runs: 5, depth: 1, threads: 3, steps: 10, counted: 1, probability: 2 / 3, reason: null },
      '5 runs of at most 10 steps (k) by 3 threads (n); a bug of depth 1 (d) is met by one of the last 1 with probability at least 66.66 %, 1 - (1 - 1/(n k^(d-1)))^1',
    ],
  ] as const)('%j', (coverage, text) => {
    expect(coverageText(coverage)).toBe(text);
  });
});

describe('mistakes', () => {
  it.each([
    [['--bound', '1'], /--bound only means something with --search preemptions/],
    [['--search', 'pct', '--bound', '1'], /--bound only means something with --search preemptions/],
    [['--search', 'random', '--depth', '2'], /--depth only means something with --search pct/],
    [['--search', 'preemptions', '--seed', '2'], /--seed only means something with --search random or pct/],
    [['--search', 'preemptions', '--bound', '-1'], /positive whole number/],
    [['--search', 'pct', '--depth', '0'], /positive whole number/],
    [['--search', 'preemptions', '--max-depth', '9'], /--max-depth contradicts --search preemptions, which is bounded by --bound/],
    [['--search', 'pct', '--max-depth', '9'], /--max-depth contradicts --search pct; the length of a walk is --walk-length/],
    [['--search', 'preemptions', '--workers', '2'], /--workers only means something with --search bfs/],
  ])('%j is refused in one line', async (flags, message) => {
    const { code, out, err } = await runFake([...locked, ...flags]);
    expect([code, out, err.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(err).toMatch(message);
  });
});
