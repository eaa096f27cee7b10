/**
 * Whether progress is made, said once more and in another way: as the greatest fixed point of E. A. Emerson, C.-L. Lei,
 * "Efficient model checking in fragments of the propositional mu-calculus", LICS 1986, over the states that the reference
 * interpreter finds. No components, no packed states.
 */
import type { GExpr, GProgress, Graph } from '../../model/language/graph.ts';
import { evaluate } from '../../schedules/interpret.ts';
import { space, type Edge, type Space } from '../../schedules/space.ts';

/** Null for more than `most` states; else whether some fair run has an obligation that it never meets. */
export function stalls(graph: Graph, property: GProgress, most: number): boolean | null {
  const whole = space(graph, most);
  if (whole === null) return null;
  const holds = (e: GExpr): boolean[] => whole.states.map((state) => evaluate(graph, state, e, -1, 0) !== 0);
  const [from, to] = [holds(property.from), holds(property.to)];
  const fair = graph.threads.flatMap((t, i) => (t.daemon === 'optional' || property.unfair.includes(i) ? [] : [i]));
  const forEver = property.strong === true ? strongly(whole, to, fair) : unmetForEver(whole, to, fair, null);
  return [...forEver].some((s) => from[s]!);
}

/** As `unmetForEver`, under strong fairness: in the end some threads can never move, and all others do again and again. */
function strongly(whole: Space, to: readonly boolean[], fair: readonly number[]): ReadonlySet<number> {
  const all = new Set<number>();
  for (let set = 0; set < 2 ** fair.length; set++) {
    const never = fair.filter((_, i) => (set >> i) % 2 === 1);
    for (const s of unmetForEver(whole, to, fair, never)) all.add(s);
  }
  const open = new Set(to.flatMap((met, s) => (met ? [] : [s])));
  return backwards([...all], open, (s) => whole.edges.filter((e) => e.from === s && open.has(e.to)));
}

/** States from which a fair run never comes to one of `to`. Those of `never`, if any, cannot move in them, and all others move again and again. */
function unmetForEver(whole: Space, to: readonly boolean[], fair: readonly number[], never: readonly number[] | null): ReadonlySet<number> {
  const out = whole.states.map((): Edge[] => []);
  for (const e of whole.edges) out[e.from]!.push(e);
  const waits = (s: number, thread: number): boolean => out[s]!.every((e) => e.thread !== thread);
  let inside = new Set(whole.states.flatMap((_, s) => (to[s]! || never?.some((t) => !waits(s, t)) === true ? [] : [s])));
  for (;;) {
    const within = (s: number): Edge[] => out[s]!.filter((e) => inside.has(e.to));
    const rests = (s: number): boolean => fair.every((t) => waits(s, t));
    const served = (s: number, t: number): boolean => (never === null && waits(s, t)) || within(s).some((e) => e.thread === t);
    const serving = fair.filter((t) => never?.includes(t) !== true).map((t) => backwards([...inside].filter((s) => served(s, t)), inside, within));
    const next = new Set([...inside].filter((s) => (rests(s) || within(s).length > 0) && serving.every((set) => set.has(s))));
    if (next.size === inside.size) return inside;
    inside = next;
  }
}

/** States of `inside` from which one of `goals` can be reached. */
function backwards(goals: readonly number[], inside: ReadonlySet<number>, within: (s: number) => Edge[]): ReadonlySet<number> {
  const reached = new Set(goals);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const s of inside) if (within(s).some((e) => reached.has(e.to))) reached.add(s);
  }
  return reached;
}
