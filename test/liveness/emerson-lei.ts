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
  const forEver = unmetForEver(whole, to, fair);
  return [...forEver].some((s) => from[s]!);
}

/** States from which a fair run never comes to one of `to`. */
function unmetForEver(whole: Space, to: readonly boolean[], fair: readonly number[]): ReadonlySet<number> {
  const out = whole.states.map((): Edge[] => []);
  for (const e of whole.edges) out[e.from]!.push(e);
  const waits = (s: number, thread: number): boolean => out[s]!.every((e) => e.thread !== thread);
  let inside = new Set(whole.states.flatMap((_, s) => (to[s]! ? [] : [s])));
  for (;;) {
    const within = (s: number): Edge[] => out[s]!.filter((e) => inside.has(e.to));
    const rests = (s: number): boolean => fair.every((t) => waits(s, t));
    const serving = fair.map((t) => backwards([...inside].filter((s) => waits(s, t) || within(s).some((e) => e.thread === t)), inside, within));
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
