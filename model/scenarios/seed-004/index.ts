/** Scenarios of thread 004. */
import type { Scenario } from '../../scenario.ts';

export const seed004: readonly Scenario[] = [];
