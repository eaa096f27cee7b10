/** Which conjuncts a search checks. */
import type { GProgress, Graph } from '../model/language/graph.ts';
import { UsageError } from './errors.ts';
import type { SelectedConjunct } from './interpret.ts';

/** A declared range overflowed: the model is wrong, not the kernel. */
export const RANGE = '$range';
/** Asserts written in procedures. */
export const ASSERTION = 'assertion';

/**
 * The conjuncts of the named properties (undefined: all), `$range` first; `$range` and `assertion` always take part.
 * @throws UsageError for a name the graph does not have.
 */
export function selectConjuncts(graph: Graph, names: readonly string[] | undefined): SelectedConjunct[] {
  const known = [...graph.properties, ...(graph.progress ?? [])].map((p) => p.name);
  for (const name of names ?? []) {
    if (!known.includes(name)) throw new UsageError(`no property '${name}'; known: ${known.join(', ') || 'none'}`);
  }
  const wanted = (name: string): boolean => names === undefined || name === RANGE || name === ASSERTION || names.includes(name);
  const properties = graph.properties.filter((p) => wanted(p.name));
  const ordered = [...properties.filter((p) => p.name === RANGE), ...properties.filter((p) => p.name !== RANGE)];
  return ordered.flatMap((p) => p.conjuncts.map((c) => ({ ...c, property: p.name })));
}

/** The progress properties of these names (undefined: all). */
export function selectProgress(graph: Graph, names: readonly string[] | undefined): readonly GProgress[] {
  return (graph.progress ?? []).filter((p) => names === undefined || names.includes(p.name));
}
