/** Every scenario, in reading order. */
import type { Scenario } from '../scenario.ts';
import { december2006 } from './december-2006.ts';

export const scenarios: readonly Scenario[] = [...december2006];
