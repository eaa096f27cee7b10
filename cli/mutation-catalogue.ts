/** Every mistake that can be made in the scenarios of a folder, with names that do not depend on which of them are asked for. */
import { mutants, type Site } from '../model/language/mutation/mutants.ts';
import type { Scenario } from '../model/scenario.ts';
import { strict } from './mutation-world.ts';
import type { Mistake } from './mutation.ts';

/** In the order of the scenarios; only of those that hold. */
export function catalogue(scenarios: readonly Scenario[]): Mistake[] {
  const found = new Map<string, { readonly site: Site; readonly worlds: string[] }>();
  for (const s of scenarios.filter(holds)) {
    for (const site of mutants(strict(s))) {
      const known = found.get(site.key);
      if (known !== undefined) known.worlds.push(s.id);
      else found.set(site.key, { site, worlds: [s.id] });
    }
  }
  const names = namesOf([...found.values()].map(({ site }) => site));
  return [...found].map(([key, { site, worlds }]) => ({ key, name: names.get(key)!, operator: site.operator, proc: site.proc, loc: site.loc, what: site.what, at: site.at, worlds }));
}

export const holds = (s: Scenario): boolean => s.expect.verdict === 'holds';

/** Procedure and edit; where that is not enough, the how-many-eth of the procedure by line: no line numbers, which change with every edit. */
function namesOf(sites: readonly Site[]): ReadonlyMap<string, string> {
  const alike = new Map<string, Site[]>();
  for (const site of sites) {
    const name = `${site.proc}: ${site.what}`;
    alike.set(name, [...(alike.get(name) ?? []), site]);
  }
  return new Map([...alike].flatMap(([name, group]) => {
    const sorted = [...group].sort((a, b) => compare(a.loc.file, b.loc.file) || a.loc.line - b.loc.line || compare(a.key, b.key));
    return sorted.map((site, i) => [site.key, sorted.length === 1 ? name : `${name} (${i + 1} of ${sorted.length})`] as const);
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
