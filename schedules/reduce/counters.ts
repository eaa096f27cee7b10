/** Steps that only count: `r = x; x := r + 1`, where nobody looks at r. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { same } from '../expressions.ts';
import { mentions } from './symbolic.ts';

type Write = Extract<Action, { a: 'write' }>;
type Load = Extract<Action, { a: 'set' }>;

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
  for (const { list, after } of lists(node.code, [])) {
    list.forEach((a, i) => {
      if (a.a !== 'write') return;
      const direct = amount(a, (e) => e.g === 'cell' && e.place === a.place && same(e.index, a.index));
      if (direct !== 0) by.set(a, direct);
      const load = ownLoad(graph, list, i, after);
      if (load === null) return;
      const step = amount(a, (e) => e.g === 'reg' && e.reg === load.reg);
      if (step === 0) return;
      by.set(a, step);
      loads.add(load);
    });
  }
  return { by, loads };
}

/** The load, earlier in the step, of the cell that a write at the top of a step changes, if nothing but that write uses it. */
export function loadFor(graph: Graph, node: GNode, write: Write): Action | null {
  return ownLoad(graph, node.code, node.code.indexOf(write), []);
}

/** As `loadFor`, for the i-th action of a list that is followed by others. */
function ownLoad(graph: Graph, list: readonly Action[], i: number, after: readonly Action[]): Load | null {
  const write = list[i] as Write;
  const load = list.slice(0, i).findLast((l): l is Load => isLoadOf(l, write));
  if (load === undefined) return null;
  const between = list.slice(list.indexOf(load) + 1, i);
  const changed = between.some((b) => b.a !== 'set' || b.reg === load.reg || mentions(write.index, b.reg) || mentions(b.value, load.reg));
  return changed || mentions(write.index, load.reg) || used(graph, [...list.slice(i + 1), ...after], load.reg) === 'used' ? null : load;
}

/** All lists of actions in a step, each with what is run when it ends without a goto. */
function lists(list: readonly Action[], after: readonly Action[]): { list: readonly Action[]; after: readonly Action[] }[] {
  const inner = list.flatMap((a, i) => {
    if (a.a !== 'if') return [];
    const rest = [...list.slice(i + 1), ...after];
    return [...lists(a.then, rest), ...lists(a.else, rest)];
  });
  return [{ list, after }, ...inner];
}

function isLoadOf(l: Action, a: Write): l is Load {
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
