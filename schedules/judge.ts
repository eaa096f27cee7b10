/** Decides which of the failures of a level is the answer, and finds its schedule. */
import type { Engine } from './compile.ts';
import { ModelError } from './errors.ts';
import type { Failures } from './failures.ts';
import { modelError } from './fault.ts';
import type { Levels } from './levels.ts';
import { deadlocked, violated } from './outcome.ts';
import type { Tally } from './outcome.ts';
import type { Pace } from './pace.ts';
import type { CheckResult, ScheduleStep } from './result.ts';
import { RANGE } from './select.ts';
import { fewestSwitches } from './switches.ts';

export interface Case {
  readonly engine: Engine;
  readonly failures: Failures;
  readonly levels: Levels;
  readonly tally: Tally;
}

/**
 * Errors of the model come before failures of the kernel, and states that were expanded before those they led to,
 * which are one step further. The answer depends on the sets of states only, not on their order. @throws ModelError
 */
export async function judge(c: Case, pace: Pace): Promise<CheckResult> {
  const { steps, tests, dead, violations } = c.failures;
  const { last } = c.levels;
  for (const [faults, level] of [[steps, last - 1], [tests, last]] as const) {
    if (faults.length === 0) continue;
    const { schedule, failure } = await easiest(c, faults, level, pace);
    throw modelError(c.engine.graph, c.engine.conjuncts, failure, schedule);
  }
  if (dead.length > 0) return deadlocked(c.tally, (await easiest(c, dead.map((id) => ({ id })), last - 1, pace)).schedule);
  const errors = violations.filter((v) => c.engine.conjuncts[v.conjunct]!.property === RANGE);
  const { schedule, failure } = await easiest(c, errors.length > 0 ? errors : violations, last, pace);
  if (errors.length > 0) throw new ModelError(c.engine.conjuncts[failure.conjunct]!.name, schedule);
  return violated(c.engine, c.tally, failure.conjunct, schedule);
}

async function easiest<F extends { readonly id: number }>(c: Case, failures: readonly F[], level: number, pace: Pace): Promise<{ schedule: readonly ScheduleStep[]; failure: F }> {
  const targets = failures.map((f) => c.levels.stateOf(f.id));
  const { schedule, target } = await fewestSwitches(c.engine, c.levels, level, targets, pace, c.tally);
  return { schedule, failure: failures[target]! };
}
