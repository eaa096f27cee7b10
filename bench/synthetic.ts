/** Synthetic graphs with as many states as a measurement needs, from a few parameters. */
import type { Action, GExpr, GNode, GPlace, Graph } from '../model/language/graph.ts';

/**
 * `threads` threads that load, count and store cells of one shared array modulo `size`; the number of states grows
 * with all three. Values are declared as 0 … declared-1, which sets the bytes a state takes.
 */
export function mixer(threads: number, cells: number, size: number, declared: number): Graph {
  const nodes: GNode[] = [];
  const decls = Array.from({ length: threads }, (_, t) => {
    const first = nodes.length;
    nodes.push(...threadNodes(t, first, cells, size));
    return { name: `t${t}`, cpu: t, daemon: 'service' as const, start: first, init: [], nodes: nodes.slice(first).map((n) => n.id) };
  });
  return {
    name: `mixer-${threads}-${cells}-${size}-${declared}`, hash: '0', types: {}, places: [shared(cells, declared)],
    regs: decls.map((_, thread) => ({ size: declared, thread })), threads: decls, nodes,
    properties: [{ name: 'range', prose: '', conjuncts: Array.from({ length: cells }, (_, i) => ({ name: `c${i}`, premise: op('lt', num(0), at(num(i))), holds: op('lt', at(num(i)), num(size)) })) }],
    reaches: [], origins: {},
  };
}

const num = (value: number): GExpr => ({ g: 'const', value });
const at = (index: GExpr): GExpr => ({ g: 'cell', place: 0, index });
const op = (o: 'add' | 'lt' | 'eq', a: GExpr, b: GExpr): GExpr => ({ g: 'op', op: o, args: [a, b] });

/** Load a cell, add one to it modulo size, store it in the next cell, start over. */
function threadNodes(thread: number, first: number, cells: number, size: number): GNode[] {
  const own: GExpr = { g: 'reg', reg: thread };
  const next = { g: 'cond', test: op('lt', own, num(size - 1)), then: op('add', own, num(1)), else: num(0) } as const;
  const goto = (node: number): Action => ({ a: 'goto', node: first + node });
  return [
    [{ a: 'set', reg: thread, value: at(num(thread % cells)) }, goto(1)],
    [{ a: 'set', reg: thread, value: next }, goto(2)],
    [{ a: 'write', place: 0, index: num((thread + 1) % cells), value: own }, { a: 'set', reg: thread, value: num(0) }, goto(0)],
  ].map((code, i) => ({
    id: first + i, thread, kind: 'step', guard: null, choices: 1, code: code as Action[], footprint: [], stack: [],
    text: `t${thread}:${i}`, origin: `t${thread}:${i}`, live: [], locks: [],
  }));
}

function shared(cells: number, size: number): GPlace {
  const initial = Array.from({ length: cells }, () => 0);
  return { name: 'shared', type: 'int', dims: [cells], dimTypes: ['int'], cells, size, ghost: false, display: 'shared[%0]', initial };
}
