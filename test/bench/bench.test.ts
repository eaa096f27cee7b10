/** The comparison with other checkers: its arithmetic, its table and what of it is committed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { chart } from '../../bench/chart.ts';
import { measured, resultsSchema, wrong, type Results } from '../../bench/results.ts';
import { circumstances, table } from '../../bench/table.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'bench', 'results');

const run = (seconds: number, megabytes: number, states = 1000, transitions = 3000) => ({ seconds, searchSeconds: seconds / 2, rssBytes: megabytes * 1000, states, transitions });

const RESULTS: Results = resultsSchema.parse({
  scenario: 'fake/world', states: 1000, transitions: 3000,
  machine: { date: '2026-01-02', commit: 'abc', cpu: 'Some CPU', cores: 2, memoryBytes: 2 ** 33, system: 'Linux x64', load: 0.1, versions: { Node: '20.1', spin: '6.5.2' } },
  rows: [
    { tool: 'pterace', name: 'pterace', how: '', reduces: false, buildSeconds: 0, runs: [run(3, 40), run(1, 20), run(2, 30)] },
    { tool: 'spin', name: 'Spin', how: '', reduces: false, buildSeconds: 10, runs: [run(4, 60), run(4, 60)] },
    { tool: 'spin', name: 'Spin, reduced', how: '', reduces: true, buildSeconds: 10, runs: [run(1, 30, 500, 900)] },
    { tool: 'rumur', name: 'Rumur', how: '', reduces: false, buildSeconds: 1, runs: [run(8, 15, 1000, 2999)] },
  ],
});

describe('the table', () => {
  it('shows medians, rates, bytes and how others stand to us', () => {
    const lines = table(RESULTS).split('\n').slice(2).map((l) => l.slice(2, -2).split(' | '));
    expect(lines).toEqual([
      ['pterace', '1,000', '2.00 s (1.00 … 3.00)', '1 k', '2 k', '30.0', '2.0 s', '', ''],
      ['Spin', '1,000', '4.00 s (4.00 … 4.00)', '0 k', '1 k', '60.0', '14.0 s', '2.00', '2.00'],
      ['Spin, reduced', '500 (reduced)', '1.00 s (one run)', '1 k', '1 k', '60.0', '11.0 s', '0.50', '1.00'],
      ['Rumur', '1,000 (counts differ!)', '8.00 s (one run)', '0 k', '0 k', '15.0', '9.0 s', '4.00', '0.50'],
    ]);
  });

  it('is told from counts that are not those recorded', () => {
    expect(wrong(RESULTS).map((r) => r.name)).toEqual(['Rumur']);
  });

  it('says where, when and how often', () => {
    expect(circumstances(RESULTS)).toBe('fake/world: 1,000 states, 3,000 transitions; medians of 3 alternating runs (least … most), 2026-01-02, Some CPU, 2 cores, 8 GB, Linux x64, Node 20.1, spin 6.5.2; load before it began 0.1.');
  });

  it('knows the search alone where every run says it', () => {
    expect(RESULTS.rows.map((r) => measured(r).search)).toEqual([1, 2, 0.5, 4]);
  });
});

it('the chart names every row and shows its figures', () => {
  const svg = chart(RESULTS);
  for (const text of ['fake/world, 1,000 states', 'pterace', 'Spin, reduced', 'Rumur']) expect(svg).toContain(text);
  expect(svg.startsWith('<svg')).toBe(true);
});

const committed = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

it.each(committed)('%s is complete, counts what is recorded and names no machine', (name) => {
  const text = readFileSync(path.join(FOLDER, name), 'utf8');
  const results = resultsSchema.parse(JSON.parse(text));
  const recorded = JSON.parse(readFileSync(path.join(FOLDER, '..', '..', 'model', 'scenarios', 'expected.json'), 'utf8')) as Record<string, unknown>;
  expect(recorded[results.scenario]).toMatchObject({ states: results.states, transitions: results.transitions });
  expect(wrong(results)).toEqual([]);
  expect(text).not.toMatch(/\/(home|root|tmp|work)\b|http/);
  expect(readFileSync(path.join(FOLDER, name.replace(/json$/, 'svg')), 'utf8')).toBe(chart(results));
});
