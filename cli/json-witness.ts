/** The object that `witness --json` prints. */
import { z } from 'zod';
import { stepSchema } from '../counterexamples/trace-schema.ts';

const count = z.int().nonnegative();

export const witnessSchema = z.strictObject({
  scenario: z.string().describe('Id of the scenario, or id#mutant.'),
  predicate: z.string(),
  answer: z.enum(['reached', 'never', 'incomplete']).describe('never: every reachable state was looked at, and the predicate is true in none.'),
  limit: z.enum(['states', 'depth', 'memory', 'seconds', 'interrupted', 'sampled', 'preemptions']).nullable().describe('Why the search is incomplete.'),
  states: count,
  transitions: count,
  depth: count,
  seconds: z.number(),
  length: count.nullable().describe('Steps of a shortest way to a state where it is true.'),
  switches: count.nullable().describe('Context switches on it.'),
  schedule: z.array(z.tuple([count, count])).nullable().describe('[thread, choice] of each step from the initial state.'),
  steps: z.array(stepSchema).nullable(),
  values: z.array(z.strictObject({ place: z.string(), value: z.string() })).nullable().describe('What makes the predicate true in the last state.'),
});

export type WitnessJson = z.infer<typeof witnessSchema>;
