/** Scenarios of thread 003. */
import type { Scenario } from '../../scenario.ts';
import { seed003Thp } from './thp.ts';

export const seed003: readonly Scenario[] = [...seed003Thp];
