/** Opens a checkpoint for a search that shall go on from it. */
import type { Graph } from '../model/language/graph.ts';
import { layoutDigest, statesOf } from './checkpoint-format.ts';
import { openCheckpoint } from './checkpoint-read.ts';
import type { Resumed } from './checkpoint.ts';
import { UsageError } from './errors.ts';
import { layout } from './layout.ts';
import type { CheckOptions } from './result.ts';

/** @throws UsageError when the file is no whole checkpoint, or not one of this graph, these properties and so few states. */
export function resume(file: string, graph: Graph, options: CheckOptions): Resumed {
  const resumed = openCheckpoint(file);
  const { hash, layout: packed, scenario, properties } = resumed.header;
  if (hash !== graph.hash || packed !== layoutDigest(layout(graph))) {
    throw new UsageError(`the checkpoint ${file} was written for another version of ${scenario}: the model has changed since; begin anew`);
  }
  if (JSON.stringify(properties) !== JSON.stringify(options.properties ?? null)) {
    throw new UsageError(`the checkpoint ${file} is of a search for ${properties?.join(', ') ?? 'all properties'}: only the same properties can be checked from there on`);
  }
  const states = statesOf(resumed.header);
  if (states > (options.maxStates ?? Infinity)) throw new UsageError(`the checkpoint ${file} holds ${states} states already, more than the ${options.maxStates!} allowed`);
  return resumed;
}
