/** Steps that only count: `r = x; x := r + 1`, where nobody looks at r. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { mentions } from './symbolic.ts';

type Write = Extract<Action, { a: 'write' }>;

export interface Counting {
  /** By write that counts: by how much. */
  readonly by: ReadonlyMap<Action, number>;
  /** The loads of the values counted up or down: no reads. */
  readonly loads: ReadonlySet<Action>;
}

/** The counting writes of a step. */
export function countingIn(graph: Graph, node: GNode): Counting {
  const by = new Map<Action, number>();
  const loads = new Set<Action>();
  for (const list of lists(node.code)) {
    list.forEach((a, i) => {
      if (a.a !== 'write') return;
      const direct = amount(a, (e) => e.g === 'cell' && e.place === a.place && same(e.index, a.index));
      if (direct !== 0) by.set(a, direct);
      const [load] = list.slice(0, i).filter((l): l is Extract<Action, { a: 'set' }> => isLoadOf(l, a)).slice(-1);
      if (load === undefined) return;
      const between = list.slice(list.indexOf(load) + 1, i);
      const changed = between.some((b) => b.a !== 'set' || b.reg === load.reg || mentions(a.index, b.reg) || mentions(b.value, load.reg));
      const step = amount(a, (e) => e.g === 'reg' && e.reg === load.reg);
      if (step === 0 || changed || used(graph, list.slice(i + 1), load.reg) === 'used') return;
      by.set(a, step);
      loads.add(load);
    });
  }
  return { by, loads };
}

function lists(code: readonly Action[]): (readonly Action[])[] {
  return [code, ...code.flatMap((a) => (a.a === 'if' ? [...lists(a.then), ...lists(a.else)] : []))];
}

function isLoadOf(l: Action, a: Write): boolean {
  return l.a === 'set' && l.value.g === 'cell' && l.value.place === a.place && same(l.value.index, a.index);
}

/** c of `x + c`, -c of `x - c`; 0 for anything else. */
function amount({ value }: Write, isBefore: (e: GExpr) => boolean): number {
  if (value.g !== 'op' || (value.op !== 'add' && value.op !== 'sub') || value.args.length !== 2) return 0;
  const [x, c] = value.args as [GExpr, GExpr];
  if (!isBefore(x) || c.g !== 'const') return 0;
  return value.op === 'add' ? c.value : -c.value;
}

/** What becomes of a register: used, given another value, or (open) neither in this list. */
function used(graph: Graph, code: readonly Action[], reg: number): 'used' | 'lost' | 'open' {
  for (const a of code) {
    if (a.a === 'goto') return graph.nodes[a.node]!.live.some((l) => l.reg === reg) ? 'used' : 'lost';
    if (a.a === 'set') {
      if (mentions(a.value, reg)) return 'used';
      if (a.reg === reg) return 'lost';
    }
    if (a.a === 'write' && (mentions(a.value, reg) || mentions(a.index, reg))) return 'used';
    if (a.a === 'if') {
      if (mentions(a.test, reg)) return 'used';
      const ways = [used(graph, a.then, reg), used(graph, a.else, reg)];
      if (ways.includes('used')) return 'used';
      if (!ways.includes('open')) return 'lost';
    }
  }
  return 'open';
}

function same(a: GExpr, b: GExpr): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
