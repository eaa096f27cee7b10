/** What reductions keep, as it is recorded, without a search: the gate searches a part again with `reductions --check`. */
import { allCases } from '../cli/cases.ts';
import type { ReductionsJson } from '../cli/json.ts';
import { realHost } from '../cli/host.ts';
import { recordedRows } from '../cli/reductions.ts';
import { readReductions } from '../cli/reductions-file.ts';
import { answerOf, cell, GROUP_HEAD, groupCells, times } from '../cli/reductions-report.ts';
import { factor, unpaid } from '../cli/reductions-summary.ts';
import { scenarios } from '../model/scenarios/index.ts';
import { table } from './table.ts';

/** Of every scenario and mutant. */
export async function recordedReductions(): Promise<ReductionsJson> {
  const cases = allCases(scenarios);
  const rows = recordedRows(cases, await readReductions(), await realHost.expected());
  return answerOf(rows, cases.length - rows.length);
}

const code = (text: string): string => `\`${text}\``;

/** Times fewer states, by folder. */
export async function reductionGroups(): Promise<string> {
  const { cases, groups } = await recordedReductions();
  return table(GROUP_HEAD, groups.map((g) => groupCells(g, cases)));
}

/** Every world that has more states than this without reductions, and those of `dirty/3cpu-2mm` that have fewer. */
const LARGE = 100_000;

export async function largeReductions(): Promise<string> {
  const { cases } = await recordedReductions();
  return worlds(cases.filter((c) => c.scenario.startsWith('dirty/3cpu-2mm') || c.plain > LARGE));
}

export async function reductionTable(): Promise<string> {
  return worlds((await recordedReductions()).cases);
}

function worlds(cases: ReductionsJson['cases']): string {
  return table(
    ['scenario', 'declared', 'plain', 'movers', 'persistent', 'symmetry', 'all', 'times fewer'],
    cases.map((c) => [code(c.scenario), c.verdict, c.plain.toLocaleString('en-US'), ...(['movers', 'persistent', 'symmetry', 'all'] as const).map((name) => cell(c, c[name])), times(factor(c))]),
  );
}

/** Where hardly a state is spared. */
export async function unpaidReductions(): Promise<string> {
  const { cases } = await recordedReductions();
  return unpaid(cases).map((c) => code(c.scenario)).join(', ');
}
