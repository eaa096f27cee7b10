/** Thread 004: tracking shared dirty pages, page_mkwrite, and what would have done instead. */
import type { Scenario } from '../../scenario.ts';
import { discardScenarios } from './discards.ts';
import { fscacheScenarios } from './fscache.ts';
import { nonlinearScenarios } from './nonlinear.ts';
import { sigbusScenarios } from './sigbus.ts';
import { twoPhaseScenarios } from './two-phase.ts';

export const seed004: readonly Scenario[] = [...fscacheScenarios, ...sigbusScenarios, ...twoPhaseScenarios, ...discardScenarios, ...nonlinearScenarios];
