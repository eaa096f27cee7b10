/** The heat maps that docs/matrix.md shows are those of the recorded cells; its tables are tested with the other documents. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { heatMap } from '../../cli/matrix-svg.ts';
import { recordedMatrix } from '../../docs/matrix.ts';

it('the heat map is that of the record', async () => {
  const answer = await recordedMatrix();
  expect(answer.fields.length).toBe((answer.agents.length * (answer.agents.length + 1)) / 2);
  expect(readFileSync('docs/images/matrix.svg', 'utf8')).toBe(heatMap(answer));
});

it('and that of triples', async () => {
  const answer = await recordedMatrix(3);
  expect(answer.fields.length).toBe((answer.agents.length * (answer.agents.length + 1) * (answer.agents.length + 2)) / 6);
  expect(readFileSync('docs/images/triples.svg', 'utf8')).toBe(heatMap(answer));
});
