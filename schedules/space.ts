/** The whole state space of a small world as a graph, by the reference interpreter: failures do not end it. */
import type { Graph } from '../model/language/graph.ts';
import { apply, enabled, initialState, type State } from './interpret.ts';
import type { ScheduleStep } from './result.ts';

export interface Edge extends ScheduleStep {
  /** Indices into `states`. */
  readonly from: number;
  readonly to: number;
}

export interface Space {
  /** In the order of a breadth-first search; the first is the initial one. */
  readonly states: readonly State[];
  readonly edges: readonly Edge[];
}

/** Null when there are more than `maxStates`. @throws RangeFault */
export function space(graph: Graph, maxStates: number): Space | null {
  const first = initialState(graph);
  const states = [first];
  const ids = new Map([[key(first), 0]]);
  const edges: Edge[] = [];
  for (let from = 0; from < states.length; from++) {
    for (const step of enabled(graph, states[from]!)) {
      const next = apply(graph, states[from]!, step);
      let to = ids.get(key(next));
      if (to === undefined) {
        if (states.length >= maxStates) return null;
        to = states.push(next) - 1;
        ids.set(key(next), to);
      }
      edges.push({ from, to, ...step });
    }
  }
  return { states, edges };
}

/** The edges of a schedule from the initial state. */
export function along({ edges }: Space, schedule: readonly ScheduleStep[]): Edge[] {
  const way: Edge[] = [];
  for (const { thread, choice } of schedule) {
    const edge = edges.find((e) => e.from === (way.at(-1)?.to ?? 0) && e.thread === thread && e.choice === choice);
    if (edge === undefined) throw new Error('the schedule leaves the state space');
    way.push(edge);
  }
  return way;
}

function key(state: State): string {
  return JSON.stringify([state.pcs, state.regs, state.cells]);
}
