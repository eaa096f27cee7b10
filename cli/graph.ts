/** `pterace graph <scenario>`: the whole state space of a small world, for Graphviz. */
import { dot } from '../counterexamples/formats/dot.ts';
import { RangeFault, UsageError } from '../schedules/errors.ts';
import { space, type Space } from '../schedules/space.ts';
import type { Graph } from '../model/language/graph.ts';
import { findCase } from './cases.ts';
import { examine } from './examine.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { formatCount } from './numbers.ts';
import { output } from './output.ts';

export interface GraphFlags {
  readonly output?: string;
  readonly maxStates: number;
}

export async function graphOf(id: string, { output: file, maxStates }: GraphFlags, host: Host, io: Io): Promise<ExitCode> {
  const found = findCase(await host.scenarios(id), id);
  const graph = await host.lower(found.build());
  const whole = explored(found.id, graph, maxStates);
  const { trace } = await examine(found, host, { signal: io.signal });
  await output(file, dot(found.id, graph, whole, trace?.schedule ?? null), io);
  return EXIT.ok;
}

function explored(id: string, graph: Graph, maxStates: number): Space {
  try {
    const whole = space(graph, maxStates);
    if (whole !== null) return whole;
  } catch (error) {
    if (error instanceof RangeFault) throw new UsageError(`the model of ${id} leaves a declared range; pterace check ${id} shows where`);
    throw error;
  }
  throw new UsageError(`${id} has more than ${formatCount(maxStates)} states: too many for a picture (--max-states asks for one all the same; pterace witness finds single states)`);
}
