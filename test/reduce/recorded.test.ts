/** What is recorded of reduced searches is of the scenarios that there are, and a sample of it is found again; the gate searches more of it with `reductions --check`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allCases, type Case } from '../../cli/cases.ts';
import { COLUMNS, readReductions } from '../../cli/reductions-file.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';

const recorded = await readReductions();
const expected = JSON.parse(readFileSync(new URL('../../model/scenarios/expected.json', import.meta.url), 'utf8')) as Record<string, { readonly states: number }>;
const cases = allCases(scenarios);
/** States without reductions: all that have no more are recorded. */
const ALL_UP_TO = 5_000;

describe('model/scenarios/reductions.json', () => {
  it('speaks of every scenario and mutant, but for some large ones, and of no other', () => {
    const ids = new Set(cases.map((c) => c.id));
    expect(Object.keys(recorded).filter((id) => !ids.has(id))).toEqual([]);
    expect([...ids].filter((id) => recorded[id] === undefined && (expected[id]?.states ?? Infinity) <= ALL_UP_TO)).toEqual([]);
  });

  it('counts without reductions what verify counts', () => {
    expect(Object.entries(recorded).filter(([id, r]) => r.plain !== expected[id]?.states)).toEqual([]);
  });

  it('gives a reason where no states are given', () => {
    for (const [id, r] of Object.entries(recorded)) expect([id, COLUMNS.every(({ name }) => r[name] !== undefined)]).toEqual([id, r.over === undefined && r.progress === undefined]);
  });
});

/** Every so many of those that are searched in no time. */
const SAMPLE = 20;
const SMALL = 400;
const small = cases.filter((c) => (expected[c.id]?.states ?? Infinity) < SMALL && recorded[c.id]?.progress !== true);

it.each(small.filter((_, i) => i % Math.ceil(small.length / SAMPLE) === 0).map((c): [string, Case] => [c.id, c]))('%s is found as recorded', async (id, c) => {
  const graph = lower(c.build());
  const found = Object.fromEntries(await Promise.all(COLUMNS.map(async ({ name, ideas }) => [name, (await check(graph, { reduce: ideas })).states] as const)));
  expect({ model: graph.hash.slice(0, 8), plain: expected[id]?.states, ...found }).toEqual(recorded[id]);
});
