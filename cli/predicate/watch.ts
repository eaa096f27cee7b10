/** A graph whose search looks for a predicate and for nothing else. */
import type { Action, GExpr, GNode, GPlace, Graph } from '../../model/language/graph.ts';
import { gop, num } from '../../model/language/lower-expr.ts';
import type { Compiled, Inside } from './compile.ts';

/** Property of the watched graph: what breaks it is a state where the predicate is true. */
export const GOAL = 'predicate';

/**
 * The same behaviour, and one property: that the predicate is never true. Deadlocks do not count, because a search ends
 * with the first: no thread is relied on to move. Where a thread stands decides what `inside` says of it, so that there
 * are no more states than before.
 */
export function watched(graph: Graph, { expr, inside }: Compiled): Graph {
  const places = inside.map((watch, i): GPlace => ({
    name: `$inside${i}`, type: 'bool', dims: [], dimTypes: [], cells: 1, size: 2, ghost: true, display: `$inside${i}`,
    initial: [isInside(graph.nodes[graph.threads[watch.thread]!.start]!, watch)],
  }));
  const first = graph.places.length;
  const nodes = graph.nodes.map((node) => {
    const watching = inside.flatMap((watch, i) => (watch.thread === node.thread ? [{ ...watch, place: first + i }] : []));
    return watching.length === 0 ? node : { ...node, code: noting(graph, node.code, watching) };
  });
  const never: GExpr = gop('not', expr);
  return {
    ...graph,
    types: { bool: { kind: 'bool', name: 'bool', size: 2 }, ...graph.types },
    places: [...graph.places, ...places],
    nodes,
    threads: graph.threads.map((thread) => ({ ...thread, daemon: 'optional' })),
    properties: [{ name: GOAL, prose: 'The predicate is never true.', conjuncts: [{ name: GOAL, premise: null, holds: never }] }],
    progress: [],
    reaches: [],
  };
}

/** Before each goto, whether the node that it goes to is inside. */
function noting(graph: Graph, code: readonly Action[], watching: readonly (Inside & { readonly place: number })[]): Action[] {
  return code.flatMap((action): Action[] => {
    if (action.a === 'if') return [{ ...action, then: noting(graph, action.then, watching), else: noting(graph, action.else, watching) }];
    if (action.a !== 'goto') return [action];
    const target = graph.nodes[action.node]!;
    return [...watching.map((watch): Action => ({ a: 'write', place: watch.place, index: num(0), value: num(isInside(target, watch)) })), action];
  });
}

/** The thread that stands at the node is in the function, or in one that it called. */
function isInside(node: GNode, { fn }: Inside): 0 | 1 {
  return node.stack.some((frame) => frame.proc === fn) ? 1 : 0;
}
