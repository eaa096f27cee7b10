/**
 * The meaning of a graph, as plainly as it can be said: states are objects, a step copies and runs the actions.
 * The reference explorer and strict replay stand on this; the packed engine shares no code with it.
 */
import type { Action, GExpr, GNode, GOp, Graph } from '../model/language/graph.ts';
import { binary } from './expressions.ts';
import { RangeFault } from './errors.ts';
import type { ScheduleStep } from './result.ts';

/** A full state. */
export interface State {
  /** By thread: the id of the node it stands at. */
  readonly pcs: readonly number[];
  /** By register number. */
  readonly regs: readonly number[];
  /** By place, by flat cell index. */
  readonly cells: readonly (readonly number[])[];
}

interface Scratch {
  readonly pcs: number[];
  readonly regs: number[];
  readonly cells: number[][];
}

/** The state every schedule starts from. */
export function initialState(graph: Graph): State {
  const regs = graph.regs.map(() => 0);
  for (const { reg, value } of graph.threads.flatMap((t) => t.init)) regs[reg] = value;
  return { pcs: graph.threads.map((t) => t.start), regs, cells: graph.places.map((p) => [...p.initial]) };
}

/** Where a thread stands. */
export function nodeOf(graph: Graph, state: State, thread: number): GNode {
  return graph.nodes[state.pcs[thread]!]!;
}

/** Every step possible in a state, by thread, then choice. */
export function enabled(graph: Graph, state: State): ScheduleStep[] {
  return graph.threads.flatMap((_, thread) => {
    const node = nodeOf(graph, state, thread);
    if (!canMove(graph, state, node)) return [];
    return Array.from({ length: node.choices }, (__, choice) => ({ thread, choice }));
  });
}

/** Whether a step is one of `enabled`; threads and choices that do not exist are not. */
export function canTake(graph: Graph, state: State, { thread, choice }: ScheduleStep): boolean {
  if (graph.threads[thread] === undefined) return false;
  const node = nodeOf(graph, state, thread);
  return choice < node.choices && canMove(graph, state, node);
}

/** The state after a step, which must be one of `enabled`. @throws RangeFault when a value or index is out of range. */
export function apply(graph: Graph, state: State, step: ScheduleStep): State {
  const node = nodeOf(graph, state, step.thread);
  const scratch: Scratch = { pcs: [...state.pcs], regs: [...state.regs], cells: state.cells.map((c) => [...c]) };
  const target = run(graph, scratch, node, step.choice, node.code);
  if (target === null) throw new Error(`node ${node.id} ends without goto`);
  scratch.pcs[step.thread] = target;
  return scratch;
}

/** Value of an expression in a state; `where` (a node id, or -1 - conjunct) and `choice` belong to the RangeFault. */
export function evaluate(graph: Graph, state: State, e: GExpr, where: number, choice: number): number {
  const value = (x: GExpr): number => evaluate(graph, state, x, where, choice);
  switch (e.g) {
    case 'const': return e.value;
    case 'reg': return state.regs[e.reg]!;
    case 'cell': {
      const cells = state.cells[e.place]!;
      return cells[checked(value(e.index), cells.length, where, choice)]!;
    }
    case 'cond': return value(e.test) !== 0 ? value(e.then) : value(e.else);
    case 'choice': return choice;
    case 'ended': return nodeOf(graph, state, e.thread).kind === 'end' ? 1 : 0;
    case 'op': return operate(e.op, e.args, value);
  }
}

/** First violated conjunct in a state; those of `$range` come first, then in the graph's order. */
export function violatedConjunct(graph: Graph, state: State, selected: readonly SelectedConjunct[]): number {
  const truth = (e: GExpr, i: number): boolean => evaluate(graph, state, e, -1 - i, 0) !== 0;
  return selected.findIndex((c, i) => (c.premise === null || truth(c.premise, i)) && !truth(c.holds, i));
}

/** A conjunct with the name of its property. */
export interface SelectedConjunct {
  readonly property: string;
  readonly name: string;
  readonly premise: GExpr | null;
  readonly holds: GExpr;
}

/** Some thread that must end has not, and nothing that is relied on to run can move. */
export function isDeadlock(graph: Graph, state: State): boolean {
  const unfinished = graph.threads.some((t, i) => t.daemon === 'no' && nodeOf(graph, state, i).kind !== 'end');
  const moves = graph.threads.some((t, i) => t.daemon !== 'optional' && canMove(graph, state, nodeOf(graph, state, i)));
  return unfinished && !moves;
}

function canMove(graph: Graph, state: State, node: GNode): boolean {
  if (node.kind === 'end') return false;
  return node.guard === null || evaluate(graph, state, node.guard, node.id, 0) !== 0;
}

/** Runs actions up to the first goto: its target, or null when there was none. */
function run(graph: Graph, s: Scratch, node: GNode, choice: number, code: readonly Action[]): number | null {
  const value = (e: GExpr): number => evaluate(graph, s, e, node.id, choice);
  for (const a of code) {
    if (a.a === 'goto') return a.node;
    if (a.a === 'set') s.regs[a.reg] = checked(value(a.value), graph.regs[a.reg]!.size, node.id, choice);
    if (a.a === 'write') {
      const place = graph.places[a.place]!;
      const cell = checked(value(a.index), place.cells, node.id, choice);
      s.cells[a.place]![cell] = checked(value(a.value), place.size, node.id, choice);
    }
    if (a.a === 'if') {
      const target = run(graph, s, node, choice, value(a.test) !== 0 ? a.then : a.else);
      if (target !== null) return target;
    }
  }
  return null;
}

function checked(value: number, size: number, where: number, choice: number): number {
  if (value < 0 || value >= size) throw new RangeFault(where, choice);
  return value;
}

function operate(op: GOp, args: readonly GExpr[], value: (e: GExpr) => number): number {
  const bit = (b: boolean): number => (b ? 1 : 0);
  if (op === 'and') return bit(args.every((a) => value(a) !== 0));
  if (op === 'or') return bit(args.some((a) => value(a) !== 0));
  if (op === 'not') return bit(value(args[0]!) === 0);
  return args.map(value).reduce((a, b) => binary(op, a, b));
}
