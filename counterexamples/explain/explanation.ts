/** Why a run fails: the accesses that raced, and the window that let them. */
import type { Graph } from '../../model/language/graph.ts';
import type { Rechecked } from '../recheck.ts';
import { races, type Race } from './races.ts';
import { windows, type Limits, type Tried } from './window.ts';

export interface Explanation {
  readonly races: readonly Race[];
  /** By program that was interrupted, in their order in the graph. */
  readonly tried: readonly Tried[];
}

/** Searches the world again for each window tried. @throws ModelError */
export async function explain(graph: Graph, trace: Rechecked, limits: Limits): Promise<Explanation> {
  return { races: races(graph, trace), tried: await windows(graph, trace, limits) };
}
