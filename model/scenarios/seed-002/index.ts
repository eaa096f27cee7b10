/** Scenarios of thread 002. */
import type { Scenario } from '../../scenario.ts';

export const seed002: readonly Scenario[] = [];
