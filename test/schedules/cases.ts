/** The scenarios and mutants that a test can afford to search. */
import { readFileSync } from 'node:fs';
import type { Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import type { Buildable } from '../../model/scenario.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const recorded = JSON.parse(readFileSync(new URL('../../model/scenarios/expected.json', import.meta.url), 'utf8')) as Record<string, { readonly states: number }>;

export interface SmallCase {
  readonly id: string;
  readonly lower: () => Graph;
}

/** One in `step` of those with at most `most` recorded states. */
export function smallCases(most: number, step: number): SmallCase[] {
  return scenarios
    .flatMap((s) => [{ id: s.id, lower: () => safetyOf(s) }, ...s.mutants.map((m) => ({ id: `${s.id}#${m.name}`, lower: () => safetyOf(m) }))])
    .filter(({ id }) => (recorded[id]?.states ?? Infinity) <= most)
    .filter((_, i) => i % step === 0);
}

/** Few searches can decide progress, and what they say of it is not compared. */
function safetyOf(world: Buildable): Graph {
  return { ...lower(world.build()), progress: [] };
}
