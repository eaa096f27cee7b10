/** For a step that waits: from which nodes another thread may come to one that matters, without being kept from it. */
import { gotos } from '../../model/language/gotos.ts';
import type { GNode, Graph } from '../../model/language/graph.ts';
import type { Dependence } from './dependence.ts';
import type { Access } from './path-step.ts';

/** By node: 1 where a thread that stands there may come to a step that matters. */
export type Row = Uint8Array;

/** What another thread's steps mean to one that waits: by node, 1 where it may come to one that matters, and where its very next one does. */
export interface Danger {
  readonly later: Row;
  readonly next: Row;
  /** The threads that have a node marked in `later`, as a set. */
  readonly threads: number;
}

/**
 * Rows by backward reachability in the control flow of the other threads. A row that is about several accesses is the
 * union of theirs, and each of these is computed once for all steps that wait with the same locks held.
 */
export class Rows {
  private readonly d: Dependence;
  private readonly graph: Graph;
  private readonly before: readonly (readonly number[])[];
  /** By node: a number; threads that wait at nodes of equal numbers keep others from the same steps. */
  private readonly stands: readonly number[];
  /** By such a number: the nodes where others cannot come, or do nothing. */
  private readonly closed: (Uint8Array | undefined)[] = [];
  /** What was computed, by what it is about; null: nothing matters. */
  private readonly parts = new Map<string, number | null>();
  private readonly dangers: Danger[] = [];
  private readonly unions = new Map<string, Danger>();

  constructor(d: Dependence) {
    this.d = d;
    this.graph = d.graph;
    const before: number[][] = d.graph.nodes.map(() => []);
    for (const n of d.graph.nodes) for (const t of new Set(gotos(n.code))) before[t]!.push(n.id);
    this.before = before;
    const seen = new Map<string, number>();
    this.stands = d.graph.nodes.map((n) => {
      const key = JSON.stringify([n.thread, d.facts.held[n.id]]);
      const stand = seen.get(key) ?? seen.size;
      seen.set(key, stand);
      return stand;
    });
  }

  /** Where others may come to a step that must not be preceded by these accesses of `n`, with these predicates exposed. */
  danger(n: GNode, accesses: readonly Access[], exposed: readonly number[]): Danger {
    const parts = [
      ...accesses.map((a) => this.part(n, JSON.stringify(a), (m) => this.d.accessMeets(a, m))),
      ...exposed.map((p) => this.part(n, String(p), (m) => this.d.predicateMeets(p, m))),
      this.part(n, `end ${this.d.kinds[n.id]!}`, (m) => this.d.endMeets(n, m)),
    ];
    const some = [...new Set(parts.filter((p) => p !== null))].sort((x, y) => x - y);
    const key = some.join();
    const known = this.unions.get(key);
    if (known !== undefined) return known;
    const union = { later: this.empty(), next: this.empty(), threads: 0 };
    for (const p of some) {
      const { later, next, threads } = this.dangers[p]!;
      union.threads |= threads;
      for (let m = 0; m < later.length; m++) {
        union.later[m]! |= later[m]!;
        union.next[m]! |= next[m]!;
      }
    }
    this.unions.set(key, union);
    return union;
  }

  /** For steps that `hit` answers true for. */
  meets(n: GNode, hit: (m: GNode) => boolean): Danger {
    const { graph, d } = this;
    const closed = this.closedTo(n);
    const next = this.empty();
    const byKind = new Map<number, boolean>();
    for (const m of graph.nodes) {
      if (closed[m.id] === 1) continue;
      const kind = d.kinds[m.id]!;
      if (!byKind.has(kind)) byKind.set(kind, hit(m));
      if (byKind.get(kind)!) next[m.id] = 1;
    }
    const later = this.comingTo(next, closed);
    return { next, later, threads: graph.nodes.reduce((set, m) => set | (later[m.id]! << m.thread), 0) };
  }

  /** Square, row-major: a row for each node that has one; 0 elsewhere. */
  table(rowOf: (n: GNode) => Row | null): Uint8Array {
    const size = this.graph.nodes.length;
    const table = new Uint8Array(size * size);
    for (const n of this.graph.nodes) {
      const row = rowOf(n);
      if (row !== null) table.set(row, n.id * size);
    }
    return table;
  }

  private part(n: GNode, about: string, hit: (m: GNode) => boolean): number | null {
    const key = `${this.stands[n.id]!} ${about}`;
    const known = this.parts.get(key);
    if (known !== undefined) return known;
    const danger = this.meets(n, hit);
    const part = danger.next.includes(1) ? this.dangers.push(danger) - 1 : null;
    this.parts.set(key, part);
    return part;
  }

  /** From where there is a way to the nodes marked, round those that are closed. */
  private comingTo(marked: Row, closed: Uint8Array): Row {
    const row = marked.slice();
    const work = [...marked.keys()].filter((m) => marked[m] === 1);
    for (let m = work.pop(); m !== undefined; m = work.pop()) {
      for (const p of this.before[m]!) {
        if (row[p] === 1 || closed[p] === 1) continue;
        row[p] = 1;
        work.push(p);
      }
    }
    return row;
  }

  private empty(): Row {
    return new Uint8Array(this.graph.nodes.length);
  }

  private closedTo(n: GNode): Uint8Array {
    const { graph, d } = this;
    return this.closed[this.stands[n.id]!] ??= Uint8Array.from(graph.nodes, (m) => (m.thread === n.thread || m.kind === 'end' || d.excluded(n, m) ? 1 : 0));
  }
}
