/** Scenarios of thread 001. */
import type { Scenario } from '../../scenario.ts';
import { mergedAndMoved } from './merged-and-moved.ts';
import { mergeScenarios } from './merge.ts';
import { resolveScenarios } from './resolve.ts';
import { v1Scenarios } from './v1.ts';
import { v2Scenarios } from './v2.ts';

export const seed001: readonly Scenario[] = [...v1Scenarios, ...resolveScenarios, ...mergeScenarios, ...v2Scenarios, ...mergedAndMoved];
