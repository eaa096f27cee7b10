/** What `pterace reductions` says. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import { IDEAS } from '../schedules/reduce/ideas.ts';
import type { Colors, Io } from './io.ts';
import type { ReductionsJson } from './json.ts';
import { formatCount, formatSeconds, many } from './numbers.ts';
import { COLUMNS } from './reductions-file.ts';
import type { Row } from './reductions-search.ts';
import { factor, groupsOf, unpaid, type Group } from './reductions-summary.ts';
import { renderTable } from './table.ts';

type World = ReductionsJson['cases'][number];

/** `left`: cases that match and are not among the rows. */
export function answerOf(rows: readonly Row[], left: number): ReductionsJson {
  const cases = rows.map((r): World => ({
    scenario: r.case.id, verdict: r.case.expect.verdict, plain: r.plain,
    movers: r.kept?.movers ?? null, persistent: r.kept?.persistent ?? null, symmetry: r.kept?.symmetry ?? null, all: r.kept?.all ?? null,
    over: r.kept?.over ?? null, progress: r.kept?.progress === true, seconds: r.seconds, differences: [...r.differences],
  }));
  return { leftOut: left, cases, groups: groupsOf(cases) };
}

export function renderReductions({ cases, groups, leftOut }: ReductionsJson, io: Io): string {
  const { colors } = style({ color: io.color });
  const wrong = cases.flatMap((c) => c.differences.map((d) => colors.red(`${c.scenario}: ${d}`)));
  const parts = [
    casesTable(cases, io.width, colors), ...(cases.length > 1 ? ['', groupsTable(groups, cases, io.width, colors), ...unpaidLines(cases, io.width)] : []), ...wrong,
    `${many(cases.length, 'case')}${wrong.length > 0 ? '' : cases.some((c) => c.seconds !== null) ? ': every verdict, property and shortest length as declared' : ', as recorded'}`,
    ...(leftOut === 0 ? [] : [`${leftOut} left out: more states recorded than --max-states says, none recorded, or interrupted`]),
  ];
  return parts.join('\n');
}

function casesTable(cases: readonly World[], width: number, colors: Colors): string {
  const timed = cases.some((c) => c.seconds !== null);
  const head = ['scenario', 'plain', ...COLUMNS.map(({ name }) => name), 'fewer', ...(timed ? ['time'] : [])];
  const body = cases.map((c) => [c.scenario, formatCount(c.plain), ...COLUMNS.map(({ name }) => cell(c, c[name])), times(factor(c)), ...(timed ? [c.seconds === null ? '-' : formatSeconds(c.seconds)] : [])]);
  return renderTable(head.map((name) => colors.dim(name)), body, width);
}

/** `> 3,000,000` where a search was cut short, `progress` where none is reduced, `-` where none was made. */
export function cell({ over, progress }: World, kept: number | null): string {
  if (kept !== null) return formatCount(kept);
  if (progress) return 'progress';
  return over === null ? '-' : `> ${formatCount(over)}`;
}

/** `9.2x`. */
export function times(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)}x`;
}

/** By group: how many, their states, and of times fewer the medians, the least and the most. */
export const GROUP_HEAD = ['', 'worlds', 'plain', 'kept', ...IDEAS, 'all', 'least', 'most', 'hardly any'] as const;

export function groupCells(g: Group, cases: readonly World[]): string[] {
  const of = (id: string | null): string => times(factor(cases.find((c) => c.scenario === id)!));
  return [g.name, formatCount(g.worlds), formatCount(g.plain), formatCount(g.kept), ...COLUMNS.map(({ name }) => times(g.median[name])), of(g.least), of(g.most), g.unpaid === 0 ? '-' : formatCount(g.unpaid)];
}

function groupsTable(groups: readonly Group[], cases: readonly World[], width: number, colors: Colors): string {
  return `times fewer: medians, least and most\n${renderTable(GROUP_HEAD.map((name) => colors.dim(name)), groups.map((g) => groupCells(g, cases)), width)}`;
}

/** Where reductions do not pay, by name. */
function unpaidLines(cases: readonly World[], width: number): string[] {
  const names = unpaid(cases).map((c) => c.scenario);
  return names.length === 0 ? [] : fold(`keep more than four in five of their states: ${names.join(', ')}`, width, 2);
}
