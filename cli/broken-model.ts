/** Faults of a model: which they are, and where in the kernel model they sit. */
import { LanguageError, formatLoc } from '../model/language/errors.ts';
import type { Graph } from '../model/language/graph.ts';
import { ModelError } from '../schedules/errors.ts';
import { nodeOf, run } from '../schedules/replay.ts';

/** A model error with the statement that it happens in. */
export class LocatedModelError extends Error {
  override readonly name = 'LocatedModelError';
}

export function isModelFault(error: unknown): error is Error {
  return error instanceof LanguageError || error instanceof ModelError || error instanceof LocatedModelError;
}

/** `PT008 model/kernel/memory.ts:41: in do_wp_page, 'count = count + 1': the model leaves a declared range …; cure`. */
export function locate(graph: Graph, error: ModelError): Error {
  const last = error.schedule.at(-1);
  if (last === undefined) return error;
  // The last step is the faulty one and may be impossible to take: it is looked at from the state before.
  const { end } = run(graph, error.schedule.slice(0, -1));
  const node = nodeOf(graph, end, last.thread);
  const frame = node.stack[0];
  if (frame === undefined) return error;
  return new LocatedModelError(`PT008 ${formatLoc(frame.loc)}: in ${frame.proc}, '${node.text}': ${error.message}; keep it in range or widen the type`, { cause: error });
}
