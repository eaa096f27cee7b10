/** When a verdict stands: what its scenarios and failing cases must answer. */
import type { Claim } from './claim.ts';

/** What a case answers, or is declared to: null where that is not known. */
export type AnswerOf = (id: string) => string | null;

const FAILS: readonly string[] = ['violated', 'deadlock'];

/** The claim's scenarios and failing cases, each once, the one that settles it first. */
export function casesOf(claim: Claim): string[] {
  return [...new Set([...claim.scenarios, ...(claim.assumptions ?? []).map((a) => a.without)])];
}

/** One line for each answer that the verdict does not go with; what is not known is no objection. */
export function objections(claim: Claim, answerOf: AnswerOf): string[] {
  const [first = ''] = claim.scenarios;
  const settled = answerOf(first);
  const fits = settled === null || (claim.verdict === 'false' ? FAILS.includes(settled) : settled === 'holds');
  const assumptions = claim.assumptions ?? [];
  return [
    ...(fits ? [] : [`${first} settles it, and its answer is '${settled}'`]),
    ...(claim.verdict === 'conditional' && assumptions.length === 0 ? ['it is conditional, and no assumption is named'] : []),
    ...assumptions.flatMap(({ what, without }) => {
      const answer = answerOf(without);
      return answer === null || FAILS.includes(answer) ? [] : [`${without} should fail for want of '${what}', and its answer is '${answer}'`];
    }),
  ];
}
