/** Whom fairness is promised to. Of types alone, for what shows a lasso. */
import type { GProgress, Graph } from '../../model/language/graph.ts';

/** Indices of the threads that are promised their turns. */
export function fairThreads(graph: Graph, { unfair }: GProgress): number[] {
  return graph.threads.flatMap((t, i) => (t.daemon === 'optional' || unfair.includes(i) ? [] : [i]));
}
