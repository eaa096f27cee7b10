/** What cannot decide progress. */
import type { GProgress } from '../../model/language/graph.ts';
import { UsageError } from '../errors.ts';
import type { CheckOptions } from '../result.ts';

/** @throws UsageError where progress cannot be decided by the kind of search that was asked for. */
export function refuseUndecided(properties: readonly GProgress[], { search = 'bfs', workers = 1, spill, checkpoint, resume, reduce = [] }: CheckOptions): void {
  if (properties.length === 0) return;
  if (search === 'bfs' && workers === 1 && spill === undefined && checkpoint === undefined && resume === undefined && reduce.length === 0) return;
  throw new UsageError(`only a breadth-first search by one thread, in memory, without checkpoints and unreduced, can say whether ${properties.map((p) => p.name).join(', ')} holds: progress is no matter of single states (--property names the others)`);
}
