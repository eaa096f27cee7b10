/** What a trace file must look like. Apart from what writes it: a check that prints text needs no validator in memory. */
import { z } from 'zod';

const index = z.int().nonnegative();

/** A step for readers. */
export const stepSchema = z.strictObject({
  cpu: index,
  thread: index.describe('Index of the thread in the model.'),
  proc: z.string().describe('Innermost procedure.'),
  loc: z.strictObject({ file: z.string(), line: index }),
  text: z.string().describe('The statement, as the listing prints it.'),
  changed: z.array(z.strictObject({ place: z.string(), from: z.string(), to: z.string() })).describe('Shared state that the step changed.'),
  locks: z.array(z.string()).describe('Locks that the thread holds after the step.'),
});

/** Version 1 of the file. What is replayed is `schedule`; `steps` are for readers and never trusted. */
export const traceSchema = z.strictObject({
  format: z.literal('pterace-trace'),
  version: z.literal(1),
  scenario: z.string().min(1).describe('Id of the scenario, or id#mutant.'),
  model: z.string().regex(/^[0-9a-f]{8,64}$/).describe('Hash of everything that decides behaviour.'),
  property: z.string().min(1).describe("The property that the last state breaks, or 'deadlock'."),
  conjunct: z.string().nullable(),
  schedule: z.array(z.tuple([index, index])).describe('[thread, choice] of each step from the initial state.'),
  loop: index.optional().describe('Of a run that makes no progress: index in the schedule of the first step that repeats for ever; its length where the run rests.'),
  steps: z.array(stepSchema),
});

export type Trace = z.infer<typeof traceSchema>;
