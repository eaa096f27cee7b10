/** Ways between the states of a run that the run did not take. */
import type { Graph } from '../../model/language/graph.ts';
import { enabled, type State } from '../../schedules/interpret.ts';
import type { ScheduleStep } from '../../schedules/result.ts';
import { applied, type Schedule, type Walk } from './follow.ts';

/** The shortest schedule from the first state of a walk to its last that visits no state but the walk's own. */
export function shortcut(graph: Graph, { states }: Walk): Schedule {
  const own = new Set(states.map(keyOf));
  const goal = keyOf(states.at(-1)!);
  const from = new Map<string, { readonly parent: string; readonly step: ScheduleStep } | null>([[keyOf(states[0]!), null]]);
  let level = [states[0]!];
  while (level.length > 0 && !from.has(goal)) {
    const next: State[] = [];
    for (const state of level) {
      for (const step of enabled(graph, state)) {
        const after = applied(graph, state, step);
        const key = after === null ? '' : keyOf(after);
        if (after === null || !own.has(key) || from.has(key)) continue;
        from.set(key, { parent: keyOf(state), step });
        next.push(after);
      }
    }
    level = next;
  }
  const schedule: ScheduleStep[] = [];
  for (let at = from.get(goal) ?? null; at !== null; at = from.get(at.parent) ?? null) schedule.unshift(at.step);
  return schedule;
}

function keyOf({ pcs, regs, cells }: State): string {
  return `${pcs.join()};${regs.join()};${cells.map((c) => c.join()).join(';')}`;
}
