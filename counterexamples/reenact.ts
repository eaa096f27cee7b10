/** A schedule played step by step, with everything a reader may want to see of each step. */
import type { Daemon, Loc } from '../model/language/ir.ts';
import type { GNode, Graph } from '../model/language/graph.ts';
import { ReplayError } from '../schedules/errors.ts';
import { apply, enabled, initialState, nodeOf, type State } from '../schedules/interpret.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import { formatChange, formatValue, placeName } from './values.ts';

/** One cell of shared state that a step changed. */
export interface Change {
  readonly place: string;
  readonly from: string;
  readonly to: string;
  /** Both in one, for the eye: `0 -> 1`, or of a record only the fields that changed. */
  readonly delta: string;
  /** Bookkeeping of the properties, not state of the kernel. */
  readonly ghost: boolean;
  /** Position in the graph: place and flat cell index. */
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
  readonly text: string;
  readonly changed: readonly Change[];
  /** Locals that the step set. */
  readonly locals: readonly { readonly name: string; readonly value: string }[];
  /** Locks the thread holds after the step. */
  readonly locks: readonly string[];
  /** The thread ended with this step. */
  readonly ended: boolean;
}

export interface Reenactment {
  readonly moments: readonly Moment[];
  readonly final: State;
}

/** @throws ReplayError at the first step that the graph cannot take. */
export function reenact(graph: Graph, schedule: readonly ScheduleStep[]): Reenactment {
  const moments: Moment[] = [];
  let state = initialState(graph);
  for (const [i, step] of schedule.entries()) {
    refuseImpossible(graph, state, step, i + 1);
    const next = apply(graph, state, step);
    moments.push(moment(graph, state, next, step, i + 1));
    state = next;
  }
  return { moments, final: state };
}

function refuseImpossible(graph: Graph, state: State, step: ScheduleStep, number: number): void {
  if (graph.threads[step.thread] === undefined) throw new ReplayError(number, `there is no thread ${step.thread}`);
  if (enabled(graph, state).some((s) => s.thread === step.thread && s.choice === step.choice)) return;
  const node = nodeOf(graph, state, step.thread);
  const name = graph.threads[step.thread]!.name;
  if (node.kind === 'end') throw new ReplayError(number, `thread ${name} has ended and cannot move`);
  if (step.choice >= node.choices) throw new ReplayError(number, `'${node.text}' of thread ${name} has no alternative ${step.choice}`);
  throw new ReplayError(number, `thread ${name} is blocked at '${node.text}'`);
}

function moment(graph: Graph, before: State, after: State, step: ScheduleStep, number: number): Moment {
  const thread = graph.threads[step.thread]!;
  const node = nodeOf(graph, before, step.thread);
  const next = nodeOf(graph, after, step.thread);
  const frame = node.stack[0] ?? { proc: thread.name, loc: { file: '?', line: 0 } };
  return {
    number, thread: step.thread, threadName: thread.name, daemon: thread.daemon, cpu: thread.cpu,
    proc: frame.proc, loc: frame.loc, text: node.text,
    changed: changes(graph, before, after),
    locals: newLocals(graph, node, next, before, after),
    locks: next.locks,
    ended: next.kind === 'end',
  };
}

function changes(graph: Graph, before: State, after: State): Change[] {
  return graph.places.flatMap((place, p) =>
    after.cells[p]!.flatMap((to, cell) => {
      const from = before.cells[p]![cell]!;
      if (from === to) return [];
      return [{
        place: placeName(place, cell),
        from: formatValue(graph, place.type, from),
        to: formatValue(graph, place.type, to),
        delta: formatChange(graph, place.type, from, to, '->'),
        ghost: place.ghost,
        at: [p, cell] as const,
      }];
    }),
  );
}

/** A local is new when it was not live before, or has another value now; registers alone say nothing to a reader. */
function newLocals(graph: Graph, node: GNode, next: GNode, before: State, after: State): Moment['locals'] {
  const old = new Map(node.live.map((l) => [l.name, before.regs[l.reg]]));
  return next.live
    .filter((l) => old.get(l.name) !== after.regs[l.reg])
    .map((l) => ({ name: l.name, value: formatValue(graph, l.type, after.regs[l.reg]!) }));
}
