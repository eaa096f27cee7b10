/** The claims of thread 003. */
import type { Claim } from './claim.ts';
import { seed003Thp } from './seed-003-thp.ts';

export const seed003: readonly Claim[] = [...seed003Thp];
