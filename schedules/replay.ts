/** Strict replay: follows a schedule by the reference interpreter, so that no trace is believed because the engine says so. */
import type { GNode, Graph } from '../model/language/graph.ts';
import { ReplayError, RangeFault } from './errors.ts';
import { apply, enabled, initialState, isDeadlock, nodeOf, violatedConjunct } from './interpret.ts';
import type { State } from './interpret.ts';
import type { ScheduleStep } from './result.ts';
import { selectConjuncts } from './select.ts';

export { apply, enabled, initialState, nodeOf } from './interpret.ts';
export type { State } from './interpret.ts';

/** A conjunct that is false in a state. */
export interface Failure {
  readonly property: string;
  readonly conjunct: string;
}

/** One step of a replay. */
export interface ReplayStep extends ScheduleStep {
  /** The node that ran. */
  readonly node: GNode;
  readonly before: State;
  readonly after: State;
  /** First conjunct violated after the step, or null. */
  readonly violated: Failure | null;
}

export interface Replay {
  readonly initial: State;
  readonly steps: readonly ReplayStep[];
  /** The last state. */
  readonly end: State;
  /** First conjunct violated in the last state, or null. */
  readonly violated: Failure | null;
  /** The last state is a deadlock. */
  readonly deadlock: boolean;
}

/** Runs a schedule from the initial state. @throws ReplayError where a step is not possible @throws UsageError */
export function run(graph: Graph, schedule: readonly ScheduleStep[], properties?: readonly string[]): Replay {
  const conjuncts = selectConjuncts(graph, properties);
  const failure = (state: State): Failure | null => {
    const found = conjuncts[violatedConjunct(graph, state, conjuncts)];
    return found === undefined ? null : { property: found.property, conjunct: found.name };
  };
  const initial = initialState(graph);
  const steps: ReplayStep[] = [];
  let end = initial;
  schedule.forEach(({ thread, choice }, i) => {
    const before = end;
    end = take(graph, before, { thread, choice }, i + 1);
    steps.push({ thread, choice, node: nodeOf(graph, before, thread), before, after: end, violated: failure(end) });
  });
  return { initial, steps, end, violated: failure(end), deadlock: isDeadlock(graph, end) };
}

function take(graph: Graph, state: State, step: ScheduleStep, number: number): State {
  const reason = refusal(graph, state, step);
  if (reason !== null) throw new ReplayError(number, reason);
  try {
    return apply(graph, state, step);
  } catch (error) {
    throw error instanceof RangeFault ? new ReplayError(number, 'a value leaves its declared range') : error;
  }
}

/** Why a step is not possible in a state, or null. */
function refusal(graph: Graph, state: State, { thread, choice }: ScheduleStep): string | null {
  const decl = graph.threads[thread];
  if (decl === undefined) return `there is no thread ${thread}`;
  const node = nodeOf(graph, state, thread);
  if (node.kind === 'end') return `thread ${decl.name} has ended`;
  if (!Number.isInteger(choice) || choice < 0 || choice >= node.choices) return `thread ${decl.name} has ${node.choices} alternatives here, not number ${choice}`;
  const open = enabled(graph, state).some((s) => s.thread === thread);
  return open ? null : `thread ${decl.name} waits: ${node.text}`;
}
