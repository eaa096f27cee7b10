/** Decides progress: whether an obligation can stay pending for ever in a run that is fair. */
import type { GProgress, Graph } from '../../model/language/graph.ts';
import { compile, moveChoice, moveThread } from '../compile.ts';
import { ModelError, RangeFault } from '../errors.ts';
import { incomplete, violatedForEver } from '../outcome.ts';
import { Pace } from '../pace.ts';
import type { CheckOptions, CheckResult, ScheduleStep } from '../result.ts';
import { Fairness } from './fairness.ts';
import { findLasso } from './lasso.ts';
import { Pending } from './pending.ts';
import { Transitions } from './transitions.ts';

/**
 * Asked after a search that found everything safe: explores once more, keeping the edges. The answer is the first property
 * that a fair run breaks, with its lasso, or what was found before. @throws ModelError, UsageError
 */
export async function searchProgress(graph: Graph, properties: readonly GProgress[], options: CheckOptions, safe: CheckResult): Promise<CheckResult> {
  const pace = new Pace({ ...options, ...(options.maxSeconds === undefined ? {} : { maxSeconds: options.maxSeconds - safe.seconds }) }, safe.seconds);
  const states = new Transitions(compile(graph, []), options);
  const limit = await states.explore(pace);
  const tally = (): CheckResult => ({ ...safe, seconds: pace.seconds, engineBytes: Math.max(safe.engineBytes, states.bytes) });
  if (limit !== null) return incomplete(tally(), limit);
  const silent: string[] = [];
  for (const property of properties) {
    const pending = pendingOf(states, property);
    const inside = pending.states();
    if (!inside.includes(1)) silent.push(property.name);
    const fairness = new Fairness(states, property);
    const lasso = findLasso(states, fairness, pending, fairness.fairParts(inside));
    if (lasso !== null) {
      const schedule = [...lasso.stem, ...lasso.cycle].map((edge) => stepOf(states, edge));
      return violatedForEver(property.name, tally(), schedule, { start: lasso.stem.length, shortest: lasso.shortest });
    }
    const stopped = pace.exhausted();
    if (stopped !== null) return incomplete(tally(), stopped);
  }
  if (silent.length === 0) return tally();
  return { ...tally(), verdict: 'vacuous', neverTruePremises: [...safe.neverTruePremises, ...silent.map((property) => ({ property, conjunct: 'from' }))] };
}

function pendingOf(states: Transitions, property: GProgress): Pending {
  try {
    return new Pending(states, property);
  } catch (error) {
    if (error instanceof RangeFault) throw new ModelError(property.name, []);
    throw error;
  }
}

function stepOf({ moves }: Transitions, edge: number): ScheduleStep {
  return { thread: moveThread(moves[edge]!), choice: moveChoice(moves[edge]!) };
}
