/** Names the place where an evaluation left its range. */
import type { Graph } from '../model/language/graph.ts';
import { ModelError } from './errors.ts';
import type { Fault } from './failures.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { ScheduleStep } from './result.ts';

/** The ModelError for a fault met in the state that `path` leads to. */
export function modelError(graph: Graph, conjuncts: readonly SelectedConjunct[], fault: Pick<Fault, 'where' | 'choice'>, path: readonly ScheduleStep[]): ModelError {
  if (fault.where >= 0) {
    const node = graph.nodes[fault.where]!;
    return new ModelError(node.text, [...path, { thread: node.thread, choice: fault.choice }]);
  }
  const test = -1 - fault.where;
  return new ModelError(conjuncts[test]?.name ?? graph.reaches[test - conjuncts.length]!.name, path);
}
