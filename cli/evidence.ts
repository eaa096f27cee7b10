/** What a case has to show for a claim: declared and recorded, or found by a search just now. */
import type { CheckResult } from '../schedules/result.ts';
import type { Case } from './cases.ts';
import type { Counts } from './host.ts';
import { formatCount, many } from './numbers.ts';

export interface Evidence {
  readonly id: string;
  readonly verdict: CheckResult['verdict'];
  readonly property: string | null;
  /** Length of the shortest trace; null where nothing fails, or where it is neither declared nor recorded. */
  readonly steps: number | null;
  /** Null where they are not recorded. */
  readonly states: number | null;
}

/** Without a search. */
export function declaredEvidence({ id, expect }: Case, recorded: Counts | undefined): Evidence {
  const property = expect.property ?? (expect.verdict === 'deadlock' ? 'deadlock' : null);
  return { id, verdict: expect.verdict, property, steps: expect.steps ?? recorded?.steps ?? null, states: recorded?.states ?? null };
}

export function foundEvidence({ id }: Case, result: CheckResult): Evidence {
  return { id, verdict: result.verdict, property: result.property, steps: result.schedule?.length ?? null, states: result.states };
}

/** `19 steps`, `3,882 states`; a dash where nothing is known. */
export function measure({ verdict, steps, states }: Evidence): string {
  if (verdict === 'incomplete') return 'cut short';
  if (verdict === 'vacuous') return verdict;
  if (steps !== null) return many(steps, 'step');
  return states === null ? '-' : many(states, 'state');
}

/** `violated I1-strong in 19 steps (960 states)`. */
export function evidenceText({ verdict, property, steps, states }: Evidence): string {
  const what = property === null || property === verdict ? '' : ` ${property}`;
  const length = steps === null ? '' : ` in ${many(steps, 'step')}`;
  return `${verdict}${what}${length}${states === null ? '' : ` (${formatCount(states)} states)`}`;
}
