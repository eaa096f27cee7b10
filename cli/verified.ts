/** How a verify run went. */
import type { Case } from './cases.ts';
import type { Searched } from './crew.ts';

/** One case and how it went. */
export interface Verified {
  readonly case: Case;
  /** Null when the model is broken. */
  readonly searched: Searched | null;
  readonly differences: readonly string[];
}

export interface Run {
  readonly verified: readonly Verified[];
  /** Cases that were selected and not begun, or interrupted. */
  readonly skipped: number;
  readonly seconds: number;
}

/** Every selected case was searched to its end. */
export function isComplete({ verified, skipped }: Run): boolean {
  return skipped === 0 && verified.every(({ searched }) => searched?.result.verdict !== 'incomplete');
}
