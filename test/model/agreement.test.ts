/** The packed engine and the plain reference count and judge every scenario and every mutant alike. */
import { expect, test } from 'vitest';
import { lower } from '../../model/language/lower.ts';
import type { Program } from '../../model/language/ir.ts';
import expected from '../../model/scenarios/expected.json' with { type: 'json' };
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import { explore } from '../../schedules/reference.ts';

/** Worlds with more states are left to the packed engine and to other tools: the reference takes a second for 20,000. */
const MOST = 3000;

const recorded: Readonly<Record<string, { readonly states: number } | undefined>> = expected;
const all: readonly (readonly [string, () => Program])[] = scenarios.flatMap((s) => [
  [s.id, () => s.build()] as const,
  ...s.mutants.map((m) => [`${s.id}#${m.name}`, () => m.build()] as const),
]);
// To lower a world takes longer than to search a small one.
const worlds = all.filter(([id]) => (recorded[id]?.states ?? 0) < MOST);

let compared = 0;

test.each(worlds)('%s', { timeout: 60_000 }, async (_, build) => {
  const graph = lower(build());
  const packed = await check(graph, { maxStates: MOST, safetyOnly: true });
  if (packed.states >= MOST) return;
  const reference = explore(graph);
  expect(packed).toMatchObject({
    verdict: reference.verdict, property: reference.property, states: reference.states, transitions: reference.transitions, depth: reference.depth,
  });
  expect(packed.schedule?.length ?? null).toBe(reference.length);
  expect(packed.neverTruePremises.map((p) => p.conjunct)).toEqual(reference.neverTruePremises);
  expect(packed.unreached).toEqual(reference.unreached);
  if (packed.verdict === 'violated') expect(reference.conjuncts).toContain(packed.conjunct);
  compared++;
});

test('many worlds were small enough to compare', () => {
  expect(compared).toBeGreaterThan(all.length / 3);
  expect(compared).toBeGreaterThan(0.95 * worlds.length);
});
