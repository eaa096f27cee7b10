/** What the page of a run is made from. */
import type { Graph } from '../model/language/graph.ts';
import type { Program } from '../model/language/ir.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import type { CodeLine, Lane, PageData, Story } from '../viewer/data.ts';
import { story } from '../viewer/story.ts';
import { cells, codeLines, conjuncts, lanes } from '../viewer/world.ts';
import type { Case } from './cases.ts';
import type { Host } from './host.ts';

/** A run of a case: it need not fail. */
export interface Shown {
  readonly case: Case;
  readonly graph: Graph;
  readonly schedule: readonly ScheduleStep[];
}

/** For a page that can walk elsewhere every procedure is listed, else those that the run is in. */
export async function pageData(shown: Shown, walk: boolean, host: Host): Promise<PageData> {
  const { case: found, graph, schedule } = shown;
  const { id, scenario, mutation } = found;
  const run = story(id, graph, schedule);
  return {
    scenario: { id, title: scenario.title, kernel: scenario.kernel, about: scenario.about, mutation, machine: scenario.machine },
    lanes: walk ? lanes(graph) : moving(lanes(graph), run), cells: cells(graph), conjuncts: conjuncts(graph),
    listings: await listings(found.build(), walk ? null : run, host),
    story: run, walk,
  };
}

/** Nobody looks for CPUs on which nothing happens. */
function moving(all: readonly Lane[], { steps }: Story): readonly Lane[] {
  const cpus = new Set(steps.map((step) => step.cpu));
  return cpus.size === 0 ? all : all.filter((lane) => cpus.has(lane.cpu));
}

async function listings(program: Program, run: Story | null, host: Host): Promise<Record<string, CodeLine[]>> {
  const seen = run === null ? null : new Set(run.steps.flatMap((step) => step.stack.map((frame) => frame.proc)));
  const procs = program.procs.filter((proc) => seen?.has(proc.name) ?? true);
  const texts = await Promise.all(procs.map((proc) => host.listing(proc, program)));
  return Object.fromEntries(procs.map((proc, i) => [proc.name, codeLines(texts[i]!)]));
}
