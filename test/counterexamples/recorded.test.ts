/** The recorded traces stand up to strict replay, and are what a search finds today. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../counterexamples/parse.ts';
import { recheck, refuseStale } from '../../counterexamples/recheck.ts';
import { buildTrace } from '../../counterexamples/trace.ts';
import { broken, fileOf, freshTrace, REGENERATE } from '../../counterexamples/recorded/traces.ts';
import { lower } from '../../model/language/lower.ts';

const folder = path.join(import.meta.dirname, '../../counterexamples/recorded');
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).map((name) => name.replaceAll(path.sep, '/'));

it('there is one of every scenario that breaks, and no other', () => {
  expect(recorded.sort(), REGENERATE).toEqual(broken.map((s) => fileOf(s.id)).sort());
});

describe('is replayed, and found again by a search', () => {
  it.each(broken.map((s) => [s.id, s] as const))('%s', { timeout: 60_000 }, async (id, scenario) => {
    const file = path.join(folder, fileOf(id));
    const trace = parseTrace(readFileSync(file, 'utf8'), fileOf(id));
    const graph = lower(scenario.build());
    expect(trace.scenario).toBe(id);
    expect(() => { refuseStale(graph, id, trace.model); }, `stale: ${REGENERATE}`).not.toThrow();
    const schedule = trace.schedule.map(([thread, choice]) => ({ thread, choice }));
    const { moments, breakage } = recheck(graph, schedule, { property: trace.property, conjunct: trace.conjunct }, trace.loop);
    expect(buildTrace(id, graph, schedule, moments, breakage), REGENERATE).toEqual(trace);
    const fresh = await freshTrace(scenario);
    const found = ({ property, conjunct, schedule: { length } }: typeof trace): object => ({ property, conjunct, length });
    expect(fresh && found(fresh), REGENERATE).toEqual(found(trace));
    const { verdict, property = verdict, steps = schedule.length } = scenario.expect;
    expect([trace.property, schedule.length]).toEqual([property, steps]);
  });
});
