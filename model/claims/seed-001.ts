/** The claims of thread 001. */
import type { Claim } from './claim.ts';

export const seed001: readonly Claim[] = [];
