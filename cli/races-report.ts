/** Races as people read them: a table, or one whole. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import { compareReleases } from '../model/races/releases.ts';
import type { LeftOut } from '../model/races/race.ts';
import type { Colors, Io } from './io.ts';
import { formatCount, many } from './numbers.ts';
import type { RaceRow } from './race-rows.ts';
import { alignRows, renderTable } from './table.ts';

type Shown = RaceRow['broken'][number];

/** A heading for each subsystem, a race a row with its title below. `leftOut`: how many entries there are besides; 0: not said. */
export function renderRaces(rows: readonly RaceRow[], leftOut: number, io: Io): string {
  if (rows.length === 0) return 'no race is like that (pterace races shows all)';
  const { colors } = style({ color: io.color });
  const head = ['race', 'fixed in', 'commit', 'breaks', 'steps', 'catalogue', 'states'].map((name) => colors.dim(name));
  const [titles = '', ...lines] = alignRows([head, ...rows.map((row) => cells(row, colors))], io.width);
  const groups = [...new Set(rows.map((r) => r.subsystem))].flatMap((subsystem) => {
    const inside = rows.flatMap((row, i) => (row.subsystem === subsystem ? [[lines[i]!, ...fold(about(row), io.width, 4, 0)]] : []));
    return ['', `${colors.bold(subsystem)}  ${colors.dim(many(inside.length, 'race'))}`, ...inside.flat()];
  });
  const rest = leftOut === 0 ? [] : ['', colors.dim(`${leftOut} of the catalogue's entries have no scenario (pterace races --left-out)`)];
  return [titles, ...groups, ...rest].join('\n');
}

/** The states are those of the first scenario that fails and of the first that holds. */
function cells(row: RaceRow, colors: Colors): string[] {
  const [broken, repaired] = [row.broken[0]!, row.repaired[0]!];
  const last = [...row.commits].sort((a, b) => compareReleases(a.release, b.release)).at(-1);
  return [
    `  ${row.id}`, row.affected === null ? 'never in' : row.affected.fixed ?? 'not', last?.hash.slice(0, 12) ?? '', colors.red(broken.property ?? broken.verdict),
    String(broken.steps ?? ''), String(broken.catalogueSteps ?? ''), [broken, repaired].map((c) => count(c.states)).join(' / '),
  ];
}

const about = ({ title, cve }: RaceRow): string => (cve === null ? title : `${title} (${cve})`);

const count = (states: number | null): string => (states === null ? '-' : formatCount(states));

/** Everything about one race. */
export function renderRace(row: RaceRow, io: Io): string {
  const { colors } = style({ color: io.color });
  const facts: (readonly [string, string])[] = [
    ['about', row.title],
    ['part', row.subsystem],
    ['affected', affectedText(row)],
    ...(row.cve === null ? [] : [['CVE', row.cve] as const]),
    ...row.commits.map((c) => ['repair', `${c.hash.slice(0, 12)} ("${c.subject}", ${c.author}, ${c.release})`] as const),
    ['functions', row.procedures.join(', ')],
    ['made of', row.ingredients.length === 0 ? 'not recorded' : row.ingredients.join(', ')],
    ...[...row.broken, ...row.repaired].map((c) => [c.verdict === 'holds' ? 'repaired' : 'broken', `${c.case} (${c.kernel}): ${outcome(c)}${length(c)}`] as const),
    ...row.controls.map((c) => ['control', `${c.what}: ${c.case}: ${outcome(c)}`] as const),
    ...(row.notes === null ? [] : [['notes', row.notes] as const]),
  ];
  const next = [`pterace diff ${row.id}`, `pterace check ${row.id}`, `pterace verify ${row.id}`];
  return [colors.bold(row.id), ...facts.flatMap(([name, text]) => labelled(name, text, io.width, colors)), '', ...next.map((line) => colors.dim(line))].join('\n');
}

export function affectedText({ affected }: RaceRow): string {
  if (affected === null) return 'no release is known to have it';
  return affected.fixed === null ? `since ${affected.since}, not known to be repaired` : `${affected.since} up to ${affected.fixed}`;
}

/** `violated I3 in 26 steps, 1,203 states`. */
function outcome({ verdict, property, steps, states }: Omit<RaceRow['controls'][number], 'what'>): string {
  const what = property === null || property === verdict ? '' : ` ${property}`;
  const run = steps === null ? '' : ` in ${many(steps, 'step')}`;
  return `${verdict}${what}${run}${states === null ? '' : `, ${many(states, 'state')}`}`;
}

function length({ catalogueSteps, lengthNote }: Shown): string {
  if (catalogueSteps === null) return '';
  return ` (catalogue: ${catalogueSteps}${lengthNote === null ? '' : `; ${lengthNote}`})`;
}

function labelled(name: string, text: string, width: number, colors: Colors): string[] {
  const [first = '', ...rest] = fold(text, width - 12, 0, 0);
  return [`  ${colors.dim(name.padEnd(10))}${first}`, ...rest.map((line) => ' '.repeat(12) + line)];
}

export function renderLeftOut(leftOut: readonly LeftOut[], io: Io): string {
  if (leftOut.length === 0) return 'every entry of the catalogue has scenarios';
  const { colors } = style({ color: io.color });
  return renderTable(['entry', 'why it has no scenario'].map((name) => colors.dim(name)), leftOut.map(({ entry, title, reason }) => [entry, `${title}. ${reason}`]), io.width);
}
