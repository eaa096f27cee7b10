/** Gives counters room beyond their declared range. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { countingIn } from './counters.ts';

/**
 * The graph with one more bit for every place that a step only counts, and for the registers that its values go to. A
 * search that lets a step count down earlier than it might sees lower counts than there can be: what it proves, it
 * proves for counters wide enough, and a count beyond the wider range is still an error.
 */
export function widenCounters(graph: Graph): Graph {
  const places = new Set(graph.nodes.flatMap((n) => countedIn(graph, n)));
  if (places.size === 0) return graph;
  const regs = new Set<number>();
  for (let before = -1; before !== regs.size;) {
    before = regs.size;
    for (const n of graph.nodes) collect(n.code, places, regs);
  }
  return {
    ...graph,
    places: graph.places.map((p, i) => (places.has(i) ? { ...p, size: 2 * p.size } : p)),
    regs: graph.regs.map((r, i) => (regs.has(i) ? { ...r, size: 2 * r.size } : r)),
  };
}

function countedIn(graph: Graph, n: GNode): number[] {
  return [...countingIn(graph, n).by.keys()].flatMap((a) => (a.a === 'write' ? [a.place] : []));
}

function collect(code: readonly Action[], places: ReadonlySet<number>, regs: Set<number>): void {
  for (const a of code) {
    if (a.a === 'set' && carries(a.value, places, regs)) regs.add(a.reg);
    if (a.a === 'if') {
      collect(a.then, places, regs);
      collect(a.else, places, regs);
    }
  }
}

/** True when a value may be one of a counter. */
function carries(e: GExpr, places: ReadonlySet<number>, regs: ReadonlySet<number>): boolean {
  if (e.g === 'cell') return places.has(e.place);
  if (e.g === 'reg') return regs.has(e.reg);
  if (e.g === 'cond') return carries(e.then, places, regs) || carries(e.else, places, regs);
  return e.g === 'op' && (e.op === 'add' || e.op === 'sub') && e.args.some((a) => carries(a, places, regs));
}
