/** The nodes at which some thread stands in some reachable state. */
import type { Graph } from '../model/language/graph.ts';
import { StateGraph } from './state-graph.ts';

/** Ids of nodes. */
export function stoodAt(graph: Graph): ReadonlySet<number> {
  const states = new StateGraph(graph);
  const found = new Set<number>();
  states.begin();
  for (let id = 0; id < states.size; id++) {
    for (const node of states.positions(id)) found.add(node);
    states.successors(id);
  }
  return found;
}
