/** Scenarios of thread 002. */
import type { Scenario } from '../../scenario.ts';
import { copies } from './copies.ts';
import { devices } from './device.ts';
import { specialEntries } from './special.ts';
import { writersBreak } from './writers.ts';

export const seed002: readonly Scenario[] = [...copies, ...devices, ...writersBreak, ...specialEntries];
