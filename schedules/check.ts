/** Asks a search whether a graph keeps its properties. */
import type { Graph } from '../model/language/graph.ts';
import { breadthFirst } from './bfs.ts';
import { UsageError } from './errors.ts';
import { refuseUndecided } from './liveness/refused.ts';
import { MOST_WORKERS } from './most-workers.ts';
import type { SelectedConjunct } from './interpret.ts';
import type { CheckOptions, CheckResult } from './result.ts';
import { selectConjuncts, selectProgress } from './select.ts';

/**
 * @throws UsageError for an unknown property, options that contradict each other, a checkpoint that cannot be written or
 * read. @throws ModelError where the model leaves a declared range.
 */
export async function check(graph: Graph, options: CheckOptions = {}): Promise<CheckResult> {
  const conjuncts = selectConjuncts(graph, options.properties);
  const progress = options.safetyOnly === true ? [] : selectProgress(graph, options.properties);
  refuseContradictions(options);
  refuseUndecided(progress, options);
  const found = await safety(graph, conjuncts, options);
  const safe = found.verdict === 'holds' || found.verdict === 'vacuous';
  if (!safe || progress.length === 0) return found;
  return (await import('./liveness/search.ts')).searchProgress(graph, progress, options, found);
}

/** Properties of single states, and deadlock. */
function safety(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  switch (options.search) {
    case 'dfs': return import('./dfs.ts').then((m) => m.depthFirst(graph, conjuncts, options));
    case 'random': return import('./random.ts').then((m) => m.randomWalks(graph, conjuncts, options));
    case 'preemptions': return import('./preemptions.ts').then((m) => m.preemptionBounded(graph, conjuncts, options));
    case 'pct': return import('./pct.ts').then((m) => m.probabilistic(graph, conjuncts, options));
    default: return byLevels(graph, conjuncts, options);
  }
}

/** What few searches need is loaded when it is needed. */
async function byLevels(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  const resumed = options.resume === undefined ? null : (await import('./resume.ts')).resume(options.resume, graph, options);
  const { spill, reduce = [] } = options;
  if (reduce.length > 0) return (await import('./reduce/search.ts')).reducedSearch(graph, conjuncts, { ...options, reduce });
  if (spill !== undefined) return (await import('./spill.ts')).spillingBreadthFirst(graph, conjuncts, { ...options, spill });
  if ((options.workers ?? 1) === 1) return breadthFirst(graph, conjuncts, options, resumed);
  return (await import('./parallel.ts')).parallelBreadthFirst(graph, conjuncts, options, resumed);
}

function refuseContradictions({ search = 'bfs', workers = 1, checkpoint, resume, spill, preemptions = 0, bugDepth = 1, maxDepth, reduce = [] }: CheckOptions): void {
  if (!Number.isInteger(preemptions) || preemptions < 0) throw new UsageError(`preemptions must be a whole number from 0, not ${preemptions}`);
  if (!Number.isInteger(bugDepth) || bugDepth < 1) throw new UsageError(`the depth of a bug must be a whole number from 1, not ${bugDepth}`);
  if (search === 'preemptions' && maxDepth !== undefined) throw new UsageError('a search by preemptions has no limit of depth');
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS) throw new UsageError(`workers must be a whole number from 1 to ${MOST_WORKERS}, not ${workers}`);
  if (spill !== undefined && (search !== 'bfs' || workers > 1 || checkpoint !== undefined || resume !== undefined)) {
    throw new UsageError('only a breadth-first search by one thread and without checkpoints keeps its states on a disk');
  }
  if (reduce.length > 0 && (search !== 'bfs' || workers > 1 || spill !== undefined || checkpoint !== undefined || resume !== undefined || maxDepth !== undefined)) {
    throw new UsageError('only a breadth-first search by one thread in memory, without checkpoints and without a limit of depth, can be reduced');
  }
  if (search === 'bfs') return;
  if (workers > 1) throw new UsageError(`several workers search breadth-first only, not ${search}`);
  if (checkpoint !== undefined || resume !== undefined) throw new UsageError(`only a breadth-first search has checkpoints, not ${search}`);
}
