/** Random models for comparing engines: programs in the recorded language, and graphs that no program lowers to. */
import fc from 'fast-check';
import type { Graph } from '../../model/language/graph.ts';
import { listing } from '../../model/language/listing.ts';
import { lower } from '../../model/language/lower.ts';
import type { Program } from '../../model/language/ir.ts';
import { programs } from '../language/programs.ts';
import { graphs } from '../schedules/graphs.ts';

export interface Model {
  readonly graph: Graph;
  /** What the graph was lowered from; null for a graph made directly. */
  readonly program: Program | null;
  /** A number 0 … 2^20-1 that does not shrink, by which an engine takes only some of the models. */
  readonly lot: number;
}

const LOTS = 2 ** 20;
const lots = fc.noShrink(fc.noBias(fc.nat({ max: LOTS - 1 })));

const fromPrograms = fc.tuple(programs, lots).map(([program, lot]): Model => ({ program, graph: lower(program), lot }));
const fromGraphs = fc.tuple(graphs, lots).map(([graph, lot]): Model => ({ program: null, graph, lot }));

/** Two programs to a graph. */
export const models: fc.Arbitrary<Model> = fc.oneof({ arbitrary: fromPrograms, weight: 2 }, { arbitrary: fromGraphs, weight: 1 });

/** The model as it is to be read: procedures as C, what is claimed of them; a graph as JSON. */
export function describe({ program, graph }: Model): string {
  if (program === null) return JSON.stringify(graph, null, 1);
  const threads = program.threads.map((t) => `${t.name} on CPU ${t.cpu}${t.daemon === 'no' ? '' : `, ${t.daemon} daemon`}`);
  const claims = program.properties.map((p) => `property ${p.name}: ${JSON.stringify(p.conjuncts)}`);
  return [`threads: ${threads.join('; ')}`, `initial: ${JSON.stringify(program.init)}`, ...claims, ...program.procs.map((p) => listing(p, program))].join('\n');
}
