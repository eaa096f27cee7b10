/** Everything that one step of a run looked at and wrote: cells and registers, in conditions too. */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';
import { gotos } from '../model/language/gotos.ts';
import { evaluate, type State } from '../schedules/interpret.ts';
import type { ReplayStep } from '../schedules/replay.ts';
import type { Cell } from './blame.ts';

export interface Accesses {
  /** Cells as they were before the step; what the step itself wrote and read again is not among them. Ghosts too. */
  readonly read: readonly Cell[];
  readonly written: readonly Cell[];
  /** Register numbers. */
  readonly regsRead: readonly number[];
  readonly regsSet: readonly number[];
  /** The step waited for something or chose between ways to go on: later steps of the thread hang on it. */
  readonly decides: boolean;
}

/** Only what is evaluated counts: of a conditional the branch taken, of `and` up to the first false part. */
export function accesses(graph: Graph, { node, choice, before }: ReplayStep): Accesses {
  const scratch = { pcs: before.pcs, regs: [...before.regs], cells: before.cells.map((cells) => [...cells]) } satisfies State;
  const read = new Map<string, Cell>();
  const written = new Map<string, Cell>();
  const regsRead = new Set<number>();
  const regsSet = new Set<number>();
  const value = (e: GExpr): number => evaluate(graph, scratch, e, node.id, choice);
  const look = (e: GExpr): void => {
    if (e.g === 'cell') {
      const cell: Cell = [e.place, value(e.index)];
      if (!written.has(cell.join())) read.set(cell.join(), cell);
    }
    if (e.g === 'reg' && !regsSet.has(e.reg)) regsRead.add(e.reg);
    for (const part of evaluated(e, value)) look(part);
  };
  const run = (code: readonly Action[]): void => {
    for (const action of code) {
      if (action.a === 'goto') return;
      if (action.a === 'if') {
        look(action.test);
        run(value(action.test) !== 0 ? action.then : action.else);
        continue;
      }
      look(action.value);
      if (action.a === 'set') {
        scratch.regs[action.reg] = value(action.value);
        regsSet.add(action.reg);
        continue;
      }
      look(action.index);
      const cell: Cell = [action.place, value(action.index)];
      scratch.cells[cell[0]]![cell[1]] = value(action.value);
      written.set(cell.join(), cell);
    }
  };
  if (node.guard !== null) look(node.guard);
  run(node.code);
  return { read: [...read.values()], written: [...written.values()], regsRead: [...regsRead], regsSet: [...regsSet], decides: node.guard !== null || node.choices > 1 || branches(node.code) };
}

function evaluated(e: GExpr, value: (e: GExpr) => number): readonly GExpr[] {
  switch (e.g) {
    case 'cell': return [e.index];
    case 'cond': return [e.test, value(e.test) !== 0 ? e.then : e.else];
    case 'op': {
      const last = e.op === 'and' || e.op === 'or' ? e.args.findIndex((arg) => (value(arg) !== 0) === (e.op === 'or')) : -1;
      return last < 0 ? e.args : e.args.slice(0, last + 1);
    }
    case 'const':
    case 'reg':
    case 'choice':
    case 'ended': return [];
  }
}

/** Whether the code can go to different nodes. */
function branches(code: readonly Action[]): boolean {
  return new Set(gotos(code)).size > 1;
}
