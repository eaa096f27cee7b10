/** Small graphs by hand: everything a search does not look at is filled in. */
import type { Action, GExpr, GNode, GOp, GPlace, GProperty, Graph } from '../../model/language/graph.ts';
import type { Daemon } from '../../model/language/ir.ts';

export const num = (value: number): GExpr => ({ g: 'const', value });
export const reg = (r: number): GExpr => ({ g: 'reg', reg: r });
export const choice: GExpr = { g: 'choice' };
export const ended = (thread: number): GExpr => ({ g: 'ended', thread });
export const op = (o: GOp, ...args: readonly (GExpr | number)[]): GExpr => ({ g: 'op', op: o, args: args.map(expr) });
export const cond = (test: GExpr, then: GExpr | number, other: GExpr | number): GExpr => ({ g: 'cond', test, then: expr(then), else: expr(other) });
export const cell = (place: number, index: GExpr | number = 0): GExpr => ({ g: 'cell', place, index: expr(index) });
export const set = (r: number, value: GExpr | number): Action => ({ a: 'set', reg: r, value: expr(value) });
export const write = (place: number, index: GExpr | number, value: GExpr | number): Action => ({ a: 'write', place, index: expr(index), value: expr(value) });
export const when = (test: GExpr, then: readonly Action[], other: readonly Action[] = []): Action => ({ a: 'if', test, then, else: other });
/** Goes to a node of the same thread, by its position there. */
export const goto = (node: number): Action => ({ a: 'goto', node });

/** A node: what `code` gotos are positions in its own thread; -1 is the end node. */
export interface NodeSpec {
  readonly guard?: GExpr;
  readonly choices?: number;
  readonly code: readonly Action[];
  /** What the step says that it does to a lock. */
  readonly lock?: GNode['lock'];
}

export interface ThreadSpec {
  readonly daemon?: Daemon;
  readonly start?: number;
  readonly init?: readonly { readonly reg: number; readonly value: number }[];
  readonly nodes: readonly NodeSpec[];
}

export interface GraphSpec {
  readonly places?: readonly { readonly size: number; readonly cells?: number; readonly initial?: readonly number[] }[];
  /** Register sizes by thread; numbered through. */
  readonly regs?: readonly (readonly number[])[];
  readonly threads: readonly ThreadSpec[];
  readonly properties?: readonly GProperty[];
  readonly reaches?: Graph['reaches'];
}

/** Every thread gets an end node after its nodes. */
export function graph(spec: GraphSpec): Graph {
  const nodes: GNode[] = [];
  const threads = spec.threads.map((t, thread) => {
    const first = nodes.length;
    const end = first + t.nodes.length;
    for (const n of t.nodes) nodes.push(node(nodes.length, thread, 'step', n, (k) => (k < 0 ? end : first + k)));
    nodes.push(node(end, thread, 'end', { code: [] }, (k) => k));
    const ids = Array.from({ length: t.nodes.length + 1 }, (_, i) => first + i);
    return { name: `t${thread}`, cpu: thread, daemon: t.daemon ?? 'no', start: first + (t.start ?? 0), init: t.init ?? [], nodes: ids };
  });
  return {
    name: 'test', hash: '0000000000000000', types: {}, places: (spec.places ?? []).map(place),
    regs: (spec.regs ?? []).flatMap((sizes, thread) => sizes.map((size) => ({ size, thread }))),
    threads, nodes, properties: spec.properties ?? [], reaches: spec.reaches ?? [],
    origins: Object.fromEntries(nodes.filter((n) => n.kind === 'step').map((n) => [n.origin, { loc: { file: 'test.ts', line: n.id }, proc: `t${n.thread}`, text: n.text }])),
  };
}

/** A property of one conjunct. */
export function property(name: string, holds: GExpr, premise: GExpr | null = null): GProperty {
  return { name, prose: '', conjuncts: [{ name: `${name}.0`, premise, holds }] };
}

/** `threads` threads that each count a cell of their own up to `top`: (top + 1) ** threads states. */
export function counters(threads: number, top: number, properties: readonly GProperty[] = []): Graph {
  return graph({
    places: [{ size: top + 1, cells: threads }],
    properties,
    threads: Array.from({ length: threads }, (_, t): ThreadSpec => {
      const next = op('add', cell(0, t), 1);
      return { nodes: [{ code: [when(op('lt', next, top), [write(0, t, next), goto(0)]), write(0, t, top), goto(-1)] }] };
    }),
  });
}

function expr(e: GExpr | number): GExpr {
  return typeof e === 'number' ? num(e) : e;
}

function place(p: { readonly size: number; readonly cells?: number; readonly initial?: readonly number[] }, i: number): GPlace {
  const cells = p.cells ?? 1;
  const initial = Array.from({ length: cells }, (_, c) => p.initial?.[c] ?? 0);
  return { name: `p${i}`, type: 'int', dims: cells === 1 ? [] : [cells], dimTypes: [], cells, size: p.size, ghost: false, display: `p${i}`, initial };
}

function node(id: number, thread: number, kind: 'step' | 'end', n: NodeSpec, target: (k: number) => number): GNode {
  const code = n.code.map((a) => retarget(a, target));
  return {
    id, thread, kind, guard: n.guard ?? null, choices: n.choices ?? 1, code, footprint: [], stack: [],
    text: `t${thread}:${id}`, origin: `t${thread}:${id}`, live: [], locks: [], ...(n.lock === undefined ? {} : { lock: n.lock }),
  };
}

function retarget(a: Action, target: (k: number) => number): Action {
  if (a.a === 'goto') return goto(target(a.node));
  if (a.a !== 'if') return a;
  return { ...a, then: a.then.map((x) => retarget(x, target)), else: a.else.map((x) => retarget(x, target)) };
}
