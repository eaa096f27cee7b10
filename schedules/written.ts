/** Which bits of a packed state code reads and writes: masks, a number a word. */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';
import { bounds, constant } from './bounds.ts';
import { partsOf } from './expressions.ts';
import { segmentOf, type Field, type Layout } from './layout.ts';

type Mask = Int32Array;

/** Bits that the value of an expression depends on, outside of any step. */
export function bitsRead(graph: Graph, at: Layout, e: GExpr): Mask {
  const bits = new Int32Array(at.words);
  const seen = new Set<GExpr>();
  const visit = (x: GExpr): void => {
    if (seen.has(x)) return;
    seen.add(x);
    if (x.g === 'reg') add(bits, at.regs[x.reg]!);
    if (x.g === 'ended') add(bits, at.pcs[x.thread]!);
    if (x.g === 'cell') addCells(bits, graph, at, { ...x, choices: 1 });
    partsOf(x).forEach(visit);
  };
  visit(e);
  return bits;
}

/** Bits that a step may write. */
export function bitsWritten(graph: Graph, at: Layout, { code, choices }: { readonly code: readonly Action[]; readonly choices: number }): Mask {
  const bits = new Int32Array(at.words);
  const visit = (a: Action): void => {
    if (a.a === 'goto') add(bits, at.pcs[graph.nodes[a.node]!.thread]!);
    if (a.a === 'set') add(bits, at.regs[a.reg]!);
    if (a.a === 'write') addCells(bits, graph, at, { ...a, choices });
    if (a.a === 'if') [...a.then, ...a.else].forEach(visit);
  };
  code.forEach(visit);
  return bits;
}

export function overlap(a: Mask, b: Mask): boolean {
  return a.some((bits, i) => (bits & b[i]!) !== 0);
}

/** One cell, or all cells of a place where the index is only known at run time. */
function addCells(bits: Mask, graph: Graph, at: Layout, { place, index, choices }: { readonly place: number; readonly index: GExpr; readonly choices: number }): void {
  const cell = constant(bounds(graph, index, choices));
  const segments = at.places[place]!;
  const only = cell === null ? null : segmentOf(segments, cell);
  if (cell !== null && only !== null) add(bits, { word: only.word, shift: only.shift + (cell - only.first) * only.width, width: only.width });
  else if (cell === null) for (const s of segments) add(bits, { ...s, width: s.width * s.count });
}

function add(bits: Mask, { word, shift, width }: Field): void {
  if (width > 0) bits[word]! |= width === 32 ? -1 : (2 ** width - 1) << shift;
}
