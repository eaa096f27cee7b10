/** `pterace races`: the races there are, with their commits and scenarios. */
import { style } from '../counterexamples/style.ts';
import { compareReleases, isRelease, within } from '../model/races/releases.ts';
import type { Race, Subsystem } from '../model/races/race.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import { findCase } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { raceNames } from './find-race.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { RacesJson } from './json-races.ts';
import { many } from './numbers.ts';
import { suggest } from './near.ts';
import { alignRows } from './table.ts';

export interface RacesFlags {
  readonly json?: boolean;
  readonly subsystem?: Subsystem;
  /** A release that has the race. */
  readonly kernel?: string;
  /** An id, or true: any. */
  readonly cve?: string | true;
  /** That a broken scenario breaks. */
  readonly property?: string;
}

type Row = RacesJson['races'][number];

export async function listRaces(pattern: string | undefined, flags: RacesFlags, host: Host, io: Io): Promise<ExitCode> {
  const [races, scenarios] = [await host.races(), await host.scenarios()];
  const rows = matching(races, pattern).map((race) => rowOf(race, scenarios)).filter(wanted(flags, races, scenarios));
  if (flags.json) printJson(io, { races: rows } satisfies RacesJson);
  else io.out(`${render(rows, io)}\n`);
  return EXIT.ok;
}

/** Part of an id, an entry, a title, a subject or a procedure's name. @throws UsageError where nothing matches */
function matching(races: readonly Race[], pattern: string | undefined): readonly Race[] {
  if (pattern === undefined) return races;
  const matcher = new RegExp(pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*'), 'i');
  const found = races.filter((r) => [r.id, r.entry, r.title, ...r.procedures, ...r.commits.flatMap((c) => [c.hash, c.subject])].some((text) => matcher.test(text)));
  if (found.length > 0) return found;
  throw new UsageError(`no race matches '${pattern}'${suggest(pattern, [...raceNames(races), ...races.flatMap((r) => r.procedures)])} (pterace races shows all)`);
}

/** @throws UsageError where a flag can match no race at all */
function wanted(flags: RacesFlags, races: readonly Race[], scenarios: readonly Scenario[]): (row: Row) => boolean {
  const { subsystem, kernel, cve, property } = flags;
  if (kernel !== undefined && !isRelease(kernel)) throw new UsageError(`--kernel takes a release such as 2.6.19, 3.15-rc3 or 6.2, not '${kernel}'`);
  if (typeof cve === 'string') known('CVE', cve, races.flatMap((r) => r.cve ?? []));
  if (property !== undefined) known('property', property, races.flatMap((r) => r.broken.flatMap((id) => findCase(scenarios, id).expect.property ?? [])));
  return (row) =>
    (subsystem === undefined || row.subsystem === subsystem)
    && (kernel === undefined || (row.affected !== null && within(kernel, row.affected)))
    && (cve === undefined || (cve === true ? row.cve !== null : row.cve?.toLowerCase() === cve.toLowerCase()))
    && (property === undefined || row.broken.some((b) => b.property?.toLowerCase() === property.toLowerCase()));
}

function known(what: string, name: string, names: readonly string[]): void {
  const all = [...new Set(names)];
  if (!all.some((one) => one.toLowerCase() === name.toLowerCase())) throw new UsageError(`no race has ${what} '${name}'${suggest(name, all)} (there are ${all.length === 0 ? 'none' : all.join(', ')})`);
}

function rowOf(race: Race, scenarios: readonly Scenario[]): Row {
  const declared = (id: string): Row['broken'][number] => {
    const { scenario, expect } = findCase(scenarios, id);
    return { case: id, kernel: scenario.kernel, verdict: expect.verdict, property: expect.property ?? null, steps: expect.steps ?? null, catalogueSteps: scenario.catalogueSteps ?? null };
  };
  return {
    id: race.id, entry: race.entry, title: race.title, subsystem: race.subsystem, commits: race.commits.map((c) => ({ ...c })), affected: race.affected && { ...race.affected },
    cve: race.cve ?? null, procedures: [...race.procedures], broken: race.broken.map(declared), repaired: race.repaired.map(declared),
    controls: race.controls.map((c) => ({ ...c, verdict: findCase(scenarios, c.case).expect.verdict })), notes: race.notes ?? null,
  };
}

function render(rows: readonly Row[], io: Io): string {
  if (rows.length === 0) return 'no race is like that (pterace races shows all)';
  const { colors } = style({ color: io.color });
  const head = ['race', 'fixed in', 'commit', 'breaks', 'steps', 'about'].map((name) => colors.dim(name));
  const [titles = '', ...lines] = alignRows([head, ...rows.map((row) => cells(row, io))], io.width);
  const groups = [...new Set(rows.map((r) => r.subsystem))].flatMap((subsystem) => {
    const inside = lines.filter((_, i) => rows[i]!.subsystem === subsystem);
    return ['', `${colors.bold(subsystem)}  ${colors.dim(many(inside.length, 'race'))}`, ...inside];
  });
  return [titles, ...groups].join('\n');
}

function cells(row: Row, io: Io): string[] {
  const { colors } = style({ color: io.color });
  const broken = row.broken[0]!;
  const last = [...row.commits].sort((a, b) => compareReleases(a.release, b.release)).at(-1);
  const about = row.cve === null ? row.title : `${row.title} (${row.cve})`;
  return [`  ${row.id}`, row.affected === null ? 'never in' : row.affected.fixed ?? 'not', last?.hash.slice(0, 12) ?? '', colors.red(broken.property ?? broken.verdict), String(broken.steps ?? ''), about];
}
