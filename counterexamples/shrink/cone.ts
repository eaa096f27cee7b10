/** The steps of a failing run that the failure hangs on: from its end backwards along values read and the order of each thread. */
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { evaluate, nodeOf, type State } from '../../schedules/interpret.ts';
import type { ReplayStep } from '../../schedules/replay.ts';
import { accesses } from '../accesses.ts';
import { blame, type Cell } from '../blame.ts';
import { DEADLOCK } from '../breakage.ts';
import type { Schedule, Walk } from './follow.ts';
import { conjunctOf, endsAsked, type Target } from './target.ts';

/**
 * What is left can be run as it is: every step reads what it read before. A thread that must have ended, or in a deadlock
 * be stuck, keeps all of its steps.
 */
export function causalCone(graph: Graph, target: Target, { schedule, states }: Walk): Schedule {
  const end = states.at(-1)!;
  const { cells, threads } = askedOf(graph, target, end);
  const needed = new Set(cells.map(String));
  const running = new Set(threads);
  const kept = schedule.map((step, i): ReplayStep => ({ ...step, node: nodeOf(graph, states[i]!, step.thread), before: states[i]!, after: states[i + 1]!, violated: null }))
    .reverse()
    .filter((step) => {
      const did = accesses(graph, step);
      if (!running.has(step.thread) && !did.written.some((cell) => needed.has(String(cell)))) return false;
      running.add(step.thread);
      for (const cell of did.written) needed.delete(String(cell));
      for (const cell of did.read) needed.add(String(cell));
      return true;
    });
  return kept.reverse().map(({ thread, choice }) => ({ thread, choice }));
}

/** The cells that the last state fails by, and the threads that must have gone as far as they have. */
function askedOf(graph: Graph, target: Target, end: State): { readonly cells: readonly Cell[]; readonly threads: readonly number[] } {
  if (target.property === DEADLOCK) {
    const threads = graph.threads.flatMap(({ daemon }, thread) => (daemon === 'optional' ? [] : [thread]));
    const guards = threads.map((thread) => nodeOf(graph, end, thread).guard).filter((guard) => guard !== null);
    return { cells: guards.flatMap((guard) => blame(graph, end, guard)), threads };
  }
  const conjunct = conjunctOf(graph, target);
  const parts: readonly GExpr[] = conjunct === null ? [] : [conjunct.holds, ...(conjunct.premise === null ? [] : [conjunct.premise])];
  return {
    cells: parts.flatMap((part) => blame(graph, end, part)),
    threads: parts.flatMap(endsAsked).filter((thread) => evaluate(graph, end, { g: 'ended', thread }, -1, 0) !== 0),
  };
}
