/** A schedule played step by step, with everything a reader may want to see of each step. */
import type { Daemon, Loc } from '../model/language/ir.ts';
import type { GNode, Graph } from '../model/language/graph.ts';
import { nodeOf, run, type ReplayStep, type State } from '../schedules/replay.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import { touches, type Touch } from './executed.ts';
import { heldAfter, nothingHeld, type Held } from './held.ts';
import { concreteText, obtained, type Obtained } from './said.ts';
import { formatChange, formatValue, placeName } from './values.ts';

/** One cell of shared state that a step changed. */
export interface Change {
  readonly place: string;
  readonly from: string;
  readonly to: string;
  /** Both in one, for the eye: `0 -> 1`, or of a record the fields that changed: `-W +A`. */
  readonly delta: string;
  /** Bookkeeping of the properties, not state of the kernel. */
  readonly ghost: boolean;
  /** Position in the graph: place and flat cell index. */
  readonly at: readonly [number, number];
}

/** A write that changed nothing. */
export interface Rewrite {
  readonly place: string;
  readonly value: string;
  readonly at: readonly [number, number];
}

/** One step as it happened. */
export interface Moment {
  /** 1 for the first. */
  readonly number: number;
  readonly thread: number;
  readonly threadName: string;
  readonly daemon: Daemon;
  readonly cpu: number;
  readonly proc: string;
  readonly loc: Loc;
  /** The statement as the listing prints it, and with the values of this run in it. */
  readonly text: string;
  readonly said: string;
  /** What the name that the statement binds stands for. */
  readonly obtained: Obtained | null;
  readonly changed: readonly Change[];
  /** Cells that the step wrote the value into that they had: a lost update often ends with one. */
  readonly rewrote: readonly Rewrite[];
  /** Other locals that the step set. */
  readonly locals: readonly { readonly name: string; readonly value: string }[];
  /** Locks the thread holds after the step. */
  readonly locks: readonly string[];
  /** The thread ended with this step. */
  readonly ended: boolean;
}

export interface Reenactment {
  readonly moments: readonly Moment[];
  /** The initial state, and the one after each step. */
  readonly states: readonly State[];
  readonly final: State;
  /** Locks held at the end. */
  readonly held: Held;
}

/** @throws ReplayError at the first step that the graph cannot take. */
export function reenact(graph: Graph, schedule: readonly ScheduleStep[]): Reenactment {
  const { initial, steps, end } = run(graph, schedule);
  const held = heldAfter(graph, steps);
  const moments = steps.map((step, i) => moment(graph, step, held[i]![step.thread]!, i + 1));
  return { moments, states: [initial, ...steps.map((s) => s.after)], final: end, held: held.at(-1) ?? nothingHeld(graph) };
}

function moment(graph: Graph, step: ReplayStep, locks: readonly string[], number: number): Moment {
  const { thread: index, node, before, after } = step;
  const thread = graph.threads[index]!;
  const next = nodeOf(graph, after, index);
  const touched = touches(graph, step);
  const bound = obtained(graph, step, next, touched);
  const frame = node.stack[0] ?? { proc: thread.name, loc: { file: '?', line: 0 } };
  return {
    number, thread: index, threadName: thread.name, daemon: thread.daemon, cpu: thread.cpu,
    proc: frame.proc, loc: frame.loc, text: node.text, said: concreteText(graph, step, touched), obtained: bound,
    changed: changes(graph, before, after),
    rewrote: rewrites(graph, step, touched),
    locals: newLocals(graph, node, next, before, after).filter((l) => l.name !== bound?.name || l.value !== bound.value),
    locks,
    ended: next.kind === 'end',
  };
}

/** Places of the language's own, such as the latch of a failed assertion, are not part of the kernel's story. */
export function isInternal(place: string): boolean {
  return place.startsWith('$');
}

function changes(graph: Graph, before: State, after: State): Change[] {
  return graph.places.flatMap((place, p) =>
    after.cells[p]!.flatMap((to, cell) => {
      const from = before.cells[p]![cell]!;
      if (from === to || isInternal(place.name)) return [];
      return [{
        place: placeName(place, cell),
        from: formatValue(graph, place.type, from),
        to: formatValue(graph, place.type, to),
        delta: formatChange(graph, place.type, from, to),
        ghost: place.ghost,
        at: [p, cell] as const,
      }];
    }),
  );
}

/** Of plain stores only: a locked operation that finds nothing to change has not lost anything. */
function rewrites(graph: Graph, { node, before, after }: ReplayStep, touched: readonly Touch[]): Rewrite[] {
  return node.footprint.flatMap(({ place: p, cell: known, mode }) => {
    const place = graph.places[p]!;
    const cell = known ?? touched.find((t) => t.place === p && t.mode === 'write')?.cell;
    if (mode !== 'write' || cell === undefined || after.cells[p]![cell] !== before.cells[p]![cell]) return [];
    return [{ place: placeName(place, cell), value: formatValue(graph, place.type, after.cells[p]![cell]!), at: [p, cell] as const }];
  });
}

/** A local is new when it was not live before, or has another value now; registers alone say nothing to a reader. */
function newLocals(graph: Graph, node: GNode, next: GNode, before: State, after: State): Moment['locals'] {
  const old = new Map(node.live.map((l) => [l.name, before.regs[l.reg]]));
  return next.live
    .filter((l) => old.get(l.name) !== after.regs[l.reg])
    .map((l) => ({ name: l.name, value: formatValue(graph, l.type, after.regs[l.reg]!) }));
}
