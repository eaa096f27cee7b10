/** Whether two graphs have the same state graph: the same moves from the same contents, whatever their nodes and registers are called. */
import type { Graph } from '../model/language/graph.ts';
import { RangeFault } from './errors.ts';
import { StateGraph } from './state-graph.ts';

/**
 * True when a one-to-one relation of the reachable states exists that keeps the moves and the contents of all shared
 * places that are not ghosts. Both must be of one world: the same threads and places.
 */
export function isomorphic(a: Graph, b: Graph): boolean {
  if (a.threads.length !== b.threads.length || !samePlaces(a, b)) return false;
  try {
    return related(new StateGraph(a), new StateGraph(b));
  } catch (error) {
    if (error instanceof RangeFault) return false;
    throw error;
  }
}

function samePlaces(a: Graph, b: Graph): boolean {
  const shape = (g: Graph): string => JSON.stringify(g.places.filter((p) => !p.ghost).map(({ name, cells, size }) => [name, cells, size]));
  return shape(a) === shape(b);
}

function related(a: StateGraph, b: StateGraph): boolean {
  a.begin();
  b.begin();
  /** By state of a: the state of b that was met with it. */
  const partner: number[] = [0];
  for (let id = 0; id < a.size; id++) {
    const other = partner[id]!;
    if (a.contents(id) !== b.contents(other)) return false;
    const [moves, others] = [a.successors(id), b.successors(other)];
    if (moves.length !== others.length) return false;
    for (const [i, { move, to }] of moves.entries()) {
      partner[to] ??= others[i]!.to;
      if (others[i]!.move !== move || partner[to] !== others[i]!.to) return false;
    }
  }
  // Every state of b was met with one of a: as many states, so no two share a partner.
  return a.size === b.size;
}
