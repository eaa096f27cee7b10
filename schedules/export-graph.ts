/** A graph ready to be written in another checker's language: everything named and one rule a choice. */
import type { Action, GExpr, GNode, Graph } from '../model/language/graph.ts';
import { bounds, within } from './bounds.ts';
import { all, any, not, number, translate, type Scope, type X } from './export-expr.ts';
import { Names } from './export-names.ts';
import { constantCells, fixedCell, structured } from './export-scan.ts';
import { selectConjuncts } from './select.ts';

/** A part of the state. */
export interface Variable {
  readonly name: string;
  /** Values are 0 … size-1. */
  readonly size: number;
  /** Null for a scalar; an array where an index is only known at run time. */
  readonly cells: number | null;
  readonly initial: readonly number[];
  readonly about: string;
  /** Which thread alone uses it; null for what all share. */
  readonly thread: number | null;
}

export type Statement =
  /** `sure`: the value is in range whatever the state. */
  | { readonly s: 'assign'; readonly name: string; readonly index: X | null; readonly value: X; readonly size: number; readonly sure: boolean }
  | { readonly s: 'if'; readonly test: X; readonly then: readonly Statement[]; readonly else: readonly Statement[] }
  | { readonly s: 'goto'; readonly pc: string; readonly node: string };

/** A step of one thread with one of its alternatives. */
export interface Rule {
  readonly name: string;
  /** `model/kernel/rmap.ts:41 page_mkclean_one: text`. */
  readonly where: string;
  readonly thread: number;
  /** Position of its node in the thread. */
  readonly node: number;
  /** When it can run: its thread stands there, and what it waits for is so. */
  readonly guard: X;
  /** The latter alone. */
  readonly waits: X;
  /** Scratch variables that it uses: 0 before and, by its own doing, after. */
  readonly scratch: readonly { readonly name: string; readonly size: number }[];
  readonly code: readonly Statement[];
}

export interface ExportedThread {
  readonly name: string;
  readonly pc: string;
  /** By position in the thread, which is the value of the program counter. */
  readonly nodes: readonly { readonly name: string; readonly where: string }[];
  readonly start: number;
}

/** Whenever the premise is true, so must be `holds`. */
export interface Claim {
  /** Identifier; `title` is what people read. */
  readonly name: string;
  readonly title: string;
  readonly premise: X;
  readonly holds: X;
}

export interface Exported {
  readonly graph: Graph;
  readonly threads: readonly ExportedThread[];
  readonly variables: readonly Variable[];
  readonly rules: readonly Rule[];
  /** Our deadlock rule is the last. */
  readonly claims: readonly Claim[];
  /** All names given, for what a form adds of its own. */
  readonly names: Names;
}

/** Which claims to write. */
export interface Selection {
  /** Only these properties (default: all); the deadlock rule and the model's own assertions always take part. */
  readonly properties?: readonly string[];
  /** Of those only the one of this title. */
  readonly claim?: string;
}

/** @throws UsageError for an unknown property, or for what C cannot compute. */
export function prepare(graph: Graph, selection: Selection): Exported {
  return new Preparation(graph).exported(selection);
}

class Preparation {
  private readonly graph: Graph;
  private readonly names = new Names();
  private readonly threads: readonly ExportedThread[];
  private readonly nodeNames = new Map<number, string>();
  private readonly variables: Variable[] = [];
  /** By place: one variable a cell, an array, or (a number) what the cell always is. */
  private readonly cells: readonly (string | readonly (string | number)[])[];
  private readonly registers: readonly string[];

  constructor(graph: Graph) {
    this.graph = graph;
    this.threads = graph.threads.map((_, t) => this.thread(t));
    this.cells = graph.places.map((_, p) => this.place(p));
    const scratch: string[] = [];
    this.registers = graph.regs.map((_, r) => this.registerName(r, scratch));
  }

  exported({ properties, claim }: Selection): Exported {
    const { graph, threads, variables, names } = this;
    const conjuncts = selectConjuncts(graph, properties).map((c): Claim => {
      const title = `${c.property}/${c.name}`;
      const scope = this.scope(title, 1, 0);
      return { name: this.names.unique(title), title, premise: c.premise === null ? number(1) : translate(c.premise, scope), holds: translate(c.holds, scope) };
    });
    const steps = graph.nodes.filter((n) => n.kind === 'step');
    const rules = steps.flatMap((n) => Array.from({ length: n.choices }, (_, choice) => this.rule(n, choice)));
    const claims = [...conjuncts, this.deadlock()];
    return { graph, threads, variables, rules, claims: claims.filter((c) => claim === undefined || c.title === claim), names };
  }

  private thread(t: number): ExportedThread {
    const { name, nodes, start } = this.graph.threads[t]!;
    const pc = this.names.unique(`pc_${name}`);
    const named = nodes.map((id, local) => {
      const node = this.graph.nodes[id]!;
      const label = node.kind === 'end' ? 'end' : `${node.stack[0]?.proc ?? 'step'}_${local}`;
      const unique = this.names.unique(`${name}_${label}`);
      this.nodeNames.set(id, unique);
      return { name: unique, where: whereOf(node) };
    });
    return { name, pc, nodes: named, start: nodes.indexOf(start) };
  }

  private place(p: number): string | readonly (string | number)[] {
    const { name, dims, cells, size, initial, display, ghost } = this.graph.places[p]!;
    const constant = constantCells(this.graph, p);
    const about = `${display}${ghost ? ' (ghost)' : ''}`;
    if (constant === null) {
      const array = this.names.unique(name);
      this.variables.push({ name: array, size, cells, initial, about, thread: null });
      return array;
    }
    return Array.from({ length: cells }, (_, cell) => {
      if (constant.has(cell)) return initial[cell]!;
      const scalar = this.names.unique([name, ...indicesOf(cell, dims)].join('_'));
      this.variables.push({ name: scalar, size, cells: null, initial: [initial[cell]!], about, thread: null });
      return scalar;
    });
  }

  /** Threads share scratch variables: only one of them is in the middle of a step. */
  private registerName(r: number, scratch: string[]): string {
    const { graph } = this;
    const { thread, transient, size } = graph.regs[r]!;
    const own = graph.regs.slice(0, r).filter((x) => x.thread === thread && (x.transient === true) === (transient === true)).length;
    if (transient) return (scratch[own] ??= this.names.unique(`scratch_${own}`));
    const name = this.names.unique(`${graph.threads[thread]!.name}_r${own}`);
    const meanings = new Set(graph.nodes.flatMap((n) => n.live.filter((l) => l.reg === r).map((l) => l.name)));
    const initial = graph.threads.flatMap((t) => t.init).findLast((i) => i.reg === r)?.value ?? 0;
    this.variables.push({ name, size, cells: null, initial: [initial], about: [...meanings].join(', ') || 'register', thread });
    return name;
  }

  private scope(where: string, choices: number, choice: number): Scope {
    const scope: Scope = {
      graph: this.graph, where, choices, choice,
      cell: (place, index) => this.cell(place, index, scope),
      register: (reg) => ({ x: 'var', name: this.registers[reg]!, index: null }),
      ended: (thread) => this.ended(thread),
    };
    return scope;
  }

  private cell(place: number, index: GExpr, scope: Scope): X {
    const cells = this.cells[place]!;
    if (typeof cells === 'string') return { x: 'var', name: cells, index: translate(index, scope) };
    const cell = cells[fixedCell(this.graph, index, scope.choices, cells.length)!]!;
    return typeof cell === 'number' ? number(cell) : { x: 'var', name: cell, index: null };
  }

  private ended(thread: number): X {
    return any(...this.graph.threads[thread]!.nodes.filter((id) => this.graph.nodes[id]!.kind === 'end').map((id) => this.at(id)));
  }

  private at(id: number): X {
    return { x: 'at', pc: this.threads[this.graph.nodes[id]!.thread]!.pc, node: this.nodeNames.get(id)! };
  }

  private rule(node: GNode, choice: number): Rule {
    const scope = this.scope(whereOf(node), node.choices, choice);
    const scratch = new Map<string, number>();
    const code = structured(node.code).map((a) => this.statement(a, scope, scratch));
    const guard = node.guard === null ? number(1) : translate(node.guard, this.scope(whereOf(node), node.choices, 0));
    return {
      name: node.choices === 1 ? this.nodeNames.get(node.id)! : `${this.nodeNames.get(node.id)!}_choice_${choice}`,
      where: whereOf(node), thread: node.thread, node: this.graph.threads[node.thread]!.nodes.indexOf(node.id), guard: all(this.at(node.id), guard), waits: guard, code,
      scratch: [...scratch].map(([name, size]) => ({ name, size })),
    };
  }

  private statement(a: Action, scope: Scope, scratch: Map<string, number>): Statement {
    switch (a.a) {
      case 'goto': return { s: 'goto', pc: this.threads[this.graph.nodes[a.node]!.thread]!.pc, node: this.nodeNames.get(a.node)! };
      case 'if': {
        const branch = (code: readonly Action[]): Statement[] => code.map((b) => this.statement(b, scope, scratch));
        return { s: 'if', test: translate(a.test, scope), then: branch(a.then), else: branch(a.else) };
      }
      case 'set': {
        const { size, transient } = this.graph.regs[a.reg]!;
        const name = this.registers[a.reg]!;
        if (transient) scratch.set(name, Math.max(size, scratch.get(name) ?? 0));
        return { s: 'assign', name, index: null, value: translate(a.value, scope), size, sure: within(bounds(this.graph, a.value, scope.choices), size) };
      }
      case 'write': {
        const { size } = this.graph.places[a.place]!;
        const target = this.cell(a.place, a.index, scope);
        if (target.x !== 'var') throw new Error('a cell that is written is no constant');
        return { s: 'assign', name: target.name, index: target.index, value: translate(a.value, scope), size, sure: within(bounds(this.graph, a.value, scope.choices), size) };
      }
    }
  }

  /** Some thread that must end has not: then one that is relied on to run can move. */
  private deadlock(): Claim {
    const { graph } = this;
    const indices = graph.threads.map((_, t) => t);
    const unfinished = indices.filter((t) => graph.threads[t]!.daemon === 'no').map((t) => not(this.ended(t)));
    const moves = indices.filter((t) => graph.threads[t]!.daemon !== 'optional').map((t) => this.canMove(t));
    return { name: this.names.unique('deadlock'), title: 'deadlock', premise: any(...unfinished), holds: any(...moves) };
  }

  /** Not at its end, and at no node whose guard is false. */
  private canMove(t: number): X {
    const guarded = this.graph.threads[t]!.nodes.map((id) => this.graph.nodes[id]!).filter((n) => n.guard !== null && n.kind === 'step');
    return all(not(this.ended(t)), ...guarded.map((n) => any(not(this.at(n.id)), translate(n.guard!, this.scope(whereOf(n), n.choices, 0)))));
  }
}

/** Row-major. */
function indicesOf(cell: number, dims: readonly number[]): number[] {
  const indices: number[] = [];
  let rest = cell;
  for (const d of [...dims].reverse()) {
    indices.unshift(rest % d);
    rest = Math.floor(rest / d);
  }
  return indices;
}

function whereOf(node: GNode): string {
  if (node.kind === 'end') return 'end';
  const frame = node.stack[0];
  return frame === undefined ? node.text : `${frame.loc.file}:${frame.loc.line} ${frame.proc}: ${node.text}`;
}
