/** What `pterace view --json` prints. */
import { z } from 'zod';

export const viewSchema = z.strictObject({
  scenario: z.string().describe('Id of the scenario, or id#mutant.'),
  property: z.string().describe("What the run breaks; 'deadlock' for a deadlock."),
  conjunct: z.string().nullable(),
  steps: z.int().nonnegative(),
  page: z.strictObject({ file: z.string(), bytes: z.int().nonnegative() }).nullable().describe('The HTML file written with -o.'),
  screenshot: z.string().nullable().describe('The PNG file written with --screenshot.'),
});

export type ViewJson = z.infer<typeof viewSchema>;
