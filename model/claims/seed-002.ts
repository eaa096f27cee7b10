/** The claims of thread 002. */
import type { Claim } from './claim.ts';

export const seed002: readonly Claim[] = [];
