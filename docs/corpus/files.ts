/** The files that are made from the races: docs/races, and what each race is made of. */
import { leftOut } from '../../model/races/left-out.ts';
import { indexPage } from '../../viewer/corpus/page.ts';
import { table } from '../table.ts';
import { raceFacts, type RaceFacts } from './facts.ts';
import { racePage } from './page.ts';
import { racesReadme } from './readme.ts';
import { GROUPS } from './words.ts';

/** Where the pages are. */
export const FOLDER = 'docs/races';

/** Path below the root and content. */
export async function raceFiles(): Promise<[string, string][]> {
  const races = raceFacts();
  return [
    ...races.map((race): [string, string] => [`${FOLDER}/${race.id}.md`, racePage(race, table)]),
    [`${FOLDER}/README.md`, racesReadme(races, leftOut, table)],
    [`${FOLDER}/index.html`, await indexPage({ races: [...races], leftOut: [...leftOut], groups: GROUPS })],
    ['model/races/ingredients.json', ingredients(races)],
  ];
}

/** A race a line. Those that are declared are among them. */
function ingredients(races: readonly RaceFacts[]): string {
  return `{\n${races.map((race) => `  ${JSON.stringify(race.id)}: ${JSON.stringify(race.ingredients)}`).join(',\n')}\n}\n`;
}
