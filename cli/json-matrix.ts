/** What `matrix --json` prints. */
import { z } from 'zod';

const count = z.int().nonnegative();
export const cellVerdict = z.enum(['holds', 'violated', 'deadlock', 'incomplete', 'vacuous']);

const cell = z.strictObject({
  id: z.string().describe('As check, show and trace take it.'),
  kind: z.string(),
  start: z.string().describe('How the page is mapped when the agents begin.'),
  verdict: cellVerdict,
  property: z.string().nullable(),
  conjunct: z.string().nullable(),
  steps: count.nullable().describe('Length of the shortest trace.'),
  states: count,
  transitions: count,
  depth: count,
  seconds: z.number(),
  finding: z.string().nullable().describe('Why it is known not to hold.'),
  unreached: z.array(z.string()).describe('What the cell should reach and does not.'),
  differences: z.array(z.string()).describe('What is not as declared or recorded.'),
  replay: z.string().nullable(),
});

export const matrixSchema = z.strictObject({
  ok: z.boolean().describe('Every cell was searched to its end, and is as declared and recorded.'),
  complete: z.boolean(),
  seconds: z.number(),
  agents: z.array(z.strictObject({ id: z.string(), does: z.string(), kinds: z.array(z.string()) })),
  fields: z.array(z.strictObject({
    agents: z.array(z.string()),
    verdict: cellVerdict.nullable().describe('The worst of its cells; null where there are none.'),
    reason: z.string().nullable().describe('Why there are none.'),
    states: count.describe('Of all its cells.'),
    cells: z.array(cell),
  })),
});

export type MatrixJson = z.infer<typeof matrixSchema>;
export type FieldJson = MatrixJson['fields'][number];
