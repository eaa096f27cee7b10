/** The object that `claims --json` prints. */
import { z } from 'zod';

const count = z.int().nonnegative();

const evidence = z.strictObject({
  id: z.string().describe('A scenario, or scenario#mutant.'),
  verdict: z.enum(['holds', 'violated', 'deadlock', 'incomplete', 'vacuous']).describe('Declared; with --check found.'),
  property: z.string().nullable(),
  steps: count.nullable().describe('Length of the shortest trace.'),
  states: count.nullable().describe('Recorded; with --check found.'),
});

export const claimsSchema = z.strictObject({
  claims: z.array(z.strictObject({
    id: z.string().describe('Accepted wherever the id of a scenario is, for the first of scenarios.'),
    thread: z.string(),
    entry: z.string().describe('Catalogue entry.'),
    by: z.string(),
    date: z.string(),
    claim: z.string(),
    verdict: z.enum(['true', 'false', 'conditional']),
    why: z.string(),
    new: z.strictObject({ sure: z.string() }).nullable().describe('Nobody in the thread said it.'),
    scenarios: z.array(evidence).describe('The first settles the claim.'),
    assumptions: z.array(z.strictObject({ what: z.string(), without: evidence.describe('Fails, because the assumption is not met.') })),
    stands: z.boolean().nullable().describe('With --check: whether the verdict stands; null where it was not asked, or a search was cut short.'),
    differences: z.array(z.string()).describe('With --check: what is not as declared.'),
  })),
  verdicts: z.strictObject({ true: count, false: count, conditional: count, new: count }),
  check: z.strictObject({
    ok: z.boolean().describe('Every claim stands.'),
    complete: z.boolean().describe('Every search came to its end.'),
    seconds: z.number(),
  }).nullable(),
});

export type ClaimsJson = z.infer<typeof claimsSchema>;
