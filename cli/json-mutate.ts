/** What `mutate --json` prints. */
import { z } from 'zod';
import { OPERATORS } from '../model/language/mutation/operators.ts';
import { FATES } from './mutation.ts';

const count = z.int().nonnegative();
const fate = z.enum(FATES).describe('killed: a search breaks a property, deadlocks or leaves a declared range. refused: by the static lock check. vacuous: what must be reached is reached no more. undecided: the budget ran out. survived: everything holds. equivalent: nothing can tell it from the original. invalid: it is no program.');
const outcome = {
  fate,
  by: z.string().describe('Property and conjunct, deadlock, range, rule, or how it is known to be equivalent.'),
  steps: count.nullable().describe('Length of the shortest trace; null unless killed.'),
};

export const mutateSchema = z.strictObject({
  scenarios: z.array(z.string()),
  leftOut: z.array(z.string()).describe('Scenarios that match and have more states than the budget.'),
  budget: count.describe('States that the search of one mutant may have.'),
  complete: z.boolean(),
  recheck: z.boolean().describe('Only what is recorded as killed was judged again.'),
  seconds: z.number(),
  score: z.strictObject({ killed: count, refused: count, vacuous: count, undecided: count, survived: count, equivalent: count, invalid: count }),
  share: z.number().min(0).max(1).describe('Killed, refused, vacuous or equivalent, of all that are programs.'),
  complaints: z.array(z.string()).describe('Why the exit code is 1.'),
  mutants: z.array(z.strictObject({
    name: z.string(),
    operator: z.enum(OPERATORS),
    proc: z.string(),
    loc: z.strictObject({ file: z.string(), line: count }),
    what: z.string(),
    ...outcome,
    scenario: z.string().describe('Where it came to that.'),
    reason: z.string().nullable().describe('Why it may survive.'),
    outcomes: z.array(z.strictObject({ scenario: z.string(), ...outcome })).describe('Up to the first scenario that kills; with --all-scenarios all.'),
  })),
});

export type MutateJson = z.infer<typeof mutateSchema>;
