/** Every catalogue entry of the threads has a claim, and every verdict goes with what its scenarios are declared to answer. */
import { describe, expect, it } from 'vitest';
import { allCases } from '../../cli/cases.ts';
import { claims } from '../../model/claims/index.ts';
import { casesOf, objections } from '../../model/claims/rules.ts';
import { threads } from '../../model/claims/threads.ts';
import { scenarios } from '../../model/scenarios/index.ts';

/** Entries whose scenarios are still being written: exactly those without a claim. */
const MISSING: readonly string[] = [];

const cases = new Map(allCases(scenarios).map((c) => [c.id, c]));
const entries = threads.flatMap((t) => t.entries);

describe('entries', () => {
  it('are those of the catalogue', () => {
    expect(entries).toHaveLength(44);
  });

  it('have a claim each', () => {
    const claimed = new Set(claims.map((c) => c.entry));
    expect(entries.filter((entry) => !claimed.has(entry))).toEqual(MISSING);
    expect([...claimed].filter((entry) => !entries.includes(entry))).toEqual([]);
  });

  it('belong to the thread of their claim', () => {
    expect(claims.filter((c) => threads.find((t) => t.thread === c.thread)?.entries.includes(c.entry) !== true).map((c) => c.id)).toEqual([]);
  });
});

describe('ids', () => {
  it('are of the thread, and no two are the same', () => {
    expect(claims.filter((c) => !/^seed-\d{3}\/[a-z0-9.-]+$/.test(c.id) || !c.id.startsWith(`seed-${c.thread}/`)).map((c) => c.id)).toEqual([]);
    expect(claims.map((c) => c.id).filter((id, i, all) => all.indexOf(id) !== i)).toEqual([]);
  });

  it('are not those of other scenarios', () => {
    expect(claims.filter((c) => cases.has(c.id) && c.scenarios[0] !== c.id).map((c) => c.id)).toEqual([]);
  });

  it('of scenarios and failing cases exist', () => {
    expect(claims.flatMap(casesOf).filter((id) => !cases.has(id))).toEqual([]);
    expect(claims.flatMap((c) => c.scenarios).filter((id) => id.includes('#'))).toEqual([]);
  });
});

it.each(claims.map((c) => [c.id, c] as const))('%s: the verdict goes with its scenarios', (_, claim) => {
  expect(claim.scenarios.length).toBeGreaterThan(0);
  expect(objections(claim, (id) => cases.get(id)?.expect.verdict ?? null)).toEqual([]);
});

it('days are days, and sentences are there', () => {
  const dayless = claims.filter((c) => !/^\d{4}-\d\d-\d\d$/.test(c.date) || new Date(c.date).toISOString().slice(0, 10) !== c.date);
  expect(dayless.map((c) => c.id)).toEqual([]);
  expect(claims.filter((c) => [c.by, c.claim, c.why, c.new?.sure ?? '-', ...(c.assumptions ?? []).map((a) => a.what)].some((text) => text.trim() === '')).map((c) => c.id)).toEqual([]);
});

it('what nobody said is new, and says how sure we are', () => {
  expect(claims.filter((c) => (c.by === 'pterace') !== (c.new !== undefined)).map((c) => c.id)).toEqual([]);
});

describe('the rules', () => {
  const [claim] = claims;
  it('see a verdict that its scenario does not carry', () => {
    const of = (verdict: 'true' | 'false' | 'conditional') => ({ ...claim!, verdict, scenarios: ['x'], assumptions: [] });
    expect(objections(of('true'), () => 'violated')).toHaveLength(1);
    expect(objections(of('false'), () => 'holds')).toHaveLength(1);
    expect(objections(of('false'), () => 'deadlock')).toEqual([]);
    expect(objections(of('conditional'), () => 'holds')).toEqual(['it is conditional, and no assumption is named']);
    expect(objections({ ...of('conditional'), assumptions: [{ what: 'a', without: 'x#y' }] }, () => 'holds')).toHaveLength(1);
    expect(objections(of('true'), () => null)).toEqual([]);
  });
});
