/** The claims of thread 004 that the worlds of one shared file page settle, and those of `seed-004-more.ts`. */
import type { Claim } from './claim.ts';
import { seed004More } from './seed-004-more.ts';

export const seed004: readonly Claim[] = [...seed004More];
