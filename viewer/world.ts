/** What stays the same whatever the run: CPUs, places, conjuncts, listings. */
import type { GConjunct, GPlace, Graph } from '../model/language/graph.ts';
import { lockPlaces } from '../counterexamples/held.ts';
import { isInternal } from '../counterexamples/reenact.ts';
import { cellIndices, formatValue, indexName, placeName, typeOf } from '../counterexamples/values.ts';
import type { CellData, CodeLine, ConjunctData, Lane } from './data.ts';

export function lanes(graph: Graph): Lane[] {
  const cpus = [...new Set(graph.threads.map((t) => t.cpu))].sort((a, b) => a - b);
  return cpus.map((cpu) => ({
    cpu,
    threads: graph.threads.flatMap((t, index) => (t.cpu === cpu ? [{ index, name: t.name, daemon: t.daemon !== 'no' }] : [])),
  }));
}

/** Place and flat cell index of every cell that is shown, in the order of `cells`. */
export function cellPositions(graph: Graph): (readonly [number, number])[] {
  return graph.places.flatMap((place, p) => (isInternal(place.name) ? [] : place.initial.map((_, cell) => [p, cell] as const)));
}

/** `place,cell` of the graph → index in `cells`. */
export function cellNumbers(graph: Graph): Map<string, number> {
  return new Map(cellPositions(graph).map((at, i) => [at.join(), i]));
}

export function cells(graph: Graph): CellData[] {
  const locks = lockPlaces(graph);
  return cellPositions(graph).map(([p, cell]) => {
    const place = graph.places[p]!;
    const { group, name } = heading(place, cell);
    return { place: placeName(place, cell), group, name, kind: kindOf(graph, place), ghost: place.ghost, lock: locks.has(p), initial: formatValue(graph, place.type, place.initial[cell]!) };
  });
}

function kindOf(graph: Graph, place: GPlace): CellData['kind'] {
  const { kind } = typeOf(graph, place.type);
  return kind === 'bool' ? 'flag' : kind === 'record' ? 'record' : 'value';
}

/** By the first index: `cpu0.tlb[va0]` is `tlb[va0]` of CPU0, `pte[mm0][va0]` is `pte[va0]` of mm0. */
function heading(place: GPlace, cell: number): { group: string; name: string } {
  if (place.dims.length === 0) return { group: '', name: place.display };
  const [first = '', ...rest] = cellIndices(place.dims, cell).map((i, dim) => indexName(place.dimTypes[dim] ?? '', i));
  return { group: first.replace(/^cpu(?=\d)/, 'CPU'), name: place.name + rest.map((at) => `[${at}]`).join('') };
}

/** The language's own properties are checked too, but tell nothing of the kernel. */
export function shownConjuncts(graph: Graph): (GConjunct & { readonly property: string; readonly prose: string })[] {
  return graph.properties.filter((p) => !isInternal(p.name)).flatMap((p) => p.conjuncts.map((c) => ({ ...c, property: p.name, prose: p.prose })));
}

export function conjuncts(graph: Graph): ConjunctData[] {
  return shownConjuncts(graph).map(({ property, name, prose }) => ({ property, conjunct: name, prose }));
}

/** A listing line by line. What the printer puts behind a statement says where it is from, what it puts before it is a step number. */
export function codeLines(listing: string): CodeLine[] {
  return listing.trimEnd().split('\n').map((line) => {
    const [, code = line, at = null] = /^(.*?)\s*\/\* ([^\s*]+:\d+) \*\/$/.exec(line) ?? [];
    const [, number = '', text = code] = /^([ \d]{4}) (?= {4})(.*)$/.exec(code) ?? [];
    return { text, number: number.trim(), at };
  });
}
