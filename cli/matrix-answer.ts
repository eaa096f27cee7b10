/** What matrix answers, from the cells that were searched. */
import type { Field } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { CellJson, FieldJson, MatrixJson } from './json-matrix.ts';

/** The worst first. */
const BY_BADNESS = ['deadlock', 'violated', 'vacuous', 'incomplete', 'holds'] as const;

/** Null where there is none. */
export const worst = (verdicts: readonly FieldJson['verdict'][]): FieldJson['verdict'] => BY_BADNESS.find((verdict) => verdicts.includes(verdict)) ?? null;

export interface About {
  readonly seconds: number;
  /** Reductions. */
  readonly reduced: readonly string[];
}

/** Cells by their ids; those that are missing were not searched. */
export function answerOf(fields: readonly Field[], cells: ReadonlyMap<string, CellJson>, { agents, cellId, kindsOf }: typeof Matrix, { seconds, reduced }: About): MatrixJson {
  const all = fields.map((field): FieldJson => {
    const found = field.cells.flatMap((cell) => cells.get(cellId(cell)) ?? []);
    const missing = field.cells.map(cellId).filter((id) => !cells.has(id));
    const verdict = worst([...found.map((c) => c.verdict), ...missing.map(() => 'incomplete' as const)]);
    return { agents: field.agents.map((a) => a.id), verdict, reason: field.reason, states: found.reduce((sum, c) => sum + c.states, 0), missing, cells: found };
  });
  const complete = all.every((f) => f.missing.length === 0 && f.cells.every((c) => c.verdict !== 'incomplete'));
  const shown = agents.filter((a) => all.some((f) => f.agents.includes(a.id)));
  return {
    ok: complete && all.every((f) => f.cells.every((c) => c.differences.length === 0)), complete, seconds, reduced: [...reduced],
    agents: shown.map((a) => ({ id: a.id, does: a.does, kinds: kindsOf(a) })), fields: all,
  };
}
