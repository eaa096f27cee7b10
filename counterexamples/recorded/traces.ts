/** The recorded traces of this folder: of each scenario that breaks, a shortest one, as `pterace check <id> --trace` writes it. */
import { lower } from '../../model/language/lower.ts';
import type { Scenario } from '../../model/scenario.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import { recheck } from '../recheck.ts';
import { buildTrace } from '../trace.ts';
import type { Trace } from '../trace-schema.ts';

/** What brings this folder up to date. */
export const REGENERATE = 'npx tsx counterexamples/recorded/generate.ts';

/** Mutants are not recorded: they break on purpose. */
export const broken: readonly Scenario[] = scenarios.filter((s) => s.expect.verdict !== 'holds');

/** Name of the scenario's file in this folder: `dirty/b01-december-2006.json`. */
export function fileOf(id: string): string {
  return `${id}.json`;
}

/** The trace of today; null when nothing breaks any more. */
export async function freshTrace(scenario: Scenario): Promise<Trace | null> {
  const graph = lower(scenario.build());
  const { schedule, property, conjunct, loop } = await check(graph);
  if (schedule === null) return null;
  const { moments, breakage } = recheck(graph, schedule, { property, conjunct }, loop?.start);
  return buildTrace(scenario.id, graph, schedule, moments, breakage);
}
