/** Every scenario, in reading order. */
import type { Scenario } from '../scenario.ts';
import { classics } from '../classics/index.ts';
import { composed } from './composed.ts';
import { machineScenarios } from './machine.ts';
import { december2006 } from './december-2006.ts';
import { notify } from './notify.ts';
import { obligations } from './obligations.ts';
import { privateLock } from './private-lock.ts';
import { unmap } from './unmap.ts';

export const scenarios: readonly Scenario[] = [...december2006, ...notify, ...privateLock, ...unmap, ...obligations, ...machineScenarios, ...composed, ...classics];
