/** Processes, labels and what stands for the position of a thread, in the form with a process a thread. */
import { partsOf, type Dialect, type X } from './export-expr.ts';
import type { Exported, ExportedThread, Statement } from './export-graph.ts';
import { dialect } from './promela-text.ts';

export class Places {
  /** Threads that have a process of their own, by its number. */
  readonly moving: readonly ExportedThread[];
  /** Name of the process of all others. */
  readonly still: string;
  /** By name of a node: the bit that tells steps, and indices, whether a thread stands there. Only ends are asked for. */
  readonly marks: ReadonlyMap<string, string>;
  /** In a d_step and outside. */
  readonly inStep: Dialect;
  readonly inClaim: Dialect;
  private readonly exported: Exported;
  private readonly processes: ReadonlyMap<ExportedThread, string>;
  /** Names of nodes at which a thread may stay. */
  private readonly resting: ReadonlySet<string>;

  constructor(exported: Exported) {
    const { threads, rules, claims, names } = exported;
    this.exported = exported;
    this.moving = threads.filter((t) => this.moves(t));
    this.processes = new Map(this.moving.map((t) => [t, names.unique(t.name)]));
    this.still = names.unique('still');
    const claimed = claims.flatMap((c) => [...indicesIn(c.premise), ...indicesIn(c.holds)]);
    const asked = new Set([...claimed.flatMap(nodesIn), ...rules.flatMap((r) => [...nodesIn(r.waits), ...r.code.flatMap(nodesInStatement)])]);
    this.marks = new Map([...asked].filter((node) => this.moves(this.owner(node))).map((node) => [node, names.unique(`at_${node}`)]));
    const unguarded = new Set(rules.filter((r) => r.waits.x === 'num' && r.waits.value !== 0).map((r) => threads[r.thread]!.nodes[r.node]!.name));
    this.resting = new Set(threads.flatMap((t) => t.nodes.map((n) => n.name)).filter((name) => !unguarded.has(name)));
    const marked = { variable: (name: string) => this.own(name), at: (_: string, node: string, stands: boolean) => this.mark(node, stands, 'now.') };
    this.inStep = dialect({ variable: (name) => name, at: (_, node, stands) => this.mark(node, stands, '') }, marked);
    this.inClaim = dialect({ variable: (name) => this.others(name), at: (_, node, stands) => this.reference(node, stands) }, { ...marked, variable: (name) => this.othersInC(name) });
  }

  /** Its position is part of the state. */
  moves(t: ExportedThread): boolean {
    return t.nodes.length > 1;
  }

  process(t: ExportedThread): string {
    return this.processes.get(t)!;
  }

  /** Spin takes a process that cannot go on from a label with this beginning for one that is done. */
  label(node: string): string {
    return this.resting.has(node) ? `end_${node}` : node;
  }

  /** A thread stands there at first. */
  startsAt(node: string): boolean {
    const t = this.owner(node);
    return t.nodes[t.start]!.name === node;
  }

  private owner(node: string): ExportedThread {
    return this.exported.threads.find((t) => t.nodes.some((n) => n.name === node))!;
  }

  private mark(node: string, stands: boolean, before: string): string {
    const mark = this.marks.get(node);
    if (mark === undefined) return stands ? '1' : '0';
    return stands ? `${before}${mark}` : `!${before}${mark}`;
  }

  private reference(node: string, stands: boolean): string {
    const t = this.owner(node);
    if (!this.moves(t)) return stands ? '1' : '0';
    const there = `${this.process(t)}[${this.moving.indexOf(t)}]@${this.label(node)}`;
    return stands ? there : `!(${there})`;
  }

  /** What Spin's C code calls a variable of the process that it is in, or one that all share. */
  private own(name: string): string {
    const t = this.threadOf(name);
    if (t === null) return `now.${name}`;
    return `P${this.processes.get(t) ?? this.still}->${name}`;
  }

  /** A variable as the process of the claims names it. */
  private others(name: string): string {
    const t = this.threadOf(name);
    return t === null || !this.moves(t) ? name : `${this.process(t)}[${this.moving.indexOf(t)}]:${name}`;
  }

  private othersInC(name: string): string {
    const t = this.threadOf(name);
    if (t === null || !this.moves(t)) return this.own(name);
    const pid = this.moving.indexOf(t);
    return `((P${pid} *)Pptr(${pid}))->${name}`;
  }

  private threadOf(name: string): ExportedThread | null {
    const owner = this.exported.variables.find((v) => v.name === name)?.thread ?? null;
    return owner === null ? null : this.exported.threads[owner]!;
  }
}

function nodesInStatement(s: Statement): string[] {
  switch (s.s) {
    case 'goto': return [];
    case 'assign': return [...nodesIn(s.value), ...(s.index === null ? [] : nodesIn(s.index))];
    case 'if': return [...nodesIn(s.test), ...[...s.then, ...s.else].flatMap(nodesInStatement)];
  }
}

/** Names of the nodes that an expression asks for. */
const nodesIn = (e: X): string[] => (e.x === 'at' ? [e.node] : partsOf(e).flatMap(nodesIn));

const indicesIn = (e: X): X[] => (e.x === 'var' ? [...partsOf(e)] : partsOf(e).flatMap(indicesIn));
