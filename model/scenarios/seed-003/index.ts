/** Scenarios of thread 003. */
import type { Scenario } from '../../scenario.ts';

export const seed003: readonly Scenario[] = [];
