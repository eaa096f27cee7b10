/** The matrix as it is recorded, without a search: `matrix --check`, which the gate runs, compares the record. */
import { answerOf } from '../cli/matrix-answer.ts';
import { realHost } from '../cli/host.ts';
import type { MatrixJson } from '../cli/json-matrix.ts';
import { recordedCells } from '../cli/matrix-recorded.ts';
import { pairs } from '../cli/matrix-report.ts';
import { triplesSummary } from '../cli/triples-report.ts';
import { RECORDED_BY } from '../cli/triples-file.ts';
import { style } from '../counterexamples/style.ts';
import * as model from '../model/matrix/index.ts';

/** Of two agents, or three. */
export async function recordedMatrix(size: 2 | 3 = 2): Promise<MatrixJson> {
  const fields = model.choices(model.agents, size).map((agents) => model.fieldOf(agents));
  return answerOf(fields, await recordedCells(fields, model, realHost), model, { seconds: 0, reduced: size === 2 ? [] : RECORDED_BY });
}

const plain = (): ReturnType<typeof style>['colors'] => style({ color: false }).colors;
const shown = (text: string): string => `\`\`\`\n${text.trimEnd()}\n\`\`\``;

export const matrixTable = async (): Promise<string> => shown(pairs(await recordedMatrix(), plain()));
export const triplesTable = async (): Promise<string> => shown(triplesSummary(await recordedMatrix(3), plain()));
