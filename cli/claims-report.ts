/** Claims as people read them: a table, or one whole. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import type { Claim } from '../model/claims/claim.ts';
import { threads } from '../model/claims/threads.ts';
import type { Checked } from './claims-check.ts';
import { evidenceText, measure, type Evidence } from './evidence.ts';
import type { Colors, Io } from './io.ts';
import { formatSeconds, many } from './numbers.ts';
import { alignRows } from './table.ts';

/** What there is to show: `checked` is null without `--check`. */
export interface Report {
  readonly claims: readonly Claim[];
  /** By id of a case. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly checked: Checked | null;
}

/** A heading for each thread, a claim a row with what it stands on below, and the counts. */
export function renderClaims(report: Report, asked: string | undefined, io: Io): string {
  const { colors } = style({ color: io.color });
  const { checked } = report;
  const head = [...(checked === null ? [] : ['']), 'entry', 'verdict', 'evidence', 'claim'].map((name) => colors.dim(name));
  const shown = io.quiet && checked !== null ? [] : report.claims;
  const [titles = '', ...rows] = alignRows([head, ...shown.flatMap((claim) => claimRows(claim, report, colors))], io.width);
  return [
    ...(shown.length === 0 ? [] : [titles, ...grouped(shown, rows, colors), '']),
    ...objected(report, io.width, colors),
    summary(report, colors),
    ...(checked === null && !io.quiet ? ['', ...next(report.claims, asked).map((line) => colors.dim(line))] : []),
  ].join('\n');
}

/** Two rows a claim: what was said, and the ids. */
function claimRows(claim: Claim, { evidence, checked }: Report, colors: Colors): string[][] {
  const mark = checked === null ? [] : [standsMark(checked.judgements.get(claim)?.stands ?? null, colors)];
  const first = evidence.get(claim.scenarios[0] ?? '');
  const ids = [...new Set([claim.id, ...claim.scenarios])].join('  ');
  return [
    [...mark, claim.entry, verdictText(claim, colors), first === undefined ? '-' : measure(first), `${said(claim)}: ${claim.claim}`],
    [...mark.map(() => ''), '', '', '', colors.dim(ids)],
  ];
}

function standsMark(stands: boolean | null, colors: Colors): string {
  if (stands === null) return colors.yellow('..');
  return stands ? colors.green('ok') : colors.red('NO');
}

export function verdictText({ verdict, new: isNew }: Claim, colors: Colors): string {
  const paint = { true: colors.green, false: colors.red, conditional: colors.yellow }[verdict];
  return paint(verdict) + (isNew === undefined ? '' : colors.magenta(' new'));
}

/** By whom and when; what nobody said has only the day of the mail that it follows from. */
export function said({ by, date }: Claim): string {
  return by === 'derived' ? `derived from a mail of ${date}` : by === 'pterace' ? 'found by pterace' : `${by}, ${date}`;
}

function grouped(claims: readonly Claim[], rows: readonly string[], colors: Colors): string[] {
  return threads.filter(({ thread }) => claims.some((c) => c.thread === thread)).flatMap(({ thread, subject, people, when }) => [
    '', `${colors.bold(`${thread}  ${subject}`)}  ${colors.dim(`${when}, ${people}`)}`,
    ...rows.filter((_, i) => claims[i >> 1]!.thread === thread),
  ]);
}

/** What the searches say against the claims. */
function objected({ claims, checked }: Report, width: number, colors: Colors): string[] {
  if (checked === null) return [];
  const lines = claims.flatMap((claim) => {
    const { stands = null, differences = [] } = checked.judgements.get(claim) ?? {};
    if (stands === null) return [`${colors.yellow(claim.id)}: a search was cut short, so nothing is said of it`];
    return stands ? [] : [colors.red(claim.id), ...differences.flatMap((d) => fold(d, width, 2))];
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

export function verdictCounts(claims: readonly Claim[]): Readonly<Record<Claim['verdict'] | 'new', number>> {
  const of = (verdict: Claim['verdict']): number => claims.filter((c) => c.verdict === verdict).length;
  return { true: of('true'), false: of('false'), conditional: of('conditional'), new: claims.filter((c) => c.new !== undefined).length };
}

function summary({ claims, checked }: Report, colors: Colors): string {
  const counts = verdictCounts(claims);
  const made = `${many(claims.length, 'claim')}: ${counts.true} true, ${counts.false} false, ${counts.conditional} conditional; ${counts.new} new`;
  if (checked === null) return made;
  const stands = claims.map((claim) => checked.judgements.get(claim)?.stands ?? null);
  const number = (wanted: boolean | null): number => stands.filter((s) => s === wanted).length;
  return [
    made, `${number(true)} stand`,
    ...(number(false) > 0 ? [colors.red(`${number(false)} do not`)] : []),
    ...(number(null) > 0 ? [colors.yellow(`${number(null)} not settled`)] : []),
    formatSeconds(checked.seconds),
  ].join(', ');
}

function next([first]: readonly Claim[], asked: string | undefined): string[] {
  if (first === undefined) return [];
  const all = `pterace claims ${asked === undefined ? '' : `${asked} `}--check`;
  const lines = [[`pterace claims ${first.id}`, 'one claim, with its reasons'], [`pterace check ${first.id}`, 'search the scenario that settles it'], [all, 'search all that these stand on']] as const;
  const width = Math.max(...lines.map(([line]) => line.length));
  return lines.map(([line, what]) => `${line.padEnd(width)}  # ${what}`);
}

/** Everything about one claim. `explained`: it is false, and the failing run is one that `explain` takes. */
export function renderClaim(claim: Claim, { evidence, checked }: Report, explained: boolean, io: Io): string {
  const { colors } = style({ color: io.color });
  const info = threads.find((t) => t.thread === claim.thread);
  const shows = (id: string): string => (evidence.has(id) ? evidenceText(evidence.get(id)!) : 'not searched');
  const [first = '', ...others] = claim.scenarios;
  const judgement = checked?.judgements.get(claim);
  const facts: (readonly [string, string])[] = [
    ['verdict', verdictText(claim, colors)],
    ['claim', claim.claim],
    ['by', `${said(claim)}; entry ${claim.entry}, thread ${claim.thread} (${info?.subject ?? 'unknown'})`],
    ['why', claim.why],
    ['settled', `${first}: ${shows(first)}`],
    ...others.map((id) => ['see also', `${id}: ${shows(id)}`] as const),
    ...(claim.assumptions ?? []).flatMap(({ what, without }) => [['provided', what] as const, ['', colors.dim(`without: ${without}: ${shows(without)}`)] as const]),
    ...(claim.new === undefined ? [] : [['sure?', claim.new.sure] as const]),
    ...(judgement === undefined ? [] : [['now', standing(judgement.stands, colors)] as const, ...judgement.differences.map((d) => ['', d] as const)]),
  ];
  const lines = facts.flatMap(([name, text]) => labelled(name, text, io.width, colors));
  return [colors.bold(claim.id), ...lines, ...(checked === null ? ['', ...commandsFor(claim, explained).map((line) => colors.dim(line))] : [])].join('\n');
}

function standing(stands: boolean | null, colors: Colors): string {
  if (stands === null) return colors.yellow('a search was cut short: nothing is said');
  return stands ? colors.green('the verdict stands') : colors.red('the verdict does not stand');
}

function labelled(name: string, text: string, width: number, colors: Colors): string[] {
  const [first = '', ...rest] = fold(text, width - 12, 0, 0);
  return [`  ${colors.dim(name.padEnd(10))}${first}`, ...rest.map((line) => ' '.repeat(12) + line)];
}

function commandsFor(claim: Claim, explained: boolean): string[] {
  return [
    `pterace check ${claim.id}`,
    ...(explained ? [`pterace explain ${claim.id}`] : []),
    ...(claim.assumptions ?? []).map((a) => `pterace check '${a.without}'`),
    `pterace claims ${claim.id} --check`,
  ];
}
