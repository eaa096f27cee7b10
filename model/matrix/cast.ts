/** Who meets in a cell of the matrix, and what the cell must reach. */
import type { Property, Value } from '../language/index.ts';
import type { KernelConfig } from '../kernel/version.ts';
import type { Expectation } from '../scenario.ts';
import { kthread } from '../scenarios/actors.ts';
import type { Cpu } from '../scenarios/contents.ts';
import type { Agent, AgentMutant, Kind, Part, Place, Start } from './agent.ts';
import { meetings, staged } from './stage.ts';

/** What a cell is of. Agents stand in the order of the matrix; one may be there twice. */
export interface CellName {
  readonly kind: Kind;
  readonly start: Start;
  readonly agents: readonly Agent[];
}

/** An agent of a cell with what it is there. */
export interface Cast {
  readonly agent: Agent;
  readonly part: Part;
  readonly place: Place;
}

/** What cells of every kind say of themselves. */
export interface Common {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly kernel: KernelConfig;
  readonly properties: readonly Property[];
  readonly expect: Expectation;
  readonly reaches: () => Readonly<Record<string, Value<'bool'>>>;
}

export const cellId = ({ kind, start, agents }: CellName): string => `matrix/${kind}-${start}/${agents.map((a) => a.id).join('+')}`;

/** mm 0 is the program's; those who need an mm of their own get the next ones. @throws Error where an agent does not exist in the kind */
export function castOf({ kind, agents }: CellName): Cast[] {
  let mms = 1;
  return agents.map((agent, n) => {
    const first = agent.kinds[kind];
    const part = agents.indexOf(agent) < n ? first?.second ?? first : first;
    if (part === undefined) throw new Error(`${agent.id} does not work on memory of the kind ${kind}`);
    return { agent, part, place: { n, spare: part.spare === undefined ? 0 : mms++ } };
  });
}

/** That the agents meet, and that each does its work where it has something to do. */
export function reachesOf(cast: readonly Cast[], start: Start): Readonly<Record<string, Value<'bool'>>> {
  const working = cast.filter((c) => c.part.starts.includes(start));
  return {
    ...meetings(cast.map((c) => c.agent.id)),
    ...Object.fromEntries(working.map((c) => [`${c.agent.id} (CPU ${c.place.n}) has done its work`, c.part.effect(c.place)])),
  };
}

/** Those mutants of the agents that are to fail in this cell, with the names that they have there. */
export function mutantsOf({ start }: CellName, cast: readonly Cast[]): { readonly mutant: AgentMutant; readonly name: string }[] {
  const all = cast.flatMap(({ agent, part }, n) => (part.mutants ?? [])
    .filter((m) => m.start === start && cast.some((c, i) => i !== n && c.agent.id === m.against))
    .map((mutant) => ({ mutant, name: `${agent.id}-${mutant.name}` })));
  return all.filter(({ name }, i) => all.findIndex((m) => m.name === name) === i);
}

/** Slots of the swap device; 0: nobody swaps. */
export const slotsOf = (cast: readonly Cast[]): number => cast.reduce((sum, c) => sum + (c.part.slots ?? 0), 0);

/** Whether somebody finds mappings by rmap, in a kind of memory that asks. */
export const walks = (cast: readonly Cast[]): boolean => cast.some((c) => c.part.walks === true);

/** One thread an agent. A program's own CPU has a TLB; that of the CPU on which a kernel thread runs is of no interest. */
export function cpuOf({ agent, part, place }: Cast): Cpu {
  const name = `${agent.id.replaceAll('-', '_')}_${place.n}`;
  const does = [() => { staged(() => { part.run(place); }); }];
  return part.user === true ? { name, mm: 0, does } : kthread(name, ...does);
}
