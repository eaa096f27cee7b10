/** What `races --json` and `diff --json` print. */
import { z } from 'zod';
import { SUBSYSTEMS } from '../model/races/race.ts';

const verdict = z.enum(['holds', 'violated', 'deadlock']);

const declared = z.strictObject({
  case: z.string().describe('Id of the scenario, or id#mutant.'),
  kernel: z.string().describe('Release whose procedures the scenario runs.'),
  verdict,
  property: z.string().nullable(),
  steps: z.int().nullable().describe('Length of the shortest trace, where it is declared.'),
  catalogueSteps: z.int().nullable(),
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
    broken: z.array(declared),
    repaired: z.array(declared),
    controls: z.array(z.strictObject({ what: z.string(), case: z.string(), verdict })),
    notes: z.string().nullable(),
  })),
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
