/** Scenarios of thread 003. */
import type { Scenario } from '../../scenario.ts';
import { helpers } from './helpers.ts';
import { pendingScenarios } from './pending.ts';
import { privateMappings } from './private.ts';
import { protocol } from './protocol.ts';
import { seed003Thp } from './thp.ts';
import { vmwgfx } from './vmwgfx.ts';

export const seed003: readonly Scenario[] = [...helpers, ...protocol, ...pendingScenarios, ...privateMappings, ...vmwgfx, ...seed003Thp];
