/** The claims of the threads about progress. */
import type { Scenario } from '../../scenario.ts';
import { faultLoops } from './fault-loop.ts';
import { brokenInTime } from './broken-in-time.ts';
import { nospace } from './nospace.ts';
import { throttles } from './throttle.ts';

export const livenessScenarios: readonly Scenario[] = [...faultLoops, ...throttles, ...nospace, ...brokenInTime];
