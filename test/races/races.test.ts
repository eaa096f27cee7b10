import { describe, expect, it } from 'vitest';
import { races } from '../../model/races/index.ts';
import { compareReleases, isRelease, within } from '../../model/races/releases.ts';
import { SUBSYSTEMS } from '../../model/races/race.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const cases = new Set(scenarios.flatMap((s) => [s.id, ...s.mutants.map((m) => `${s.id}#${m.name}`)]));
const verdictOf = (id: string): string | undefined => scenarios.find((s) => s.id === id)?.expect.verdict;

describe.each(races.map((race) => [race.id, race] as const))('%s', (_, race) => {
  it('has scenarios that fail, scenarios that hold, and controls that exist', () => {
    expect(race.broken.length).toBeGreaterThan(0);
    expect(race.repaired.length).toBeGreaterThan(0);
    expect(race.broken.map(verdictOf).filter((v) => v !== 'violated' && v !== 'deadlock')).toEqual([]);
    expect(race.repaired.map(verdictOf).filter((v) => v !== 'holds')).toEqual([]);
    expect(race.controls.map((c) => c.case).filter((id) => !cases.has(id))).toEqual([]);
    if (race.closest !== undefined) {
      expect(verdictOf(race.closest.broken)).not.toBe('holds');
      expect(verdictOf(race.closest.repaired)).toBe('holds');
    }
  });

  it('names well-formed commits, releases and CVEs', () => {
    for (const { hash, release, author } of race.commits) {
      expect(hash).toMatch(/^[0-9a-f]{12,40}$/);
      expect(isRelease(release)).toBe(true);
      expect(author).not.toBe('');
    }
    const { since, fixed } = race.affected ?? { since: '2.6', fixed: null };
    expect(isRelease(since)).toBe(true);
    if (fixed !== null) expect(compareReleases(since, fixed)).toBeLessThan(0);
    if (race.affected === null) expect(race.notes).toBeTruthy();
    if (race.cve !== undefined) expect(race.cve).toMatch(/^CVE-\d{4}-\d{4,}$/);
    expect(SUBSYSTEMS).toContain(race.subsystem);
    expect(race.procedures.length).toBeGreaterThan(0);
  });

  it('is called by its entry', () => {
    expect(race.entry).toMatch(/^B\d\d$/);
    expect(race.id.startsWith(`${race.entry.toLowerCase()}-`)).toBe(true);
  });
});

it('no two races share an id or an entry', () => {
  expect(new Set(races.map((r) => r.id)).size).toBe(races.length);
  expect(new Set(races.map((r) => r.entry)).size).toBe(races.length);
});

it('releases are in order of time', () => {
  const order = ['2.6.9', '2.6.19-rc1', '2.6.19', '2.6.19.1', '2.6.20-rc3', '2.6.20-rc10', '2.6.20', '3.0', '3.15-rc3', '3.15', '6.2-rc1', '6.2'];
  expect([...order].reverse().sort(compareReleases)).toEqual(order);
  expect(within('2.6.20-rc2', { since: '2.6.19', fixed: '2.6.20-rc3' })).toBe(true);
  expect(within('2.6.20-rc3', { since: '2.6.19', fixed: '2.6.20-rc3' })).toBe(false);
  expect(within('6.2', { since: '2.6.19', fixed: null })).toBe(true);
  expect(['2.6', '6.2-rc1', '2.6.19.7'].every(isRelease)).toBe(true);
  expect(['6', 'v6.2', '6.2-', 'next', ''].some(isRelease)).toBe(false);
});
