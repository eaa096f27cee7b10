/** What a reduced search looks up, by where threads stand. */
import type { GNode } from '../../model/language/graph.ts';
import { cutNodes } from './cuts.ts';
import type { Dependence } from './dependence.ts';
import { lockOrder } from './lock-order.ts';
import { Rows } from './rows.ts';

/**
 * Relations are square, row-major: at n * nodes + m, for node n of a thread and node m of another that stands there and
 * may go on while the first waits.
 */
export interface Tables {
  /** 1: the other may come to a step that must not be preceded by n instead of coming before it. */
  readonly danger: Uint8Array;
  /** 1: the other may come to a step that makes the false guard of n true. */
  readonly wakes: Uint8Array;
  /** For n that takes a lock, 1: the other may come to a step that n cannot be delayed past. Other rows are all 1. */
  readonly delay: Uint8Array;
  /** By node: 1 where all rows of `danger` are 0. */
  readonly free: Uint8Array;
  /** By node: 1 where a step may change what a claim says. */
  readonly visible: Uint8Array;
  /** By node: 1 where a thread may not go on alone, so that none does for ever and nobody is woken who could be stuck. */
  readonly cut: Uint8Array;
  /** By node: the place of the lock that the step takes, or -1. */
  readonly takes: Int32Array;
  /** By place: see `lockOrder`. */
  readonly order: Int32Array;
}

export function tablesOf(d: Dependence, rows = new Rows(d)): Tables {
  const { graph } = d;
  const danger = rows.table((n) => (n.kind === 'end' ? null : rows.danger(n, d.facts.accesses[n.id]!, d.exposed(n)).later));
  const weight = graph.nodes.map((n) => danger.subarray(n.id * graph.nodes.length, (n.id + 1) * graph.nodes.length).reduce((a, b) => a + b, 0));
  const cut = cutNodes(graph, (n) => weight[n]!, (n) => graph.nodes[n]!.kind === 'end' || mayRescue(d, graph.nodes[n]!));
  return {
    danger,
    wakes: wakeTable(d, rows),
    delay: delayTable(d, rows),
    free: Uint8Array.from(weight, (w, n) => (w === 0 && graph.nodes[n]!.kind === 'step' ? 1 : 0)),
    visible: Uint8Array.from(graph.nodes, (n) => (d.isVisible(n) ? 1 : 0)),
    cut,
    takes: Int32Array.from(graph.nodes, (n) => d.lockTaken(n)?.place ?? -1),
    order: lockOrder(graph, d.facts),
  };
}

/** Only a step that takes a lock may be put off. */
function delayTable(d: Dependence, rows: Rows): Uint8Array {
  const { graph } = d;
  const table = rows.table((n) => (d.isTaking(n) ? rows.meets(n, (m) => d.delayConflict(n, m)).later : null));
  for (const n of graph.nodes) if (!d.isTaking(n)) table.fill(1, n.id * graph.nodes.length, (n.id + 1) * graph.nodes.length);
  return table;
}

/** True when others may be stuck unless the step is taken, and nothing says that it will be: an optional daemon's. */
function mayRescue(d: Dependence, n: GNode): boolean {
  return d.graph.threads[n.thread]!.daemon === 'optional' && d.graph.nodes.some((m) => m.thread !== n.thread && d.mayEnable(m, n));
}

/** Who waits for a lock that excludes is woken by its holder only. */
function wakeTable(d: Dependence, rows: Rows): Uint8Array {
  const { graph } = d;
  const size = graph.nodes.length;
  const table = rows.table((n) => (n.guard !== null && d.lockTaken(n) === null ? rows.meets(n, (m) => d.mayEnable(n, m)).later : null));
  for (const n of graph.nodes) {
    const lock = d.lockTaken(n);
    if (lock === null) continue;
    for (const m of graph.nodes) table[n.id * size + m.id] = m.thread !== n.thread && d.mayHold(m, lock) ? 1 : 0;
  }
  return table;
}
