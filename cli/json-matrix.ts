/** What `matrix --json` prints. */
import { z } from 'zod';

const count = z.int().nonnegative();
export const cellVerdict = z.enum(['holds', 'violated', 'deadlock', 'incomplete', 'vacuous']);

const cell = z.strictObject({
  id: z.string().describe('As check, show and trace take it.'),
  kind: z.string(),
  start: z.string().describe('How the page is mapped when the agents begin.'),
  model: z.string().nullable().describe('First 8 digits of the hash of the world that was searched; null where it is not recorded.'),
  verdict: cellVerdict,
  limit: z.enum(['states', 'depth', 'memory', 'seconds', 'interrupted', 'sampled', 'preemptions']).nullable().describe('Why the search was cut short; null for a whole one.'),
  property: z.string().nullable(),
  conjunct: z.string().nullable(),
  steps: count.nullable().describe('Length of the shortest trace.'),
  plain: z.boolean().describe('Searched without reductions.'),
  states: count,
  transitions: count,
  depth: count,
  seconds: z.number(),
  finding: z.string().nullable().describe('Why it is known not to hold.'),
  pairs: z.array(z.string()).describe('Of three agents: the cells of two of them that are known not to hold.'),
  without: z.array(z.string()).describe('Properties that it is not asked for, since these break them.'),
  unreached: z.array(z.string()).describe('What the cell should reach and does not.'),
  differences: z.array(z.string()).describe('What is not as declared or recorded.'),
  replay: z.string().nullable(),
});

export const matrixSchema = z.strictObject({
  ok: z.boolean().describe('Every cell was searched to its end, and is as declared and recorded.'),
  complete: z.boolean(),
  seconds: z.number(),
  reduced: z.array(z.string()).describe('By what the searches kept fewer states.'),
  agents: z.array(z.strictObject({ id: z.string(), does: z.string(), kinds: z.array(z.string()) })),
  fields: z.array(z.strictObject({
    agents: z.array(z.string()),
    verdict: cellVerdict.nullable().describe('The worst of its cells; null where there are none.'),
    reason: z.string().nullable().describe('Why there are none.'),
    states: count.describe('Of all its cells.'),
    missing: z.array(z.string()).describe('Ids of its cells that were not searched.'),
    cells: z.array(cell),
  })),
});

export type MatrixJson = z.infer<typeof matrixSchema>;
export type FieldJson = MatrixJson['fields'][number];
export type CellJson = FieldJson['cells'][number];
