/** Finishes a graph made by hand as lowering would: which registers live where, and 0 in those that do not. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';

/** `typeOf`: by register, the name of its type. */
export function settle(graph: Graph, typeOf: (reg: number) => string): Graph {
  const live = liveness(graph);
  const nodes = graph.nodes.map((n): GNode => ({
    ...n, code: zeroed(graph, n.code, n.thread, live),
    live: [...live[n.id]!].sort((a, b) => a - b).map((reg) => ({ reg, name: `r${reg}`, type: typeOf(reg) })),
  }));
  const threads = graph.threads.map((t) => ({ ...t, init: t.init.filter(({ reg }) => live[t.start]!.has(reg)) }));
  return { ...graph, nodes, threads };
}

/** By node: the registers whose values may still be used. */
function liveness(graph: Graph): Set<number>[] {
  const live = graph.nodes.map(() => new Set<number>());
  for (let changed = true; changed;) {
    changed = false;
    for (const n of graph.nodes) {
      const before = backwards(n.code, new Set(), live);
      if (n.guard !== null) uses(n.guard, before);
      for (const r of before) {
        changed ||= !live[n.id]!.has(r);
        live[n.id]!.add(r);
      }
    }
  }
  return live;
}

/** Live before some actions, when `after` is live where they end without a goto. */
function backwards(code: readonly Action[], after: ReadonlySet<number>, live: readonly ReadonlySet<number>[]): Set<number> {
  let now = new Set(after);
  for (const a of code.toReversed()) {
    if (a.a === 'goto') now = new Set(live[a.node]);
    else if (a.a === 'set') {
      now.delete(a.reg);
      uses(a.value, now);
    } else if (a.a === 'write') {
      uses(a.index, now);
      uses(a.value, now);
    } else {
      now = new Set([...backwards(a.then, now, live), ...backwards(a.else, now, live)]);
      uses(a.test, now);
    }
  }
  return now;
}

function uses(e: GExpr, into: Set<number>): void {
  if (e.g === 'reg') into.add(e.reg);
  else if (e.g === 'cell') uses(e.index, into);
  else if (e.g === 'op') for (const a of e.args) uses(a, into);
  else if (e.g === 'cond') for (const x of [e.test, e.then, e.else]) uses(x, into);
}

function zeroed(graph: Graph, code: readonly Action[], thread: number, live: readonly ReadonlySet<number>[]): Action[] {
  return code.flatMap((a): Action[] => {
    if (a.a === 'if') return [{ ...a, then: zeroed(graph, a.then, thread, live), else: zeroed(graph, a.else, thread, live) }];
    if (a.a !== 'goto') return [a];
    const dead = [...graph.regs.keys()].filter((r) => graph.regs[r]!.thread === thread && !live[a.node]!.has(r));
    return [...dead.map((reg): Action => ({ a: 'set', reg, value: { g: 'const', value: 0 } })), a];
  });
}
