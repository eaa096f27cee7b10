/** What can be checked: every scenario and each of its mutants, under one id. */
import type { Program } from '../model/language/ir.ts';
import type { Expectation, Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import { suggest } from './near.ts';

export interface Case {
  /** `scenario` or `scenario#mutant`. */
  readonly id: string;
  readonly scenario: Scenario;
  /** What the mutant changes; null for the scenario itself. */
  readonly mutation: string | null;
  readonly expect: Expectation;
  build(): Program;
}

export function allCases(scenarios: readonly Scenario[]): Case[] {
  return scenarios.flatMap((scenario) => [
    { id: scenario.id, scenario, mutation: null, expect: scenario.expect, build: () => scenario.build() },
    ...scenario.mutants.map((mutant) => ({
      id: `${scenario.id}#${mutant.name}`, scenario, mutation: mutant.what, expect: mutant.expect, build: () => mutant.build(),
    })),
  ]);
}

/** The case of that id; without its folder an id will do as long as only one ends like it. */
export function caseNamed(scenarios: readonly Scenario[], id: string): Case | null {
  const cases = allCases(scenarios);
  const ending = cases.filter((c) => c.id.endsWith(`/${id}`));
  return cases.find((c) => c.id === id) ?? (ending.length === 1 ? ending[0]! : null);
}

export function findCase(scenarios: readonly Scenario[], id: string): Case {
  const cases = allCases(scenarios);
  const found = caseNamed(scenarios, id);
  if (found !== null) return found;
  throw new UsageError(`unknown scenario '${id}'${suggest(id, cases.map((c) => c.id))} (pterace list shows all)`);
}

/** Cases whose id contains the pattern, in which `*` stands for anything. */
export function matchCases(scenarios: readonly Scenario[], pattern: string | undefined): Case[] {
  const cases = allCases(scenarios);
  if (pattern === undefined) return cases;
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const matcher = new RegExp(literal.join('.*'), 'i');
  const found = cases.filter((c) => matcher.test(c.id));
  if (found.length > 0) return found;
  throw new UsageError(`no scenario matches '${pattern}'${suggest(pattern, cases.map((c) => c.id))} (pterace list shows all)`);
}
