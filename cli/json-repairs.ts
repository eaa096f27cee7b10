/** What `repairs --json` prints. */
import { z } from 'zod';

const count = z.int().nonnegative();

export const repairsSchema = z.strictObject({
  scenario: z.string(),
  property: z.string().describe('What the failing run breaks.'),
  tried: count.describe('Changes that are programs and keep the lock contracts.'),
  undecided: count.describe('Changes whose search had more states than the budget.'),
  complete: z.boolean(),
  seconds: z.number(),
  repairs: z.array(z.strictObject({
    proc: z.string(),
    what: z.string(),
    size: count.describe('Statements moved over, plus one for one that is new.'),
    run: z.enum(['impossible', 'unbroken']).describe('The failing run cannot be followed any more, or breaks nothing.'),
    states: count.describe('Of the repaired world, all searched.'),
    diff: z.string().describe('Unified diff of the listing.'),
  })).describe('Smallest first.'),
});

export type RepairsJson = z.infer<typeof repairsSchema>;
