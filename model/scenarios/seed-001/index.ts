/** Scenarios of thread 001. */
import type { Scenario } from '../../scenario.ts';

export const seed001: readonly Scenario[] = [];
