/** A graph in which a thread is not interrupted while it stands at certain nodes, unless it waits there itself. */
import type { Action, GExpr, GNode, GPlace, Graph } from '../../model/language/graph.ts';

/** Mirrors where the thread stands, for the guards of the others: an expression cannot ask for another thread's position. */
const AT = '$at';

/**
 * The same graph, where no other program moves while `thread` stands at one of `nodes` and could go on. Daemons (the
 * hardware, interrupts, kernel threads that only serve) still do: no lock keeps them out.
 */
export function uninterrupted(graph: Graph, thread: number, nodes: ReadonlySet<number>): Graph {
  const place = graph.places.length;
  const others = not(or([...nodes].map((n) => and(eq({ g: 'cell', place, index: num(0) }, num(n)), graph.nodes[n]!.guard ?? num(1)))));
  const isOther = (n: GNode): boolean => n.thread !== thread && n.kind === 'step' && graph.threads[n.thread]!.daemon === 'no';
  return {
    ...graph,
    places: [...graph.places, mirror(graph, thread)],
    nodes: graph.nodes.map((n) => {
      if (n.thread === thread) return { ...n, code: n.code.flatMap((a) => mirrored(a, place)) };
      return isOther(n) ? { ...n, guard: n.guard === null ? others : and(n.guard, others) } : n;
    }),
  };
}

function mirror(graph: Graph, thread: number): GPlace {
  return { name: AT, type: 'int', dims: [], dimTypes: [], cells: 1, size: graph.nodes.length, ghost: true, display: AT, initial: [graph.threads[thread]!.start] };
}

function mirrored(action: Action, place: number): Action[] {
  if (action.a === 'goto') return [{ a: 'write', place, index: num(0), value: num(action.node) }, action];
  if (action.a !== 'if') return [action];
  return [{ ...action, then: action.then.flatMap((a) => mirrored(a, place)), else: action.else.flatMap((a) => mirrored(a, place)) }];
}

const num = (value: number): GExpr => ({ g: 'const', value });
const eq = (a: GExpr, b: GExpr): GExpr => ({ g: 'op', op: 'eq', args: [a, b] });
const and = (a: GExpr, b: GExpr): GExpr => ({ g: 'op', op: 'and', args: [a, b] });
const not = (a: GExpr): GExpr => ({ g: 'op', op: 'not', args: [a] });
const or = (args: readonly GExpr[]): GExpr => (args.length === 1 ? args[0]! : { g: 'op', op: 'or', args });
