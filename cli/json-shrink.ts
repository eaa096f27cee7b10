/** What `pterace shrink --json` prints. */
import { z } from 'zod';
import { traceSchema } from '../counterexamples/trace-schema.ts';

const count = z.int().nonnegative();

const sizes = z.strictObject({
  cpus: count,
  threads: count.describe('Hardware included.'),
  operations: count.describe('What the threads that must end do, by the things that the scenario has them do one after the other.'),
  mms: count,
  pages: count,
  steps: count,
  switches: count,
});

export const shrinkSchema = z.strictObject({
  scenario: z.string().describe('What the run given is of.'),
  world: z.string().describe('What the minimal run is of: the id with ~ and its name for each thing left out. check and replay take it.'),
  property: z.string(),
  conjunct: z.string().nullable(),
  before: sizes,
  after: sizes,
  removed: z.array(z.strictObject({ name: z.string(), kind: z.enum(['cpu', 'thread', 'operation', 'mm', 'page', 'hardware']) })),
  undecided: z.array(z.string()).describe('What may or may not be needed: a search was cut short.'),
  length: z.enum(['proved shortest', 'locally minimal']).describe('By a search of what is left of the world; or no step can be left out.'),
  interrupted: z.boolean(),
  seconds: z.number(),
  trace: traceSchema,
  replay: z.string(),
});

export type ShrinkJson = z.infer<typeof shrinkSchema>;
