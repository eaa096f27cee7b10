/** The matrix as it is recorded, without a search: `matrix --check`, which the gate runs, compares the record. */
import { readFileSync } from 'node:fs';
import { answerOf } from '../cli/matrix.ts';
import { pairs } from '../cli/matrix-report.ts';
import type { Expected } from '../cli/host.ts';
import type { FieldJson, MatrixJson } from '../cli/json-matrix.ts';
import { style } from '../counterexamples/style.ts';
import * as model from '../model/matrix/index.ts';

type Cell = FieldJson['cells'][number];
const RECORDED = new URL('../model/matrix/expected.json', import.meta.url);

export function recordedMatrix(): MatrixJson {
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Expected;
  const fields = model.choices(model.agents, 2).map((pair) => model.fieldOf(pair));
  const cells = fields.flatMap((f) => f.cells).flatMap((name): Cell[] => {
    const id = model.cellId(name);
    return recorded[id] === undefined ? [] : [cellOf(id, name, recorded[id])];
  });
  return answerOf(fields, new Map(cells.map((c) => [c.id, c])), model, 0);
}

/** What fails in a cell is what its finding says: `matrix` complains of anything else. */
function cellOf(id: string, { kind, start }: model.CellName, { states, transitions, depth, steps }: Expected[string]): Cell {
  const finding = model.findingOf(id);
  const { verdict, property = null } = finding?.expect ?? { verdict: 'holds' as const };
  return { id, kind, start, verdict, property, conjunct: null, steps: steps ?? null, states, transitions, depth, seconds: 0, finding: finding?.why ?? null, unreached: [], differences: [], replay: null };
}

export const matrixTable = (): string => `\`\`\`\n${pairs(recordedMatrix(), style({ color: false }).colors).trimEnd()}\n\`\`\``;
