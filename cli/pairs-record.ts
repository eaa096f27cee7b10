/** What is recorded of the cells of pairs: their counts. What fails in one is what its finding says; the search complains of anything else. */
import type { CellName } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { Counts, Expected } from './host.ts';
import type { CellJson } from './json-matrix.ts';

export function recordedPair(id: string, { kind, start }: CellName, { states, transitions, depth, steps }: Counts, model: typeof Matrix): CellJson {
  const finding = model.findingOf(id);
  const { verdict, property = null } = finding?.expect ?? { verdict: 'holds' as const };
  return {
    id, kind, start, model: null, verdict, limit: null, property, conjunct: null, steps: steps ?? null, plain: true, states, transitions, depth, seconds: 0,
    finding: finding?.why ?? null, pairs: [], without: [], unreached: [], differences: [], replay: null,
  };
}

/** Without cells that no longer exist. */
export function updatedPairs(recorded: Expected, cells: readonly CellJson[], { agents, cellId, choices, fieldOf }: typeof Matrix): Expected {
  const existing = new Set(choices(agents, 2).flatMap((pair) => fieldOf(pair).cells.map(cellId)));
  const fresh = cells.map((c): [string, Counts] => [c.id, { states: c.states, transitions: c.transitions, depth: c.depth, ...(c.steps === null ? {} : { steps: c.steps }) }]);
  const all = new Map([...Object.entries(recorded).filter(([id]) => existing.has(id)), ...fresh]);
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
