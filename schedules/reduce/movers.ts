/** Lipton's classes of steps, proved without any assumption of what is reachable. */
import type { GNode, Graph } from '../../model/language/graph.ts';
import { selectConjuncts } from '../select.ts';
import { Dependence } from './dependence.ts';
import { tablesOf } from './tables.ts';
import { widenCounters } from './widen.ts';

export interface Mover {
  readonly node: GNode;
  /**
   * both: the step commutes with whatever other threads may do while its thread waits. left: it may come before that
   * instead of after it (giving a lock back). right: after it instead of before (taking a lock). none: neither.
   */
  readonly moves: 'both' | 'left' | 'right' | 'none';
  /** A step of another thread that it must not precede; null where there is none. */
  readonly against: GNode | null;
}

/** Every step of a graph that is no daemon's, in order. */
export function moversOf(graph: Graph): Mover[] {
  const wide = widenCounters(graph);
  const dependence = new Dependence(wide, selectConjuncts(wide, undefined));
  const { danger, delay } = tablesOf(dependence);
  const size = graph.nodes.length;
  const all = (table: Uint8Array, n: number): boolean => table.subarray(n * size, (n + 1) * size).every((bit) => bit === 0);
  return wide.nodes.filter((n) => n.kind === 'step' && graph.threads[n.thread]!.daemon === 'no').map((node): Mover => {
    const free = all(danger, node.id);
    const right = dependence.isTaking(node) && all(delay, node.id);
    const against = free ? undefined : wide.nodes.find((m) => m.kind === 'step' && m.thread !== node.thread && !dependence.excluded(node, m) && dependence.conflict(node, m));
    return { node, moves: free ? (node.lock?.op === 'release' ? 'left' : 'both') : right ? 'right' : 'none', against: against ?? null };
  });
}
