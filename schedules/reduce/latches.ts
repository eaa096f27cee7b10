/** Bits that are only ever set and that nothing but a property looks at. */
import type { Action, GExpr, Graph } from '../../model/language/graph.ts';
import { rewrite, same } from '../expressions.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { cellsIn, isLatch, writesIn } from './accesses.ts';
import { fold } from './fold.ts';

/**
 * Cells, as `place:cell`, that every write only sets (`x |= e`), that no step reads but to keep them, and whose every
 * reader among the conjuncts and reaches says in so many words that the bit must stay 0 (or should become 1).
 */
export function pureLatches(graph: Graph, conjuncts: readonly SelectedConjunct[]): ReadonlySet<string> {
  const pure = new Set<string>();
  const spoiled = new Set<string>();
  for (const node of graph.nodes) {
    for (const w of writesIn(node.code)) {
      if (isLatch(graph, w) && w.index.g === 'const') pure.add(`${w.place}:${w.index.value}`);
      else for (const c of cellsOf(graph, w.place, w.index)) spoiled.add(c);
    }
    for (const e of readsIn(node.code, graph)) spoil(graph, e, spoiled);
    if (node.guard !== null) spoil(graph, node.guard, spoiled);
  }
  for (const { premise, holds } of conjuncts) {
    if (premise !== null) spoil(graph, premise, spoiled);
    if (premise !== null || !isBit(holds, 0)) spoil(graph, holds, spoiled);
  }
  for (const r of graph.reaches) if (!isBit(r.expr, 1)) spoil(graph, r.expr, spoiled);
  return new Set([...pure].filter((c) => !spoiled.has(c)));
}

/** True when an expression is one bit, `bad` (0 or 1) where the bit is set. */
function isBit(e: GExpr, bad: number): boolean {
  const cells = new Set<string>();
  cellsIn(e, (c) => cells.add(JSON.stringify(c)));
  const at = (value: number): number | null => fold(e, { cell: () => value });
  return cells.size === 1 && at(1) === bad && at(0) === 1 - bad;
}

function spoil(graph: Graph, e: GExpr, spoiled: Set<string>): void {
  cellsIn(e, (c) => { for (const cell of cellsOf(graph, c.place, c.index)) spoiled.add(cell); });
}

function cellsOf(graph: Graph, place: number, index: GExpr): string[] {
  return index.g === 'const' ? [`${place}:${index.value}`] : Array.from({ length: graph.places[place]!.cells }, (_, i) => `${place}:${i}`);
}

/** What a step reads, but for the value that a latch keeps. */
function readsIn(code: readonly Action[], graph: Graph): GExpr[] {
  return code.flatMap((a): GExpr[] => {
    if (a.a === 'set') return [a.value];
    if (a.a === 'if') return [a.test, ...readsIn(a.then, graph), ...readsIn(a.else, graph)];
    if (a.a !== 'write') return [];
    return [a.index, isLatch(graph, a) ? without(a.value, a) : a.value];
  });
}

/** `e` with the cell of a write replaced by 0. */
function without(e: GExpr, w: { readonly place: number; readonly index: GExpr }): GExpr {
  return rewrite(e, (part) => {
    if (part.g !== 'cell') return null;
    return part.place === w.place && same(part.index, w.index) ? { g: 'const', value: 0 } : part;
  });
}
