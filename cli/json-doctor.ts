/** The object that `doctor --json` prints. */
import { z } from 'zod';

const count = z.int().nonnegative();

export const doctorSchema = z.strictObject({
  node: z.string(),
  cores: count,
  memory: count.describe('Bytes of the machine.'),
  free: count.describe('Bytes free now.'),
  scenarios: count.describe('Scenarios that load.'),
  width: count.describe('Columns of the terminal.'),
  color: z.boolean(),
  helpers: z.array(z.strictObject({
    name: z.string(),
    version: z.string().nullable().describe('Null when it is not found.'),
    use: z.string().describe('What needs it.'),
    debian: z.string().describe('Debian packages that have it.'),
  })),
});

export type DoctorJson = z.infer<typeof doctorSchema>;
