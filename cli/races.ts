/** `pterace races`: the races there are, with their commits and scenarios. */
import { INGREDIENTS } from '../model/races/ingredients.ts';
import { isRelease, within } from '../model/races/releases.ts';
import type { Race, Subsystem } from '../model/races/race.ts';
import { UsageError } from '../schedules/errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { raceNames } from './find-race.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { RacesJson } from './json-races.ts';
import { suggest } from './near.ts';
import { patternExpression } from './pattern.ts';
import { known, rowOf, type RaceRow } from './race-rows.ts';
import { renderLeftOut, renderRace, renderRaces } from './races-report.ts';

export interface RacesFlags {
  readonly json?: boolean;
  readonly subsystem?: Subsystem;
  /** A release that has the race. */
  readonly kernel?: string;
  /** An id, or true: any. */
  readonly cve?: string | true;
  /** That a broken scenario breaks. */
  readonly property?: string;
  /** All of them. */
  readonly ingredient?: readonly string[];
  readonly leftOut?: boolean;
}

export async function listRaces(pattern: string | undefined, flags: RacesFlags, host: Host, io: Io): Promise<ExitCode> {
  const [facts, all, leftOut] = [await known(host), await host.races(), await host.leftOut()];
  const rows = all.map((race) => rowOf(race, facts));
  const shown = matching(all, pattern).map((race) => rows[all.indexOf(race)]!).filter(wanted(flags, rows));
  if (flags.json) printJson(io, { races: shown, leftOut: [...leftOut] } satisfies RacesJson);
  else if (flags.leftOut) io.out(`${renderLeftOut(leftOut, io)}\n`);
  else io.out(`${pattern !== undefined && shown.length === 1 ? renderRace(shown[0]!, io) : renderRaces(shown, shown.length === all.length ? leftOut.length : 0, io)}\n`);
  return EXIT.ok;
}

/** Part of an id, an entry, a title, a subject or a procedure's name. @throws UsageError where nothing matches */
function matching(races: readonly Race[], pattern: string | undefined): readonly Race[] {
  if (pattern === undefined) return races;
  const matcher = patternExpression(pattern);
  const found = races.filter((r) => [r.id, r.entry, r.title, ...r.procedures, ...r.commits.flatMap((c) => [c.hash, c.subject])].some((text) => matcher.test(text)));
  if (found.length > 0) return found;
  throw new UsageError(`no race matches '${pattern}'${suggest(pattern, [...raceNames(races), ...races.flatMap((r) => r.procedures)])} (pterace races shows all)`);
}

/** @throws UsageError where a flag can match no race at all */
function wanted({ subsystem, kernel, cve, property, ingredient = [] }: RacesFlags, all: readonly RaceRow[]): (row: RaceRow) => boolean {
  if (kernel !== undefined && !isRelease(kernel)) throw new UsageError(`--kernel takes a release such as 2.6.19, 3.15-rc3 or 6.2, not '${kernel}'`);
  if (typeof cve === 'string') refuseUnknown('CVE', cve, all.flatMap((r) => r.cve ?? []));
  if (property !== undefined) refuseUnknown('property', property, all.flatMap((r) => r.broken.flatMap((b) => b.property ?? [])));
  for (const name of ingredient) refuseUnknown('ingredient', name, INGREDIENTS.filter((known) => all.some((r) => r.ingredients.includes(known))));
  return (row) =>
    (subsystem === undefined || row.subsystem === subsystem)
    && (kernel === undefined || (row.affected !== null && within(kernel, row.affected)))
    && (cve === undefined || (cve === true ? row.cve !== null : row.cve !== null && same(row.cve, cve)))
    && (property === undefined || row.broken.some((b) => b.property !== null && same(b.property, property)))
    && ingredient.every((name) => row.ingredients.some((one) => same(one, name)));
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function refuseUnknown(what: string, name: string, names: readonly string[]): void {
  const all = [...new Set(names)];
  if (!all.some((one) => same(one, name))) throw new UsageError(`no race has ${what} '${name}'${suggest(name, all)} (there are ${all.length === 0 ? 'none' : all.join(', ')})`);
}
