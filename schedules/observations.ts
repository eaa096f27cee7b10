/** What the properties of a graph see of its reachable states: all that decides whether they hold. */
import type { GConjunct, GExpr, Graph } from '../model/language/graph.ts';
import { partsOf } from './expressions.ts';
import { evaluate, type State } from './interpret.ts';
import { StateGraph } from './state-graph.ts';

/** By `property/conjunct`: what the places that it looks at hold, in every state in which its premise is true. */
export type Observations = ReadonlyMap<string, ReadonlySet<string>>;

/** For graphs of few states that stay in their ranges. */
export function observations(graph: Graph): Observations {
  const eyes = graph.properties.flatMap((p) => p.conjuncts.map((c) => eye(`${p.name}/${c.name}`, c)));
  const states = new StateGraph(graph);
  const looks = new Set<string>();
  states.begin();
  for (let id = 0; id < states.size; id++) {
    states.successors(id);
    if (looks.size === looks.add(states.look(id)).size) continue;
    const state = states.state(id);
    for (const { premise, places, threads, seen } of eyes) {
      if (premise === null || value(graph, state, premise) !== 0) seen.add(`${places.map((p) => state.cells[p]!.join()).join(';')} ${threads.map((t) => value(graph, state, { g: 'ended', thread: t })).join('')}`);
    }
  }
  return new Map(eyes.map(({ name, seen }) => [name, seen]));
}

/**
 * No invariant that looks at these places under these premises, whatever it asks of them, can tell the two apart. A
 * conjunct that only one has must be an assertion that the other does not come to.
 */
export function seenAlike(a: Observations, b: Observations): boolean {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].every((name) => {
    const [x, y] = [a.get(name), b.get(name)];
    if (x === undefined || y === undefined) return name.startsWith('assertion/');
    return x.size === y.size && [...x].every((seen) => y.has(seen));
  });
}

interface Eye {
  readonly name: string;
  readonly premise: GExpr | null;
  readonly places: readonly number[];
  readonly threads: readonly number[];
  readonly seen: Set<string>;
}

function eye(name: string, { premise, holds }: GConjunct): Eye {
  const places = new Set<number>();
  const threads = new Set<number>();
  const look = (e: GExpr): void => {
    if (e.g === 'cell') places.add(e.place);
    if (e.g === 'ended') threads.add(e.thread);
    partsOf(e).forEach(look);
  };
  look(holds);
  return { name, premise, places: [...places].sort((a, b) => a - b), threads: [...threads], seen: new Set() };
}

const value = (graph: Graph, state: State, e: GExpr): number => evaluate(graph, state, e, 0, 0);
