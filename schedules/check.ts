/** Asks a search whether a graph keeps its properties. */
import type { Graph } from '../model/language/graph.ts';
import { breadthFirst } from './bfs.ts';
import { depthFirst } from './dfs.ts';
import { UsageError } from './errors.ts';
import { parallelBreadthFirst } from './parallel.ts';
import { randomWalks } from './random.ts';
import type { CheckOptions, CheckResult } from './result.ts';
import { selectConjuncts } from './select.ts';

const SEARCHES = { bfs: breadthFirst, dfs: depthFirst, random: randomWalks } as const;

/** More threads than any machine has: beyond, the threads themselves take the memory. */
const MOST_WORKERS = 256;

/** @throws UsageError for an unknown property or options that contradict each other. @throws ModelError where the model leaves a declared range. */
export async function check(graph: Graph, options: CheckOptions = {}): Promise<CheckResult> {
  const conjuncts = selectConjuncts(graph, options.properties);
  const { search = 'bfs', workers = 1 } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS) throw new UsageError(`workers must be a whole number from 1 to ${MOST_WORKERS}, not ${workers}`);
  if (workers === 1) return SEARCHES[search](graph, conjuncts, options);
  if (search !== 'bfs') throw new UsageError(`several workers search breadth-first only, not ${search}`);
  return parallelBreadthFirst(graph, conjuncts, options);
}
