/** `pterace diff`: what of the procedures differs between two worlds, such as before and after a repair. */
import { style } from '../counterexamples/style.ts';
import type { ProcDecl, Program } from '../model/language/ir.ts';
import type { Race } from '../model/races/race.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import { allNames, caseNamed, findCase, type Case } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { raceNamed, raceNames } from './find-race.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { DiffJson } from './json-races.ts';
import { hunksBetween, paintDiff, withoutNumbers } from './listing-diff.ts';
import { many } from './numbers.ts';
import { suggest } from './near.ts';
import { expectationText } from './verdict.ts';

export interface DiffFlags {
  readonly json?: boolean;
  /** Lines around a change. */
  readonly unified: number;
}

interface Pair {
  readonly race: Race | null;
  readonly from: Case;
  readonly to: Case;
}

type Changed = DiffJson['procedures'][number];

interface Difference extends Pair {
  readonly procedures: readonly Changed[];
  readonly elsewhere: readonly string[];
}

export async function diff(first: string, second: string | undefined, flags: DiffFlags, host: Host, io: Io): Promise<ExitCode> {
  const found = await difference(first, second, flags.unified, host);
  if (flags.json) printJson(io, { race: found.race?.id ?? null, from: side(found.from), to: side(found.to), procedures: [...found.procedures], elsewhere: [...found.elsewhere] } satisfies DiffJson);
  else io.out(`${render(found, io)}\n`);
  return EXIT.ok;
}

/** `context`: lines around a change. @throws UsageError */
export async function difference(first: string, second: string | undefined, context: number, host: Host): Promise<Difference> {
  const pair = findPair(first, second, await host.scenarios(second ?? first), await host.races());
  const [from, to] = [pair.from.build(), pair.to.build()];
  return { ...pair, procedures: await changedProcedures(from, to, context, host), elsewhere: differingParts(from, to) };
}

/** A race is broken against repaired; a mutant alone is compared with its scenario. */
function findPair(first: string, second: string | undefined, scenarios: readonly Scenario[], races: readonly Race[]): Pair {
  if (second !== undefined) return { race: null, from: findCase(scenarios, first), to: findCase(scenarios, second) };
  const race = raceNamed(races, first);
  if (race !== null) {
    const { broken, repaired } = race.closest ?? { broken: race.broken[0]!, repaired: race.repaired[0]! };
    return { race, from: findCase(scenarios, broken), to: findCase(scenarios, repaired) };
  }
  const alone = caseNamed(scenarios, first);
  if (alone === null) throw new UsageError(`unknown race '${first}'${suggest(first, [...new Set([...raceNames(races), ...allNames(scenarios)])])} (pterace races shows all)`);
  if (alone.mutation === null) throw new UsageError(`${alone.id} is a scenario: name a second one to compare it with, or one of its mutants alone`);
  return { race: null, from: findCase(scenarios, alone.scenario.id), to: alone };
}

/** What models nothing is the machine's: that the other world does without it is no change of the kernel. */
async function changedProcedures(from: Program, to: Program, context: number, host: Host): Promise<Changed[]> {
  const find = (p: Program, name: string): ProcDecl | undefined => p.procs.find((proc) => proc.name === name);
  const text = async (p: Program, proc: ProcDecl | undefined): Promise<string> => (proc === undefined ? '' : comparable(await host.listing(proc, p)));
  const names = [...new Set([...from.procs, ...to.procs].map((proc) => proc.name))];
  const all = await Promise.all(names.map(async (name): Promise<Changed> => {
    const [a, b] = [find(from, name), find(to, name)];
    const [before, after] = [await text(from, a), await text(to, b)];
    return {
      name, models: modelled(a, b), change: a === undefined ? 'added' : b === undefined ? 'removed' : 'changed',
      diff: before === '' || after === '' ? hunksBetween(withoutComment(before), withoutComment(after), context) : hunksBetween(before, after, context),
    };
  }));
  return all.filter(({ change, models, diff: hunks }) => hunks !== '' && (change === 'changed' || models !== null));
}

/** Of a procedure that is new as a whole the comment says what the head of the patch says. */
function withoutComment(listing: string): string {
  return listing.replace(/^\/\*[^]*? \*\/\n/, '');
}

/** A procedure of another version that reads the same has not changed. */
function comparable(listing: string): string {
  return withoutNumbers(listing).replace(/^( \* models \S+ \S+), .*$/m, '$1');
}

function modelled(a: ProcDecl | undefined, b: ProcDecl | undefined): Changed['models'] {
  const models = b?.models ?? a?.models ?? null;
  return models === null ? null : { fn: models.fn, file: models.file, from: a?.models?.version ?? null, to: b?.models?.version ?? null };
}

/** What differs apart from the procedures, in words; locations do not count. */
function differingParts(from: Program, to: Program): string[] {
  const parts: readonly [string, (p: Program) => unknown][] = [
    ['types', (p) => p.types], ['state', (p) => p.places], ['initial state', (p) => p.init],
    ['threads', (p) => p.threads.map(({ name, cpu, daemon, proc, args }) => [name, cpu, daemon, proc, args])],
    ['properties', (p) => p.properties.map(({ name }) => name)],
  ];
  const machine = (p: Program): readonly string[] => p.procs.filter(({ models }) => models === null).map(({ name }) => name);
  const steps = machine(from).length === machine(to).length ? [] : ['machine'];
  return [...steps, ...parts.filter(([, part]) => JSON.stringify(part(from)) !== JSON.stringify(part(to))).map(([name]) => name)];
}

function side({ id, expect }: Case): DiffJson['from'] {
  return { case: id, verdict: expect.verdict, property: expect.property ?? null };
}

function render(found: Difference, io: Io): string {
  const { colors } = style({ color: io.color });
  return [...raceHead(found, io), ...patches(found).map((text) => paintDiff(text, colors)), colors.dim(whatDiffers(found))].join('\n\n');
}

/** One patch a procedure. */
export function patches({ from, to, procedures }: Difference): string[] {
  return procedures.map((p) => `--- ${label(from, p, 'from')}\n+++ ${label(to, p, 'to')}\n${p.diff}`);
}

/** `2 procedures differ; besides: initial state`. */
export function whatDiffers({ procedures, elsewhere }: Difference): string {
  const count = procedures.length === 0 ? 'no procedure differs' : `${many(procedures.length, 'procedure')} differ${procedures.length === 1 ? 's' : ''}`;
  return elsewhere.length === 0 ? count : `${count}; besides: ${elsewhere.join(', ')}`;
}

function label(c: Case, { name, models, change }: Changed, at: 'from' | 'to'): string {
  if (change === (at === 'from' ? 'added' : 'removed')) return '/dev/null';
  if (models === null) return `${c.id}  ${name}`;
  return `${c.id}  ${models.file} ${name}(), ${models[at] ?? ''}`.trimEnd();
}

function raceHead({ race, from, to }: Pair, io: Io): string[] {
  if (race === null) return [];
  const { colors } = style({ color: io.color });
  const commits = race.commits.map((c) => `${c.hash.slice(0, 12)} ("${c.subject}", ${c.author}, ${c.release})`);
  return [[
    `${colors.bold(race.id)}  ${race.title}`,
    ...commits.map((text) => `  repaired by ${text}`),
    `  ${from.id}: ${expectationText(from.expect)}`,
    `  ${to.id}: ${expectationText(to.expect)}`,
  ].join('\n')];
}
