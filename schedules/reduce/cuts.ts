/** Nodes that break every cycle of a thread's control flow. */
import { gotos } from '../../model/language/gotos.ts';
import type { Graph } from '../../model/language/graph.ts';

/**
 * By node: 1 where a thread may not go on alone, so that no thread goes round for ever while others are ignored. Of each
 * cycle the node of greatest weight is taken: where others have to be let in anyway. `given` are cut whatever they are on.
 */
export function cutNodes(graph: Graph, weight: (node: number) => number, given: (node: number) => boolean = () => false): Uint8Array {
  const cut = Uint8Array.from(graph.nodes, (n) => (given(n.id) ? 1 : 0));
  for (const t of graph.threads) cutComponents(graph, t.nodes, weight, cut);
  return cut;
}

function cutComponents(graph: Graph, nodes: readonly number[], weight: (node: number) => number, cut: Uint8Array): void {
  for (const component of components(graph, nodes.filter((n) => cut[n] === 0))) {
    const best = component.reduce((a, b) => (weight(b) > weight(a) ? b : a));
    cut[best] = 1;
    cutComponents(graph, component, weight, cut);
  }
}

/** Strongly connected components that have a cycle (Tarjan 1972). */
function components(graph: Graph, nodes: readonly number[]): number[][] {
  const inside = new Set(nodes);
  const next = new Map(nodes.map((n) => [n, [...new Set(gotos(graph.nodes[n]!.code))].filter((t) => inside.has(t))]));
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const open = new Set<number>();
  const found: number[][] = [];
  const visit = (n: number): void => {
    order.set(n, order.size);
    low.set(n, order.get(n)!);
    stack.push(n);
    open.add(n);
    for (const t of next.get(n)!) {
      if (!order.has(t)) visit(t);
      if (open.has(t)) low.set(n, Math.min(low.get(n)!, low.get(t)!));
    }
    if (low.get(n) !== order.get(n)) return;
    const component = stack.splice(stack.indexOf(n));
    for (const m of component) open.delete(m);
    if (component.length > 1 || next.get(n)!.includes(n)) found.push(component);
  };
  for (const n of nodes) if (!order.has(n)) visit(n);
  return found;
}
