/** What one step of a trace did on its way, which the states before and after do not show: registers are cleared when they die. */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';
import { partsOf } from '../schedules/expressions.ts';
import { evaluate, type State } from '../schedules/interpret.ts';
import type { ReplayStep } from '../schedules/replay.ts';

/** An access of shared state, by place and flat cell index. */
export interface Touch {
  readonly place: number;
  readonly cell: number;
  readonly mode: 'read' | 'write';
}

/** The loads and stores of a step, in order; reads inside conditions are left out. */
export function touches(graph: Graph, { node, choice, before }: ReplayStep): Touch[] {
  const scratch = { pcs: before.pcs, regs: [...before.regs], cells: before.cells.map((cells) => [...cells]) };
  const found: Touch[] = [];
  const value = (e: GExpr): number => evaluate(graph, scratch satisfies State, e, node.id, choice);
  const run = (code: readonly Action[]): void => {
    for (const action of code) {
      if (action.a === 'goto') return;
      if (action.a === 'if') run(value(action.test) !== 0 ? action.then : action.else);
      if (action.a === 'set') {
        const result = value(action.value);
        if (action.value.g === 'cell') found.push({ place: action.value.place, cell: value(action.value.index), mode: 'read' });
        scratch.regs[action.reg] = result;
      }
      if (action.a === 'write') {
        const cell = value(action.index);
        found.push({ place: action.place, cell, mode: 'write' });
        scratch.cells[action.place]![cell] = value(action.value);
      }
    }
  };
  run(node.code);
  return found;
}

/** The first cell of a place that the guard of a step looked at, or null. */
export function guardedCell(graph: Graph, { node, choice, before }: ReplayStep, place: number): number | null {
  const find = (e: GExpr): number | null => {
    if (e.g === 'cell' && e.place === place) return evaluate(graph, before, e.index, node.id, choice);
    return partsOf(e).map(find).find((cell) => cell !== null) ?? null;
  };
  return node.guard === null ? null : find(node.guard);
}
