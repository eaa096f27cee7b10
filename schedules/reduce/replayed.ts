/** What a schedule shows, by the plain meaning of the graph. */
import type { Graph } from '../../model/language/graph.ts';
import { ModelError, RangeFault } from '../errors.ts';
import { modelError } from '../fault.ts';
import { apply, initialState, isDeadlock, violatedConjunct, type SelectedConjunct, type State } from '../interpret.ts';
import { deadlocked, violatedBy, type Tally } from '../outcome.ts';
import type { CheckResult, ScheduleStep } from '../result.ts';
import { RANGE } from '../select.ts';

/** The first failure along a schedule that fails somewhere. @throws ModelError */
export function judgeSchedule(graph: Graph, conjuncts: readonly SelectedConjunct[], schedule: readonly ScheduleStep[], tally: Tally): CheckResult {
  let state: State = initialState(graph);
  for (let i = 0; ; i++) {
    const soFar = schedule.slice(0, i);
    try {
      const conjunct = violatedConjunct(graph, state, conjuncts);
      if (conjunct >= 0 && conjuncts[conjunct]!.property === RANGE) throw new ModelError(conjuncts[conjunct]!.name, soFar);
      if (conjunct >= 0) return violatedBy(conjuncts[conjunct]!, tally, soFar);
      if (i === schedule.length) break;
      state = apply(graph, state, schedule[i]!);
    } catch (error) {
      throw error instanceof RangeFault ? modelError(graph, conjuncts, error, soFar) : error;
    }
  }
  if (!isDeadlock(graph, state)) throw new Error('the reduced search found a failure that the plain meaning of the model does not show');
  return deadlocked(tally, schedule);
}
