/** What a reduced search looks up, by where threads stand. */
import { gotos } from '../../model/language/gotos.ts';
import type { GNode, Graph } from '../../model/language/graph.ts';
import { cutNodes } from './cuts.ts';
import type { Dependence } from './dependence.ts';
import { lockOrder } from './lock-order.ts';

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

export function tablesOf(d: Dependence): Tables {
  const { graph } = d;
  const rows = new Rows(d);
  const danger = rows.table((n) => (n.kind === 'end' ? null : (m) => d.conflict(n, m)), true);
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
  const table = rows.table((n) => (d.isTaking(n) ? (m) => d.delayConflict(n, m) : null), false);
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
  const table = rows.table((n) => (n.guard !== null && d.lockTaken(n) === null ? (m) => d.mayEnable(n, m) : null), false);
  for (const n of graph.nodes) {
    const lock = d.lockTaken(n);
    if (lock === null) continue;
    for (const m of graph.nodes) table[n.id * size + m.id] = m.thread !== n.thread && d.mayHold(m, lock) ? 1 : 0;
  }
  return table;
}

/** Rows by backward reachability in the control flow of the other threads. */
class Rows {
  private readonly d: Dependence;
  private readonly graph: Graph;
  private readonly before: readonly (readonly number[])[];

  constructor(d: Dependence) {
    this.d = d;
    this.graph = d.graph;
    const before: number[][] = d.graph.nodes.map(() => []);
    for (const n of d.graph.nodes) for (const t of new Set(gotos(n.code))) before[t]!.push(n.id);
    this.before = before;
  }

  /** A row for each node for which `hits` answers a test; `shared`: steps alike have equal rows. */
  table(hits: (n: GNode) => ((m: GNode) => boolean) | null, shared: boolean): Uint8Array {
    const size = this.graph.nodes.length;
    const table = new Uint8Array(size * size);
    const known = new Map<string, number>();
    for (const n of this.graph.nodes) {
      const hit = hits(n);
      if (hit === null) continue;
      const key = `${n.thread}:${this.d.kinds[n.id]!}`;
      const same = shared ? known.get(key) : undefined;
      known.set(key, n.id);
      if (same !== undefined) table.copyWithin(n.id * size, same * size, (same + 1) * size);
      else this.fill(n, table.subarray(n.id * size, (n.id + 1) * size), hit);
    }
    return table;
  }

  private fill(n: GNode, row: Uint8Array, hit: (m: GNode) => boolean): void {
    const { graph, d } = this;
    const closed = graph.nodes.map((m) => m.thread === n.thread || m.kind === 'end' || d.excluded(n, m));
    const work: number[] = [];
    const byKind = new Map<number, boolean>();
    for (const m of graph.nodes) {
      if (closed[m.id]!) continue;
      const kind = d.kinds[m.id]!;
      if (!byKind.has(kind)) byKind.set(kind, hit(m));
      if (byKind.get(kind)!) work.push(m.id);
    }
    for (const m of work) row[m] = 1;
    for (let m = work.pop(); m !== undefined; m = work.pop()) {
      for (const p of this.before[m]!) {
        if (row[p] === 1 || closed[p]!) continue;
        row[p] = 1;
        work.push(p);
      }
    }
  }
}
