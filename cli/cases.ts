/** What can be checked: every scenario and each of its mutants, under one id. */
import type { Program } from '../model/language/ir.ts';
import type { Buildable, Expectation, Scenario } from '../model/scenario.ts';
import { smallerProgram, type Cuts } from '../counterexamples/shrink/world.ts';
import { UsageError } from '../schedules/errors.ts';
import { suggest } from './near.ts';
import { patternExpression } from './pattern.ts';

export interface Case {
  /** `scenario` or `scenario#mutant`, and for each cut `~` with its name. */
  readonly id: string;
  readonly scenario: Scenario;
  /** What the mutant changes; null for the scenario itself. */
  readonly mutation: string | null;
  /** Of the whole world. */
  readonly expect: Expectation;
  /** The world and what it can be built without; `build` builds it without `cuts`. */
  readonly whole: Buildable;
  readonly cuts: Cuts;
  /** The claim that it was asked for by, if by one. */
  readonly claim?: string;
  build(): Program;
}

/** What an answer says of a case beside what the search found: plain data. */
export interface CaseFacts extends Pick<Case, 'id' | 'mutation' | 'expect' | 'cuts'> {
  readonly claim?: string | undefined;
  readonly scenario: {
    readonly machine: readonly string[];
    readonly catalogueSteps?: number | undefined;
    readonly lengthNote?: string | undefined;
  };
}

export function factsOf({ id, mutation, expect, cuts, claim, scenario: { machine, catalogueSteps, lengthNote } }: Case): CaseFacts {
  return { id, mutation, expect, cuts, claim, scenario: { machine, catalogueSteps, lengthNote } };
}

/** Before the name of a cut. */
const CUT = '~';

export function smallerId(id: string, cuts: Cuts): string {
  return [id, ...cuts].join(CUT);
}

/** What the id of a smaller world is made of. */
export function splitId(id: string): { readonly whole: string; readonly cuts: Cuts } {
  const [whole = '', ...cuts] = id.split(CUT);
  return { whole, cuts };
}

export function allCases(scenarios: readonly Scenario[]): Case[] {
  return scenarios.flatMap((scenario) => [
    { id: scenario.id, scenario, mutation: null, expect: scenario.expect, whole: scenario, cuts: [], build: () => scenario.build() },
    ...scenario.mutants.map((mutant) => ({
      id: `${scenario.id}#${mutant.name}`, scenario, mutation: mutant.what, expect: mutant.expect, whole: mutant, cuts: [], build: () => mutant.build(),
    })),
  ]);
}

/** The pattern that stands for the scenarios of every race. */
const RACES = 'races';

/** What a case may be asked for by: its id, or that of a claim or race whose first scenario it belongs to. */
interface Named {
  readonly name: string;
  readonly case: Case;
}

function byId(scenarios: readonly Scenario[]): Named[] {
  return allCases(scenarios).map((c) => ({ name: c.id, case: c }));
}

function byClaim(scenarios: readonly Scenario[]): Named[] {
  return allCases(scenarios).flatMap((c) => (c.scenario.aliases ?? []).map((alias) => {
    const claim = alias + c.id.slice(c.scenario.id.length);
    return { name: claim, case: { ...c, claim } };
  }));
}

function byRace(scenarios: readonly Scenario[]): Named[] {
  return allCases(scenarios).flatMap((c) => (c.scenario.races ?? []).filter((race) => race.first).flatMap(({ id, entry }) => {
    const mutant = c.id.slice(c.scenario.id.length);
    return [id, entry].map((name) => ({ name: name + mutant, case: c }));
  }));
}

/** Everything that a scenario or mutant may be called. */
export function allNames(scenarios: readonly Scenario[]): string[] {
  return [...byId(scenarios), ...byClaim(scenarios), ...byRace(scenarios)].map(({ name }) => name);
}

/** The case of that id, or of the claim or race of that id; without its folder an id will do as long as only one ends like it. */
export function caseNamed(scenarios: readonly Scenario[], id: string): Case | null {
  const { whole, cuts } = splitId(id);
  const [ids, claims] = [byId(scenarios), byClaim(scenarios)];
  const found = exactly(ids, whole) ?? exactly(claims, whole) ?? whateverCase(byRace(scenarios), whole) ?? ending(ids, whole) ?? ending(claims, whole);
  return found === null || cuts.length === 0 ? found : smaller(found, cuts);
}

function exactly(names: readonly Named[], id: string): Case | null {
  return names.find(({ name }) => name === id)?.case ?? null;
}

function whateverCase(names: readonly Named[], id: string): Case | null {
  return names.find(({ name }) => name.toLowerCase() === id.toLowerCase())?.case ?? null;
}

function ending(names: readonly Named[], id: string): Case | null {
  const found = names.filter(({ name }) => name.endsWith(`/${id}`));
  return found.length === 1 ? found[0]!.case : null;
}

function smaller(c: Case, cuts: Cuts): Case {
  const build = (): Program => {
    const program = smallerProgram(c.whole, cuts);
    if (program !== null) return program;
    const known = [...(c.whole.parts ?? []), ...c.whole.build().threads.map((t) => t.name)];
    const unknown = cuts.find((cut) => !known.includes(cut));
    throw new UsageError(unknown === undefined
      ? `${c.id} cannot be built without ${cuts.join(', ')}: too little is left`
      : `${c.id} has no part '${unknown}'${suggest(unknown, known)} (it has ${known.join(', ')})`);
  };
  return { ...c, id: smallerId(c.id, cuts), cuts, build };
}

export function findCase(scenarios: readonly Scenario[], id: string): Case {
  const found = caseNamed(scenarios, id);
  if (found !== null) return found;
  throw new UsageError(`unknown scenario '${id}'${suggest(id, allNames(scenarios))} (pterace list shows all)`);
}

/**
 * Cases whose id, or that of a claim on them, contains the pattern, in which `*` stands for anything; and all cases of a race whose
 * id begins with it. `races`: those of every race.
 */
export function matchCases(scenarios: readonly Scenario[], pattern: string | undefined): Case[] {
  if (pattern === undefined) return allCases(scenarios);
  if (pattern === RACES) return allCases(scenarios.filter((s) => s.races !== undefined));
  const [matcher, beginning] = [patternExpression(pattern), patternExpression(pattern, 'beginning')];
  const claimed = new Set(byClaim(scenarios).filter(({ name }) => matcher.test(name)).map(({ case: c }) => c.id));
  const found = allCases(scenarios).filter((c) => matcher.test(c.id) || claimed.has(c.id) || c.scenario.races?.some((race) => beginning.test(race.id)));
  if (found.length > 0) return found;
  throw new UsageError(`no scenario matches '${pattern}'${suggest(pattern, allNames(scenarios))} (pterace list shows all)`);
}
