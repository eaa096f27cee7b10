/** The claims of thread 003. */
import type { Claim } from './claim.ts';

export const seed003: readonly Claim[] = [];
