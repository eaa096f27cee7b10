import { describe, expect, it } from 'vitest';
import { agents, cellId, cellNamed, cellScenario, choices, fieldOf, findings, kindsOf } from '../../model/matrix/index.ts';
import recorded from '../../model/matrix/expected.json' with { type: 'json' };
import type { Scenario } from '../../model/scenario.ts';
import { lower } from '../../model/language/lower.ts';
import { check } from '../../schedules/check.ts';

const fields = choices(agents, 2).map((pair) => fieldOf(pair));
const cells = fields.flatMap((f) => f.cells);
const scenarios = cells.map(cellScenario);
const mutants = scenarios.flatMap((s) => s.mutants.map((m): [string, Scenario['mutants'][number]] => [`${s.id}#${m.name}`, m]));

describe('the matrix', () => {
  it('has a field for every pair, and worlds or a reason in each', () => {
    expect(fields).toHaveLength((agents.length * (agents.length + 1)) / 2);
    for (const f of fields) expect([f.agents.map((a) => a.id), f.cells.length > 0]).toEqual([f.agents.map((a) => a.id), f.reason === null]);
  });

  it('has every cell recorded, and no other', () => {
    expect(Object.keys(recorded)).toEqual(cells.map(cellId).sort());
  });

  it('finds a cell by its id, its mutants too, and nothing by another', () => {
    for (const s of scenarios) expect(cellNamed(s.id)?.id).toBe(s.id);
    expect(cellNamed('matrix/file-rw/munmap+reclaim#munmap-no-flush')?.mutants.map((m) => m.name)).toContain('munmap-no-flush');
    expect(cellNamed('matrix/file-rw/reclaim+munmap')).toBeNull();
    expect(cellNamed('matrix/file-rw/munmap+reclami')).toBeNull();
    expect(cellNamed('dirty/munmap')).toBeNull();
  });

  it('has a cell for every finding', () => {
    const ids = [2, 3].flatMap((size) => choices(agents, size)).flatMap((some) => fieldOf(some).cells).map(cellId);
    for (const f of findings) expect(ids.filter((id) => f.cells.test(id))).not.toHaveLength(0);
  });

  it('has a mutant of every agent in its row', () => {
    for (const a of agents.filter((one) => kindsOf(one).length > 0)) expect([a.id, mutants.some(([id]) => id.includes(`#${a.id}-`))]).toEqual([a.id, true]);
  });
});

it.each(mutants)('%s fails', async (_, mutant) => {
  const { verdict, property } = await check(lower(mutant.build()), {});
  expect({ verdict, property }).toEqual(mutant.expect);
});
