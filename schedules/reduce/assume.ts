/** A graph in which some steps are taken to be unreachable. */
import type { Graph } from '../../model/language/graph.ts';

/**
 * The graph with the nodes that are not live emptied: they access nothing and lead nowhere. What is proved on it about
 * the other nodes holds as long as no thread comes to stand at an emptied one.
 */
export function assumeLive(graph: Graph, live: Uint8Array): Graph {
  const nodes = graph.nodes.map((n) => {
    if (n.kind === 'end' || live[n.id] === 1) return n;
    const { id, thread, kind, stack, text, origin, live: registers, locks } = n;
    return { id, thread, kind, stack, text, origin, live: registers, locks, guard: null, choices: 1, code: [], footprint: [] };
  });
  return { ...graph, nodes };
}
