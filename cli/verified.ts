/** How a verify run went. */
import type { Case } from './cases.ts';
import type { Examined } from './examine.ts';

/** One case and how it went. */
export interface Verified {
  readonly case: Case;
  /** Null when the model is broken. */
  readonly examined: Examined | null;
  readonly differences: readonly string[];
}

export interface Run {
  readonly verified: readonly Verified[];
  /** Cases that were selected and not begun. */
  readonly skipped: number;
  readonly seconds: number;
}

/** Every selected case was searched to its end. */
export function isComplete({ verified, skipped }: Run): boolean {
  return skipped === 0 && verified.every(({ examined }) => examined?.result.verdict !== 'incomplete');
}
