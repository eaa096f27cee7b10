/** What matrix prints: the triangle of pairs, or a line for each field; under it what does not hold. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import type { Colors, Io } from './io.ts';
import type { CellJson, FieldJson, MatrixJson } from './json-matrix.ts';
import { formatCount, formatSeconds, many } from './numbers.ts';
import { renderTable } from './table.ts';
import { triplesSummary } from './triples-report.ts';

/** Columns of a field. */
const WIDE = 4;

/** Fields that are shown a line each: more are summed up. */
const LONGEST = 20;

export function renderMatrix(answer: MatrixJson, io: Io): string {
  const { colors } = style({ color: io.color });
  const label = labelWidth(answer.agents);
  const triangle = answer.fields.every((f) => f.agents.length === 2) && isWhole(answer) && label + answer.agents.length * (WIDE + 1) <= io.width;
  const shown = triangle ? pairs(answer, colors) : answer.fields.length > LONGEST ? triplesSummary(answer, colors) : list(answer, io);
  return [
    ...(io.quiet ? [] : [shown, '']),
    ...notes(answer, io),
    summary(answer, colors),
  ].join('\n');
}

const labelWidth = (agents: MatrixJson['agents']): number => Math.max(...agents.map((a) => a.id.length)) + 3;

/** Every two of the agents that are shown are a field. */
function isWhole({ agents, fields }: MatrixJson): boolean {
  return fields.length === (agents.length * (agents.length + 1)) / 2 && agents.length > 1;
}

/** `12k`, `350`, `1.2M`: four columns at most. */
export function shortCount(n: number): string {
  if (n >= 1e6) return n >= 1e7 ? `${Math.round(n / 1e6)}M` : `${(n / 1e6).toFixed(1)}M`;
  return n >= 1e3 ? `${Math.round(n / 1e3)}k` : String(n);
}

/** Whatever does not hold has a mark of its own before its states. */
const MARKS = { holds: '', violated: '!', deadlock: '!', incomplete: '?', vacuous: '?' } as const;

/** The triangle of pairs. */
export function pairs({ agents, fields }: MatrixJson, colors: Colors): string {
  const label = labelWidth(agents);
  const head = ' '.repeat(label) + agents.map((_, i) => String(i + 1).padStart(WIDE + 1)).join('');
  const rows = agents.map((row, i) => {
    const cells = agents.slice(0, i + 1).map((column) => field(fields.find((f) => f.agents[0] === column.id && f.agents[1] === row.id)!, colors));
    return `${`${String(i + 1).padStart(2)} ${row.id}`.padEnd(label)}${cells.join('')}`;
  });
  return [colors.dim(head), ...rows].join('\n');
}

function field(f: FieldJson, colors: Colors): string {
  const text = (f.verdict === null ? '-' : MARKS[f.verdict] + shortCount(f.states)).padStart(WIDE + 1);
  if (f.verdict === null) return colors.dim(text);
  if (f.verdict === 'holds') return colors.green(text);
  return f.verdict === 'incomplete' || f.verdict === 'vacuous' ? colors.yellow(text) : colors.red(text);
}

function list({ fields }: MatrixJson, io: Io): string {
  const { colors } = style({ color: io.color });
  const head = ['agents', 'states', 'worlds', 'verdict'].map((name) => colors.dim(name));
  const worlds = (f: FieldJson): string => f.cells.map((c) => `${c.kind}-${c.start}`).join(' ');
  return renderTable(head, fields.map((f) => [f.agents.join(' + '), f.verdict === null ? '' : formatCount(f.states), worlds(f), f.verdict === null ? `- (${verdictOf(f)})` : verdictOf(f)]), io.width);
}

/** `holds but for I12b`: a pair in it breaks that. Where there is no world: the reason. */
export function verdictOf({ verdict, reason, cells }: FieldJson): string {
  if (verdict === null) return reason ?? '';
  const without = [...new Set(cells.flatMap((c) => c.without))];
  return without.length === 0 ? verdict : `${verdict} but for ${without.join(' and ')}`;
}

/** Cells that do not hold, those that are not as they should be, and fields without cells. */
function notes({ fields }: MatrixJson, io: Io): string[] {
  const { colors } = style({ color: io.color });
  const cells = fields.flatMap((f) => f.cells);
  const wrong = cells.filter((c) => c.differences.length > 0);
  const known = cells.filter((c) => c.differences.length === 0 && c.finding !== null);
  const pairs = inTriples(cells, colors);
  const whys = [...new Set(known.map((c) => c.finding!))];
  return [
    ...wrong.flatMap((c) => [colors.red(c.id), ...[...c.differences, ...c.unreached.map((name) => `never reached: ${name}`)].flatMap((d) => fold(d, io.width, 2))]),
    ...(io.quiet ? [] : whys.flatMap((why) => [...known.filter((c) => c.finding === why).map((c) => `${colors.red(c.id)}  ${c.property ?? c.verdict}, ${c.steps ?? 0} steps`), ...fold(why, io.width, 2)])),
    ...(io.quiet ? [] : pairs),
    ...(wrong.length + known.length + pairs.length > 0 ? [''] : []),
  ];
}

/** Pairs that do not hold, in how many triples they are, and of what these were not asked for that reason. */
function inTriples(cells: readonly CellJson[], colors: Colors): string[] {
  const pairs = [...new Set(cells.flatMap((c) => c.pairs))];
  return pairs.map((pair) => {
    const within = cells.filter((c) => c.pairs.includes(pair));
    return `${colors.red(pair)}  in ${many(within.length, 'world')} of three, which were asked for all but ${[...new Set(within.flatMap((c) => c.without))].join(' and ')}`;
  });
}

function summary({ fields, seconds, reduced }: MatrixJson, colors: Colors): string {
  const cells = fields.flatMap((f) => f.cells);
  const count = (verdict: FieldJson['verdict']): number => fields.filter((f) => f.verdict === verdict).length;
  const failing = count('violated') + count('deadlock');
  const butFor = fields.filter((f) => f.verdict === 'holds' && f.cells.some((c) => c.pairs.length > 0)).length;
  return [
    `${count('holds') - butFor} of ${fields.length} fields hold`,
    ...(butFor > 0 ? [`${butFor} but for what a pair in them breaks`] : []),
    ...(failing > 0 ? [colors.red(`${failing} do not`)] : []),
    ...(count('vacuous') > 0 ? [colors.yellow(`${count('vacuous')} vacuous`)] : []),
    ...(count('incomplete') > 0 ? [colors.yellow(`${count('incomplete')} not searched to the end`)] : []),
    ...(count(null) > 0 ? [`${count(null)} with no memory in common`] : []),
    `${formatCount(cells.length)} worlds, ${formatCount(cells.reduce((sum, c) => sum + c.states, 0))} states, ${formatSeconds(seconds)}${reduced.length > 0 ? `, reduced by ${reduced.join(' and ')}${plainly(cells)}` : ''}`,
  ].join(', ');
}

function plainly(cells: readonly CellJson[]): string {
  const plain = cells.filter((c) => c.plain).length;
  return plain === 0 ? '' : ` but for ${many(plain, 'large one')}`;
}
