/** Scenarios of thread 000. */
import type { Scenario } from '../../scenario.ts';

export const seed000: readonly Scenario[] = [];
