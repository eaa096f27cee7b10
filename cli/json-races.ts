/** What `races --json` and `diff --json` print. */
import { z } from 'zod';
import { INGREDIENTS } from '../model/races/ingredients.ts';
import { SUBSYSTEMS } from '../model/races/race.ts';

const verdict = z.enum(['holds', 'violated', 'deadlock']);

const declared = {
  case: z.string().describe('Id of the scenario, or id#mutant.'),
  verdict,
  property: z.string().nullable(),
  steps: z.int().nullable().describe('Length of the shortest trace, where it is declared or recorded.'),
  states: z.int().nullable().describe('States of the whole search; null where they are not recorded.'),
};

const scenario = z.strictObject({
  ...declared,
  kernel: z.string().describe('Release whose procedures the scenario runs.'),
  catalogueSteps: z.int().nullable().describe("Length of the catalogue's shortest trace."),
  lengthNote: z.string().nullable().describe('Why ours is of another length.'),
});

export const racesSchema = z.strictObject({
  races: z.array(z.strictObject({
    id: z.string(),
    entry: z.string(),
    title: z.string(),
    subsystem: z.enum(SUBSYSTEMS),
    commits: z.array(z.strictObject({ hash: z.string(), subject: z.string(), release: z.string(), author: z.string() })),
    affected: z.strictObject({ since: z.string(), fixed: z.string().nullable().describe('First release without it.') }).nullable().describe('Null: no release is known to have it.'),
    cve: z.string().nullable(),
    procedures: z.array(z.string()),
    ingredients: z.array(z.enum(INGREDIENTS)).describe('What its shortest run is made of.'),
    broken: z.array(scenario),
    repaired: z.array(scenario),
    controls: z.array(z.strictObject({ what: z.string(), ...declared })),
    notes: z.string().nullable(),
  })),
  leftOut: z.array(z.strictObject({ entry: z.string(), title: z.string(), reason: z.string() })).describe('Entries of the catalogue without scenarios; none of them is asked for by a filter.'),
});

const side = z.strictObject({ case: z.string(), verdict, property: z.string().nullable() });

export const diffSchema = z.strictObject({
  race: z.string().nullable().describe('Id of the race, where one was asked for.'),
  from: side,
  to: side,
  procedures: z.array(z.strictObject({
    name: z.string(),
    models: z.strictObject({ fn: z.string(), file: z.string(), from: z.string().nullable(), to: z.string().nullable() }).nullable()
      .describe('The kernel function, with the version on each side.'),
    change: z.enum(['changed', 'added', 'removed']),
    diff: z.string().describe('Unified diff of the listing.'),
  })).describe('Those that differ, in the order of the listings.'),
  elsewhere: z.array(z.string()).describe('What else of the two worlds differs, such as the initial state.'),
});

export type RacesJson = z.infer<typeof racesSchema>;
export type DiffJson = z.infer<typeof diffSchema>;
