/** The chart that docs/reductions.md shows is that of what is recorded; its tables are tested with the other documents. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { factorChart } from '../../cli/reductions-svg.ts';
import { recordedReductions } from '../../docs/reductions.ts';

it('the chart is that of the record', async () => {
  expect(readFileSync('docs/images/reductions.svg', 'utf8')).toBe(factorChart(await recordedReductions()));
});
