/** Which way a predicate can only go when a cell it reads grows or shrinks. */
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { rewrite } from '../expressions.ts';
import { cellsIn } from './accesses.ts';
import { fold } from './fold.ts';

/** 1: more true as the cell grows; -1: less; 0: it does not matter; null: neither way for sure. */
export type Direction = 1 | -1 | 0 | null;

/** Valuations tried a literal. */
const MOST = 1 << 13;

/** The direction of a condition in the cells of a place: all of them, since which is read may depend on the state. */
export function directionIn(graph: Graph, e: GExpr, place: number): Direction {
  if (e.g === 'op' && (e.op === 'and' || e.op === 'or')) return e.args.map((a) => directionIn(graph, a, place)).reduce(join);
  if (e.g === 'op' && e.op === 'not') {
    const inner = directionIn(graph, e.args[0]!, place);
    return inner === null ? null : (-inner as Direction);
  }
  return ofLiteral(graph, e, place);
}

function join(a: Direction, b: Direction): Direction {
  if (a === 0) return b;
  if (b === 0 || a === b) return a;
  return null;
}

/** By trying all values of all cells that the literal reads. */
function ofLiteral(graph: Graph, e: GExpr, place: number): Direction {
  const vars = new Map<string, { readonly place: number; readonly size: number }>();
  const inIndices = new Set<number>();
  outerCells(e, (c) => {
    vars.set(JSON.stringify(c), { place: c.place, size: graph.places[c.place]!.size });
    cellsIn(c.index, (inner) => inIndices.add(inner.place));
  });
  const own = [...vars.values()].filter((v) => v.place === place);
  if (own.length === 0) return inIndices.has(place) ? null : 0;
  if (inIndices.has(place) || mayNotTry(withoutCells(e)) || [...vars.values()].reduce((n, v) => n * v.size, 1) > MOST) return null;
  return [...vars].filter(([, v]) => v.place === place).map(([key]) => along(e, vars, key)).reduce(join);
}

function outerCells(e: GExpr, visit: (cell: Extract<GExpr, { g: 'cell' }>) => void): void {
  if (e.g === 'cell') visit(e);
  else if (e.g === 'op') for (const a of e.args) outerCells(a, visit);
  else if (e.g === 'cond') for (const x of [e.test, e.then, e.else]) outerCells(x, visit);
}

function mayNotTry(e: GExpr): boolean {
  return JSON.stringify(e).includes('"g":"reg"') || JSON.stringify(e).includes('"g":"ended"') || JSON.stringify(e).includes('"g":"choice"');
}

function along(e: GExpr, vars: ReadonlyMap<string, { readonly size: number }>, key: string): Direction {
  const names = [...vars.keys()];
  const sizes = names.map((n) => vars.get(n)!.size);
  const own = names.indexOf(key);
  const at = names.map(() => 0);
  const literal = compiled(e, names);
  let found: Direction = 0;
  for (;;) {
    at[own] = 0;
    for (let before = literal(at); ++at[own] < sizes[own]!;) {
      const now = literal(at);
      if (now !== before) found = join(found, now > before ? 1 : -1);
      before = now;
    }
    at[own] = 0;
    let i = 0;
    while (i < at.length && (i === own || ++at[i]! === sizes[i])) at[i++] = 0;
    if (i === at.length) return found;
  }
}

/** 1 or 0 by the values of the cells with the given names. */
function compiled(e: GExpr, names: readonly string[]): (values: readonly number[]) => number {
  const slot = new Map<GExpr, number>();
  outerCells(e, (c) => slot.set(c, names.indexOf(JSON.stringify(c))));
  const facts = { values: [] as readonly number[] };
  const read = (c: GExpr): number | null => facts.values[slot.get(c)!] ?? null;
  return (values) => {
    facts.values = values;
    return Number(fold(e, { read }) !== 0);
  };
}

/** `e` with its outermost cells replaced by 0. */
const withoutCells = (e: GExpr): GExpr => rewrite(e, (part) => (part.g === 'cell' ? { g: 'const', value: 0 } : null));
