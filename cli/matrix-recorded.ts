/** The matrix as it is recorded, without a search: `--check`, which the gate runs, compares the record. */
import type { CellName, Field } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { Host } from './host.ts';
import type { CellJson } from './json-matrix.ts';
import { recordedPair } from './pairs-record.ts';
import { recordedTriple } from './triples-record.ts';

/** By id; without cells of which nothing is recorded. */
export async function recordedCells(fields: readonly Field[], model: typeof Matrix, host: Host): Promise<ReadonlyMap<string, CellJson>> {
  const [pairs, triples] = [(await host.expectedCells?.()) ?? {}, (await host.recordedTriples?.()) ?? {}];
  const cell = (name: CellName, id: string): CellJson[] => {
    if (name.agents.length > 2) return triples[id] === undefined ? [] : [recordedTriple(id, name, triples[id], model)];
    return pairs[id] === undefined ? [] : [recordedPair(id, name, pairs[id], model)];
  };
  return new Map(fields.flatMap((f) => f.cells).flatMap((name) => cell(name, model.cellId(name))).map((c) => [c.id, c]));
}
