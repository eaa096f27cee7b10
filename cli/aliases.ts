/** A claim's id stands for the first of its scenarios. */
import type { Claim } from '../model/claims/claim.ts';
import type { Scenario } from '../model/scenario.ts';

/** The scenarios with the claims that they settle as their aliases; a claim that is called like a scenario needs none. */
export function withAliases(scenarios: readonly Scenario[], claims: readonly Claim[]): readonly Scenario[] {
  const ids = new Set(scenarios.map((s) => s.id));
  return scenarios.map((s) => {
    const aliases = claims.filter((claim) => claim.scenarios[0] === s.id && !ids.has(claim.id)).map((claim) => claim.id);
    return aliases.length === 0 ? s : { ...s, aliases };
  });
}
