/** No trace is shown before it has been replayed, step by step, by code that shares nothing with the search. */
import type { Graph } from '../model/language/graph.ts';
import { ReplayError } from '../schedules/errors.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import { findBreakage, findStall, type Breakage, type Claim } from './breakage.ts';
import { reenact, type Reenactment } from './reenact.ts';
import { TraceRefused } from './refused.ts';

/** A trace that stood up to the re-check. */
export interface Rechecked extends Reenactment {
  readonly schedule: readonly ScheduleStep[];
  readonly breakage: Breakage;
}

/** @throws TraceRefused (stale) when the trace was made from another model; `model` may be a prefix of the hash. */
export function refuseStale(graph: Graph, scenario: string, model: string): void {
  if (graph.hash.startsWith(model)) return;
  throw new TraceRefused('stale', `stale trace: the model of ${scenario} has changed since it was recorded (then ${model.slice(0, 8)}, now ${graph.hash.slice(0, 8)}); run check again for a fresh one`);
}

/**
 * `loop`: index of the first step that repeats for ever, of a run that makes no progress.
 * @throws TraceRefused (impossible, unbroken)
 */
export function recheck(graph: Graph, schedule: readonly ScheduleStep[], claim: Claim = {}, loop: number | null = null): Rechecked {
  const played = play(graph, schedule);
  const breakage = loop === null ? findBreakage(graph, played, claim) : findStall(graph, played, claim, loop);
  if (breakage !== null) return { ...played, schedule, breakage };
  const what = claim.property ? [claim.property, claim.conjunct].filter(Boolean).join('/') : 'no property';
  throw new TraceRefused('unbroken', `the trace runs, but ${what} is ${claim.property ? 'not ' : ''}broken ${loop === null ? `after its ${schedule.length} steps` : `by repeating what follows step ${loop} for ever`}`);
}

function play(graph: Graph, schedule: readonly ScheduleStep[]): Reenactment {
  try {
    return reenact(graph, schedule);
  } catch (error) {
    if (error instanceof ReplayError) throw new TraceRefused('impossible', `the trace cannot be followed: ${error.message}`);
    throw error;
  }
}
