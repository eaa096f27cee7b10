/** The claims of thread 004 that the scenarios of its own folder settle. */
import type { Claim } from './claim.ts';

export const seed004More: readonly Claim[] = [];
