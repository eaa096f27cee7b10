/** The claims of thread 000. */
import type { Claim } from './claim.ts';

export const seed000: readonly Claim[] = [];
