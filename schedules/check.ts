/** Asks a search whether a graph keeps its properties. */
import type { Graph } from '../model/language/graph.ts';
import { breadthFirst } from './bfs.ts';
import { depthFirst } from './dfs.ts';
import { randomWalks } from './random.ts';
import type { CheckOptions, CheckResult } from './result.ts';
import { selectConjuncts } from './select.ts';

const SEARCHES = { bfs: breadthFirst, dfs: depthFirst, random: randomWalks } as const;

/** @throws UsageError for an unknown property. @throws ModelError where the model leaves a declared range. */
export async function check(graph: Graph, options: CheckOptions = {}): Promise<CheckResult> {
  return SEARCHES[options.search ?? 'bfs'](graph, selectConjuncts(graph, options.properties), options);
}
