import type { Loc } from './ir.ts';

/** The rules of the language, by number: one line of cause each; the cure is in the message of the throw. */
export const RULES = {
  PT001: 'recursion',
  PT002: 'loop without a visible step',
  PT003: 'lock released that is not held, or taken twice',
  PT004: 'lock contract broken',
  PT005: 'loaded value never used',
  PT006: 'two shared accesses in one step, or one in none',
  PT007: 'statement after Return or Break',
  PT008: 'value out of its declared range',
  PT009: 'sleep with a spinning lock held',
  PT010: 'recorded outside a procedure',
  PT011: 'name declared twice',
  PT012: 'ghost state steers behaviour',
  PT013: 'not allowed inside an atomic section',
  PT014: 'unknown name',
  PT015: 'value used outside the procedure that recorded it',
  PT016: 'missing or misplaced Return or Break',
  PT017: 'mutant does not apply',
} as const;

export type Rule = keyof typeof RULES;

/**
 * A model that breaks a rule of the language. The message is `PT007 model/kernel/memory.ts:41: cause; cure`.
 * The command line prints it without a stack trace and exits with 2.
 */
export class LanguageError extends Error {
  readonly rule: Rule;
  readonly loc: Loc | null;

  constructor(rule: Rule, loc: Loc | null, cause: string, cure: string) {
    super(`${rule} ${loc ? formatLoc(loc) : '(no location)'}: ${cause}; ${cure}`);
    this.name = 'LanguageError';
    this.rule = rule;
    this.loc = loc;
  }
}

export function formatLoc(loc: Loc): string {
  return `${loc.file}:${loc.line}`;
}
