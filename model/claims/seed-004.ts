/** The claims of thread 004. */
import type { Claim } from './claim.ts';

export const seed004: readonly Claim[] = [];
