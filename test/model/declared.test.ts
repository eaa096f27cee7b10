import { describe, expect, it } from 'vitest';
import type { Buildable } from '../../model/scenario.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import expected from '../../model/scenarios/expected.json' with { type: 'json' };

function propertiesOf(world: Buildable): string[] {
  const { properties, progress = [] } = world.build();
  return [...properties, ...progress].map((p) => p.name);
}

/** No vacuous green: what a scenario must declare before its verdict says anything. */
describe.each(scenarios.map((s) => [s.id, s] as const))('%s', (id, s) => {
  it('says who claimed what, and pins its counts', () => {
    expect(s.about.length).toBeGreaterThan(20);
    expect(Object.keys(expected)).toContain(id);
    for (const m of s.mutants) expect(Object.keys(expected)).toContain(`${id}#${m.name}`);
  });

  it.runIf(s.expect.verdict === 'holds')('holds, names states to reach, and has a mutant that must fail', () => {
    expect(s.build().reaches.length).toBeGreaterThan(0);
    expect(s.mutants.length).toBeGreaterThan(0);
    for (const m of s.mutants) expect(m.expect.verdict).not.toBe('holds');
  });

  it.runIf(s.expect.verdict !== 'holds')('breaks, names what, and pins the shortest trace', () => {
    expect(s.expect.steps).toBeGreaterThan(0);
    if (s.expect.verdict === 'violated') expect([...propertiesOf(s), 'assertion']).toContain(s.expect.property);
    if (s.catalogueSteps !== undefined) expect(s.lengthNote).toBeTruthy();
  });

  it('has mutants that break a named property of their own program', () => {
    for (const m of s.mutants) {
      const known = [...propertiesOf(m), 'assertion'];
      if (m.expect.verdict === 'violated') expect(known).toContain(m.expect.property);
    }
  });
});

it('has no two scenarios of one name', () => {
  expect(new Set(scenarios.map((s) => s.id)).size).toBe(scenarios.length);
});
