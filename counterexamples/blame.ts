/** Which cells explain the value of a broken conjunct. */
import type { GExpr, Graph } from '../model/language/graph.ts';
import { evaluate, type State } from '../schedules/interpret.ts';

/** Place and flat cell index. */
export type Cell = readonly [number, number];

/**
 * The cells that make an expression what it is: of a false `and` only the false parts, of a true `or`
 * only the true ones, of a conditional the test and the branch taken.
 */
export function blame(graph: Graph, state: State, e: GExpr): Cell[] {
  const value = (x: GExpr): number => evaluate(graph, state, x, -1, 0);
  const all = (parts: readonly GExpr[]): Cell[] => distinct(parts.flatMap((part) => blame(graph, state, part)));
  switch (e.g) {
    case 'cell':
      return distinct([[e.place, value(e.index)], ...all([e.index])]);
    case 'cond':
      return all([e.test, value(e.test) !== 0 ? e.then : e.else]);
    case 'op':
      return all(decisive(e.op, e.args, value));
    case 'const':
    case 'reg':
    case 'choice':
    case 'ended':
      return [];
  }
}

function decisive(op: string, args: readonly GExpr[], value: (e: GExpr) => number): readonly GExpr[] {
  if (op !== 'and' && op !== 'or') return args;
  const deciding = args.filter((arg) => (value(arg) !== 0) === (op === 'or'));
  return deciding.length > 0 ? deciding : args;
}

function distinct(cells: readonly Cell[]): Cell[] {
  return [...new Map(cells.map((cell) => [cell.join(), cell])).values()];
}
