/** The claims of the threads about progress: what keeps happening, or never does, under weak fairness. */
import type { Claim } from './claim.ts';

export const livenessClaims: readonly Claim[] = [];
