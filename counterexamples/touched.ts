/** What a run is made of: the state that its steps touch and the kernel functions that they are in. */
import type { Graph } from '../model/language/graph.ts';
import type { Program } from '../model/language/ir.ts';
import type { Touched } from '../model/races/ingredients.ts';
import { run } from '../schedules/replay.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import { accesses } from './accesses.ts';

/** `program`: what the graph was made from. */
export function touched(graph: Graph, program: Program, schedule: readonly ScheduleStep[]): Touched {
  const { steps } = run(graph, schedule);
  const places = new Set<string>();
  const procedures = new Set<string>();
  for (const step of steps) {
    const { read, written } = accesses(graph, step);
    for (const [place] of [...read, ...written]) if (!graph.places[place]!.ghost) places.add(graph.places[place]!.name);
    for (const { proc } of step.node.stack) procedures.add(proc);
  }
  const files = program.procs.filter((p) => procedures.has(p.name)).flatMap((p) => p.models?.file ?? []);
  return { places: [...places], procedures: [...procedures], files: [...new Set(files)] };
}
