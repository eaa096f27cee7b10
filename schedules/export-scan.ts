/** What an export must know of a graph beforehand: cells that never change, and code without jumps. */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';
import { bounds, constant } from './bounds.ts';

/**
 * Cells of a place that keep their initial value; null when some index is only known at run time, which takes an
 * array. Found here anew, not asked of the engine's layout: a cell it wrongly left out must not be left out here too.
 */
export function constantCells(graph: Graph, place: number): ReadonlySet<number> | null {
  const written = new Set<number>();
  const { cells, initial } = graph.places[place]!;
  const meant: (number | null)[] = [];
  eachIndex(graph, (p, index, choices, writes) => {
    if (p !== place) return;
    const cell = fixedCell(graph, index, choices, cells);
    meant.push(cell);
    if (writes && cell !== null) written.add(cell);
  });
  if (meant.includes(null)) return null;
  return new Set([...initial.keys()].filter((cell) => !written.has(cell)));
}

/** The only cell that an index can mean, or null. */
export function fixedCell(graph: Graph, index: GExpr, choices: number, cells: number): number | null {
  const cell = constant(bounds(graph, index, choices));
  return cell !== null && cell >= 0 && cell < cells ? cell : null;
}

type Visit = (place: number, index: GExpr, choices: number, writes: boolean) => void;

/** Every index of the graph, in steps and in claims. */
function eachIndex(graph: Graph, visit: Visit): void {
  for (const node of graph.nodes) {
    if (node.guard !== null) inExpr(node.guard, node.choices, visit);
    inCode(node.code, node.choices, visit);
  }
  for (const { premise, holds } of graph.properties.flatMap((p) => p.conjuncts)) {
    if (premise !== null) inExpr(premise, 1, visit);
    inExpr(holds, 1, visit);
  }
}

function inCode(code: readonly Action[], choices: number, visit: Visit): void {
  for (const a of code) {
    if (a.a === 'set' || a.a === 'write') inExpr(a.value, choices, visit);
    if (a.a === 'write') {
      visit(a.place, a.index, choices, true);
      inExpr(a.index, choices, visit);
    }
    if (a.a === 'if') {
      inExpr(a.test, choices, visit);
      inCode(a.then, choices, visit);
      inCode(a.else, choices, visit);
    }
  }
}

function inExpr(e: GExpr, choices: number, visit: Visit): void {
  if (e.g === 'cell') {
    visit(e.place, e.index, choices, false);
    inExpr(e.index, choices, visit);
  }
  if (e.g === 'op') for (const a of e.args) inExpr(a, choices, visit);
  if (e.g === 'cond') for (const a of [e.test, e.then, e.else]) inExpr(a, choices, visit);
}

/** The same code in which nothing follows a goto or an `if` that may end in one: what followed goes into its branches. */
export function structured(code: readonly Action[]): Action[] {
  const out: Action[] = [];
  for (const [i, a] of code.entries()) {
    if (a.a === 'if' && jumps(a)) {
      const rest = code.slice(i + 1);
      return [...out, { ...a, then: structured([...a.then, ...rest]), else: structured([...a.else, ...rest]) }];
    }
    out.push(a);
    if (a.a === 'goto') return out;
  }
  return out;
}

function jumps(a: Action): boolean {
  return a.a === 'goto' || (a.a === 'if' && [...a.then, ...a.else].some(jumps));
}
