/** Every scenario, in reading order. */
import type { Scenario } from '../scenario.ts';
import { classics } from '../classics/index.ts';
import { composed } from './composed.ts';
import { livenessScenarios } from './liveness/index.ts';
import { machineScenarios } from './machine.ts';
import { december2006 } from './december-2006.ts';
import { notify } from './notify.ts';
import { obligations } from './obligations.ts';
import { privateLock } from './private-lock.ts';
import { raceScenarios } from './races/index.ts';
import { seed000 } from './seed-000/index.ts';
import { seed001 } from './seed-001/index.ts';
import { seed002 } from './seed-002/index.ts';
import { seed003 } from './seed-003/index.ts';
import { seed004 } from './seed-004/index.ts';
import { swapEntries } from './swap-entries.ts';
import { unmap } from './unmap.ts';

export const scenarios: readonly Scenario[] = [
  ...december2006, ...notify, ...privateLock, ...unmap, ...obligations, ...raceScenarios, ...swapEntries, ...seed004, ...seed003, ...seed000, ...seed002, ...seed001, ...livenessScenarios, ...machineScenarios, ...composed, ...classics,
];
