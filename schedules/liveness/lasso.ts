/**
 * A lasso: a way to a state, and a fair cycle from it back to it. Of all there are, one with fewest steps is looked for:
 * every state that a fair run may stay around is tried as the knot, nearest first.
 */
import type { Components } from './components.ts';
import { Cycles } from './cycles.ts';
import type { Fairness } from './fairness.ts';
import type { Pending } from './pending.ts';
import type { Transitions } from './transitions.ts';

/** Pairs that are looked at before the best lasso so far has to do. */
const EFFORT = 20_000_000;

export interface Lasso {
  /** Edges. An empty cycle: the run rests where the stem leads. */
  readonly stem: readonly number[];
  readonly cycle: readonly number[];
  /** No lasso has fewer steps. */
  readonly shortest: boolean;
}

/** `parts`: those in which a fair run can stay for ever; null when there is none. */
export function findLasso(graph: Transitions, fairness: Fairness, pending: Pending, parts: Components): Lasso | null {
  const knots = pending.order.subarray(0, pending.count).filter((pair) => (pair & 1) === 1 && parts.of[pair >> 1]! >= 0);
  if (knots.length === 0) return null;
  const cycles = new Cycles(graph, fairness, parts);
  let stem = pending.way(knots[0]!);
  let cycle = cycles.greedy(knots[0]! >> 1);
  for (const knot of knots) {
    const way = pending.way(knot);
    const most = stem.length + cycle.length - way.length - 1;
    if (most < 0) break;
    if (!cycles.fits(knot >> 1) || cycles.effort > EFFORT) return { stem, cycle, shortest: false };
    const better = cycles.shortest(knot >> 1, most);
    if (better !== null) [stem, cycle] = [way, better];
  }
  return { stem, cycle, shortest: true };
}
