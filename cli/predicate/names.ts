/** What a predicate can speak of: the cells, constants, threads and functions of a graph, as traces print them. */
import type { Graph } from '../../model/language/graph.ts';
import { isInternal } from '../../counterexamples/reenact.ts';
import { formatValue, indexName, placeName, typeOf } from '../../counterexamples/values.ts';

export interface CellName {
  readonly place: number;
  readonly cell: number;
}

export interface Names {
  /** By printed name: `pte[mm0][va0]`. */
  readonly cells: ReadonlyMap<string, CellName>;
  /** Cells of records with each of their fields: `pte[mm0][va0].W`. */
  readonly fields: readonly string[];
  /** Values by name, for each type that has one so called: `pfn0`, `NOPAGE`; `none` is the empty record. */
  readonly constants: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By the word of quantifiers, `cpu` of cpu_t: the printed indices. */
  readonly indices: ReadonlyMap<string, readonly string[]>;
  readonly functions: readonly string[];
}

export function namesOf(graph: Graph): Names {
  const cells = new Map<string, CellName>();
  graph.places.forEach((place, p) => {
    if (isInternal(place.name)) return;
    for (let cell = 0; cell < place.cells; cell++) cells.set(placeName(place, cell), { place: p, cell });
  });
  const constants = new Map<string, Map<string, number>>();
  const indices = new Map<string, string[]>();
  for (const type of Object.values(graph.types)) {
    if (type.kind === 'bool' || type.kind === 'int') continue;
    const names = type.kind === 'record' ? [formatValue(graph, type.name, 0)] : type.kind === 'enum' ? type.values : Array.from({ length: type.size }, (_, i) => indexName(type.name, i));
    names.forEach((name, value) => constants.set(name, new Map(constants.get(name)).set(type.name, value)));
    if (type.kind === 'index') indices.set(type.name.replace(/_t$/, ''), [...names]);
  }
  const functions = new Set(graph.nodes.flatMap((node) => node.stack.map((frame) => frame.proc)));
  const fields = [...cells].flatMap(([name, { place }]) => {
    const type = typeOf(graph, graph.places[place]!.type);
    return type.kind === 'record' ? type.fields.map((field) => `${name}.${field.name}`) : [];
  });
  return { cells, fields, constants, indices, functions: [...functions] };
}
