/**
 * Symmetries of a graph: permutations of the values of its index types (CPUs, address spaces, pages) under which every
 * thread's steps, and what is claimed, are again steps and claims of the graph. Scalarsets (Ip and Dill 1996), but each
 * permutation is proved on the lowered graph instead of being trusted to a declaration.
 */
import type { Graph, GType } from '../../model/language/graph.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { Isomorphism } from './isomorphism.ts';

export interface Symmetry {
  /** Values of the index types moved: `cpu_t: 1 0 2`. */
  readonly shown: string;
  /** By thread: its image. */
  readonly threads: readonly number[];
  /** By node: its image. */
  readonly nodes: readonly number[];
  /** By place, by cell: the image of the cell. */
  readonly cells: readonly (readonly number[])[];
  /** By type: the image of each value; types that are not moved are left out. */
  readonly values: ReadonlyMap<string, readonly number[]>;
}

/** Permutations tried at most. */
const MOST = 5_000;

/** All symmetries but the identity; with it they are a group. */
export function symmetriesOf(graph: Graph, conjuncts: readonly SelectedConjunct[]): Symmetry[] {
  const index = Object.values(graph.types).filter((t) => t.kind === 'index' && t.size > 1);
  const choices = index.map((t) => permutations(t.size).map((p) => ({ type: t, p })));
  if (choices.reduce((n, c) => n * c.length, 1) > MOST) return [];
  return product(choices).flatMap((moved) => {
    if (moved.every(({ p }) => p.every((v, i) => v === i))) return [];
    const values = valueMaps(graph, new Map(moved.map(({ type, p }) => [type.name, p])));
    const found = new Isomorphism(graph, values, cellMaps(graph, values)).automorphism(conjuncts);
    const shown = moved.filter(({ p }) => p.some((v, i) => v !== i)).map(({ type, p }) => `${type.name}: ${p.join(' ')}`).join(', ');
    return found === null ? [] : [{ shown, ...found }];
  });
}

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, i) => [...p.slice(0, i), n - 1, ...p.slice(i)]));
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((head) => list.map((x) => [...head, x])), [[]]);
}

/** What the permutations of index types do to the values of every type that contains them. */
function valueMaps(graph: Graph, index: ReadonlyMap<string, readonly number[]>): Map<string, readonly number[]> {
  const maps = new Map<string, readonly number[]>();
  const mapOf = (t: GType): readonly number[] => {
    const own = index.get(t.name);
    if (own !== undefined) return own;
    if (t.kind !== 'record') return Array.from({ length: t.size }, (_, v) => v);
    return keepingZero(Array.from({ length: t.size }, (_, v) => t.fields.reduce((out, f) => {
      const type = graph.types[f.type];
      const field = (v >> f.shift) & (2 ** f.width - 1);
      const image = type === undefined ? field : mapOf(type)[field] ?? field;
      return (out & ~((2 ** f.width - 1) << f.shift)) | (image << f.shift);
    }, v)));
  };
  for (const t of Object.values(graph.types)) {
    const map = mapOf(t);
    if (map.some((v, i) => v !== i)) maps.set(t.name, map);
  }
  return maps;
}

/** The record that is all zero means nothing (a free lock has no owner, whatever its field says): it stays. */
function keepingZero(map: number[]): number[] {
  const before = map.indexOf(0);
  return map.map((image, v) => (v === 0 ? 0 : v === before ? map[0]! : image));
}

/** Cells are permuted as the index types of their dimensions. */
function cellMaps(graph: Graph, values: ReadonlyMap<string, readonly number[]>): number[][] {
  return graph.places.map((p) => Array.from({ length: p.cells }, (_, cell) => {
    let image = 0;
    let stride = 1;
    let rest = cell;
    for (let d = p.dims.length - 1; d >= 0; d--) {
      const at = rest % p.dims[d]!;
      rest = Math.floor(rest / p.dims[d]!);
      image += (values.get(p.dimTypes[d]!)?.[at] ?? at) * stride;
      stride *= p.dims[d]!;
    }
    return image;
  }));
}
