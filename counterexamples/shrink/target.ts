/** The failure that a shrunk run must still end in: one conjunct, or a deadlock. */
import type { GConjunct, GExpr, Graph } from '../../model/language/graph.ts';
import { evaluate, isDeadlock, type State } from '../../schedules/interpret.ts';
import { DEADLOCK } from '../breakage.ts';

export interface Target {
  readonly property: string;
  /** Null for a deadlock. */
  readonly conjunct: string | null;
}

/** Null where the graph has no such property: assertions go with the code that they are in. */
export function conjunctOf(graph: Graph, target: Target): GConjunct | null {
  return graph.properties.find((p) => p.name === target.property)?.conjuncts.find((c) => c.name === target.conjunct) ?? null;
}

/** Whether a state fails as the target says; never true in a graph without the property. */
export function failsAs(graph: Graph, target: Target): (state: State) => boolean {
  if (target.property === DEADLOCK) return (state) => isDeadlock(graph, state);
  const conjunct = conjunctOf(graph, target);
  if (conjunct === null) return () => false;
  return (state) => {
    const isTrue = (e: GExpr): boolean => evaluate(graph, state, e, -1, 0) !== 0;
    return (conjunct.premise === null || isTrue(conjunct.premise)) && !isTrue(conjunct.holds);
  };
}

/** The graph with nothing to find but the target. Null where it has no such property. */
export function onlyTarget(graph: Graph, target: Target): Graph | null {
  if (target.property === DEADLOCK) return { ...graph, properties: [], reaches: [] };
  const conjunct = conjunctOf(graph, target);
  return conjunct === null ? null : onlyConjunct(graph, conjunct);
}

/** The graph with nothing to find but states where the target's premise is true and it holds; null for a deadlock. */
export function onlyKept(graph: Graph, target: Target): Graph | null {
  const conjunct = conjunctOf(graph, target);
  if (conjunct === null) return null;
  const kept = conjunct.premise === null ? conjunct.holds : ({ g: 'op', op: 'and', args: [conjunct.premise, conjunct.holds] } as const);
  return onlyConjunct(graph, { name: 'kept', premise: null, holds: { g: 'op', op: 'not', args: [kept] } });
}

/** Nobody is in a deadlock when nobody must end. */
function onlyConjunct(graph: Graph, conjunct: GConjunct): Graph {
  return {
    ...graph, reaches: [], properties: [{ name: 'target', prose: '', conjuncts: [conjunct] }],
    threads: graph.threads.map((thread) => ({ ...thread, daemon: 'optional' })),
  };
}

/** The threads whose end an expression asks for. */
export function endsAsked(e: GExpr): readonly number[] {
  switch (e.g) {
    case 'ended': return [e.thread];
    case 'op': return e.args.flatMap(endsAsked);
    case 'cond': return [e.test, e.then, e.else].flatMap(endsAsked);
    case 'cell': return endsAsked(e.index);
    case 'const':
    case 'reg':
    case 'choice': return [];
  }
}
