/** What the process answers its caller. */
import type { Verdict } from '../schedules/result.ts';

export const EXIT = {
  ok: 0,
  /** Violated or deadlock; of verify: not as declared. */
  failed: 1,
  /** A user's mistake, or a model that breaks the rules of the language. */
  usage: 2,
  incomplete: 3,
  vacuous: 4,
  internal: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'holds':
      return EXIT.ok;
    case 'violated':
    case 'deadlock':
      return EXIT.failed;
    case 'incomplete':
      return EXIT.incomplete;
    case 'vacuous':
      return EXIT.vacuous;
  }
}
