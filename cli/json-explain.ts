/** The object that `explain --json` prints. */
import { z } from 'zod';

const step = z.int().positive().describe('Step of the trace, 1 for the first.');
const access = z.strictObject({ step, writes: z.boolean(), value: z.string().describe('What was read, or the change.') });

export const explainSchema = z.strictObject({
  scenario: z.string(),
  property: z.string(),
  conjunct: z.string().nullable(),
  steps: z.int().nonnegative(),
  races: z.array(z.strictObject({
    place: z.string(), first: access, second: access,
    orderedBy: z.array(z.string()).describe('Locks handed over from the first access to the second.'),
  })).describe('Conflicting accesses of different threads that decide the failure.'),
  tried: z.array(z.strictObject({
    thread: z.string(), cpu: z.int().nonnegative(),
    window: z.strictObject({
      after: step, before: step.nullable(), inside: z.array(step),
      states: z.int().nonnegative().describe('States searched with the window closed.'),
    }).nullable().describe('The stretch that must be interruptible for the failure; null when there is none.'),
    cut: z.boolean().describe('A search was cut short: a shorter window may do.'),
  })),
  repaired: z.array(z.string()).describe('Scenarios of the same catalogue entry that are declared to hold.'),
  repairs: z.strictObject({
    tried: z.int().nonnegative(),
    complete: z.boolean().describe('Every change was searched to its end.'),
    found: z.array(z.strictObject({ proc: z.string(), what: z.string(), states: z.int().nonnegative() })),
  }).nullable().describe('Small changes under which everything holds; null when none were tried.'),
  replay: z.string(),
});

export type ExplainJson = z.infer<typeof explainSchema>;
