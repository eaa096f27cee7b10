/** What `witness` answers of a cell of the matrix. */
import { expect } from 'vitest';
import { realHost } from '../../cli/host.ts';
import { witnessSchema } from '../../cli/json-witness.ts';
import { runFake } from '../fake.ts';

export async function answered(cell: string, predicate: string): Promise<string> {
  const { out, err } = await runFake(['witness', `matrix/${cell}`, predicate, '--json'], realHost);
  expect(err).toBe('');
  return witnessSchema.parse(JSON.parse(out)).answer;
}
