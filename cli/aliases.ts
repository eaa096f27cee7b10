/** What scenarios go by besides their ids: a claim's id, a race's id or entry stands for the first of its scenarios. */
import type { Claim } from '../model/claims/claim.ts';
import type { Race } from '../model/races/race.ts';
import type { RaceAlias, Scenario } from '../model/scenario.ts';

/** The scenarios with the claims that they settle as their aliases; a claim that is called like a scenario needs none. */
export function withAliases(scenarios: readonly Scenario[], claims: readonly Claim[]): readonly Scenario[] {
  const ids = new Set(scenarios.map((s) => s.id));
  return scenarios.map((s) => {
    const aliases = claims.filter((claim) => claim.scenarios[0] === s.id && !ids.has(claim.id)).map((claim) => claim.id);
    return aliases.length === 0 ? s : { ...s, aliases };
  });
}

/** The scenarios with the races that they are part of, mutants that are controls included. */
export function withRaces(scenarios: readonly Scenario[], races: readonly Race[]): readonly Scenario[] {
  const found = new Map<string, RaceAlias[]>();
  for (const race of races) {
    for (const id of scenariosOf(race)) found.set(id, [...(found.get(id) ?? []), { id: race.id, entry: race.entry, first: id === race.broken[0] }]);
  }
  return scenarios.map((s) => (found.has(s.id) ? { ...s, races: found.get(s.id)! } : s));
}

/** Ids of its scenarios, wherever they live: broken, repaired, and those that its controls belong to. */
export function scenariosOf({ broken, repaired, controls }: Race): string[] {
  return [...new Set([...broken, ...repaired, ...controls.map((c) => c.case.split('#')[0]!)])];
}
