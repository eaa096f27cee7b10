/** Random walks: every step is picked uniformly among those enabled. */
import type { Graph } from '../model/language/graph.ts';
import type { SelectedConjunct } from './interpret.ts';
import { Prng } from './prng.ts';
import type { CheckOptions, CheckResult } from './result.ts';
import { Walks } from './walks.ts';

/** The same seed walks the same ways. @throws ModelError */
export async function randomWalks(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  const prng = new Prng(options.seed ?? 0);
  const uniform = { begin: () => undefined, pick: (n: number) => prng.below(n), end: () => undefined };
  return new Walks(graph, conjuncts, options, uniform).run();
}
