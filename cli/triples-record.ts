/** What was found of three agents, as it is recorded, and a record as if it were found now. */
import type { CellName } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { Expectation } from '../model/scenario.ts';
import type { CellJson } from './json-matrix.ts';
import type { TripleRecord } from './triples-file.ts';
import { expectationText, notToItsEnd } from './verdict.ts';

export function tripleRecord({ model, verdict, property, conjunct, limit, plain, states, transitions, depth, steps, unreached }: CellJson): TripleRecord {
  return {
    model: model ?? '', verdict, ...(property === null ? {} : { property }), ...(conjunct === null ? {} : { conjunct }), ...(limit === null ? {} : { limit }),
    ...(plain ? { plain } : {}), states, transitions, depth, ...(steps === null ? {} : { steps }), ...(unreached.length === 0 ? {} : { unreached }),
  };
}

/** What a search found then, as if it were found now. */
export function recordedTriple(id: string, { kind, start }: CellName, record: TripleRecord, matrix: typeof Matrix): CellJson {
  const { model, verdict, property = null, conjunct = null, limit = null, plain = false, states, transitions, depth, steps = null, unreached = [] } = record;
  const finding = matrix.findingOf(id);
  return {
    id, kind, start, model, verdict, limit, property, conjunct, steps, plain, states, transitions, depth, seconds: 0,
    finding: finding?.why ?? null, pairs: matrix.failingPairs(id), without: matrix.brokenByPairs(id), unreached: [...unreached], differences: unlike(finding?.expect ?? { verdict: 'holds' }, record), replay: null,
  };
}

function unlike(expect: Expectation, { verdict, property, limit }: TripleRecord): string[] {
  if (verdict === 'incomplete') return [notToItsEnd(limit ?? null)];
  if (expect.verdict === verdict && (expect.property === undefined || expect.property === property)) return [];
  return [`declared ${expectationText(expect)}, found ${[verdict, property].filter((part) => part !== undefined).join(' ')}`];
}
