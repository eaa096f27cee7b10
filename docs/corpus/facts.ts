/** Everything that the documents say of the races: declared, recorded, and found by running what is recorded. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Expected } from '../../cli/host.ts';
import { finder, rowOf, type RaceRow } from '../../cli/race-rows.ts';
import { races } from '../../model/races/index.ts';
import type { Ingredient } from '../../model/races/ingredients.ts';
import { scenarios } from '../../model/scenarios/index.ts';

/** What a process of its own found. */
interface Found {
  /** The failing run, in columns. */
  readonly trace: string;
  readonly ingredients: readonly Ingredient[];
  /** What the property says that it breaks; null for a deadlock. */
  readonly rule: string | null;
  /** The repair, a procedure each. */
  readonly patches: readonly string[];
  /** `Between … and …, 2 procedures differ; besides: initial state`. */
  readonly differs: string;
}

export interface RaceFacts extends RaceRow, Omit<Found, 'ingredients'> {
  /** The first broken scenario, in a paragraph. */
  readonly about: string;
  /** The first repaired one; null where it says the same. */
  readonly repair: string | null;
}

const EXPECTED = new URL('../../model/scenarios/expected.json', import.meta.url);

let known: readonly RaceFacts[] | null = null;

/** In the order of the catalogue. */
export function raceFacts(): readonly RaceFacts[] {
  known ??= gather();
  return known;
}

function gather(): RaceFacts[] {
  const found = run();
  const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Expected;
  const ingredients = Object.fromEntries(Object.entries(found).map(([id, f]) => [id, f.ingredients]));
  const facts = { find: finder(scenarios), expected, ingredients };
  const about = (id: string): string => facts.find(id).scenario.about;
  return races.map((race) => {
    const { trace, rule, patches, differs } = found[race.id]!;
    const [broken, repaired] = [about(race.broken[0]!), about(race.repaired[0]!)];
    return { ...rowOf(race, facts), trace, rule, patches, differs, about: broken, repair: repaired === broken ? null : repaired };
  });
}

function run(): Readonly<Record<string, Found>> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'facts.mjs')], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`the races cannot be shown: ${stderr}`);
  return JSON.parse(stdout) as Readonly<Record<string, Found>>;
}
