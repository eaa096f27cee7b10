/** Races with what is declared and recorded of their scenarios: what the command prints and docs/races is made from. */
import { INGREDIENTS } from '../model/races/ingredients.ts';
import type { Race } from '../model/races/race.ts';
import type { Scenario } from '../model/scenario.ts';
import { allCases, findCase, type Case } from './cases.ts';
import { declaredEvidence } from './evidence.ts';
import type { Expected, Host } from './host.ts';
import type { RacesJson } from './json-races.ts';

export type RaceRow = RacesJson['races'][number];

export interface Known {
  readonly find: (id: string) => Case;
  readonly expected: Expected;
  /** By id of the race. */
  readonly ingredients: Awaited<ReturnType<Host['raceIngredients']>>;
}

export async function known(host: Host): Promise<Known> {
  return { find: finder(await host.scenarios()), expected: await host.expected(), ingredients: await host.raceIngredients() };
}

/** Cases by their ids, found fast. @throws UsageError */
export function finder(scenarios: readonly Scenario[]): (id: string) => Case {
  const cases = new Map(allCases(scenarios).map((c) => [c.id, c]));
  return (id) => cases.get(id) ?? findCase(scenarios, id);
}

export function rowOf(race: Race, { find, expected, ingredients }: Known): RaceRow {
  const answer = (id: string): Omit<RaceRow['controls'][number], 'what'> => {
    const found = find(id);
    const { property, steps, states } = declaredEvidence(found, expected[id]);
    return { case: id, verdict: found.expect.verdict, property, steps, states };
  };
  const whole = (id: string): RaceRow['broken'][number] => {
    const { kernel, catalogueSteps = null, lengthNote = null } = find(id).scenario;
    return { ...answer(id), kernel, catalogueSteps, lengthNote };
  };
  const used = new Set([...(ingredients[race.id] ?? []), ...(race.ingredients ?? [])]);
  return {
    id: race.id, entry: race.entry, title: race.title, subsystem: race.subsystem, commits: race.commits.map((c) => ({ ...c })), affected: race.affected && { ...race.affected },
    cve: race.cve ?? null, procedures: [...race.procedures], ingredients: INGREDIENTS.filter((name) => used.has(name)),
    broken: race.broken.map(whole), repaired: race.repaired.map(whole), controls: race.controls.map(({ what, case: id }) => ({ what, ...answer(id) })), notes: race.notes ?? null,
  };
}
