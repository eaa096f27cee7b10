/** Which fields of the matrix are asked for. */
import type { Agent, Field, Kind } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import { UsageError } from '../schedules/errors.ts';
import { suggest } from './near.ts';

export interface Asked {
  /** Names of agents. */
  readonly names: readonly string[];
  /** Kinds of memory, with commas between; absent: all. */
  readonly kinds?: string | undefined;
  readonly triples: boolean;
}

/** @throws UsageError where there is no such agent or kind */
export function fieldsOf(model: typeof Matrix, { names, kinds, triples }: Asked): Field[] {
  const asked = names.map((name) => known('agent', name, model.agents.map((a) => a.id)));
  const among = (kinds === undefined ? model.KINDS : kinds.split(',').map((name) => known('kind of memory', name, model.KINDS))) as readonly Kind[];
  return (triples ? triplesOf(model, asked) : pairsOf(model, asked)).map((agents) => model.fieldOf(agents, among));
}

/** None named: all. One: its row. Several: those among themselves. */
function pairsOf({ agents, choices }: typeof Matrix, asked: readonly string[]): Agent[][] {
  const among = asked.length > 1 ? agents.filter((a) => asked.includes(a.id)) : agents;
  return choices(among, 2).filter((pair) => asked.length > 1 || asked.every((id) => pair.some((a) => a.id === id)));
}

/** Those that have all that are named, twice what is named twice. */
function triplesOf({ agents, choices }: typeof Matrix, asked: readonly string[]): Agent[][] {
  if (asked.length > 3) throw new UsageError('a triple has three agents: name no more');
  const times = (id: string, list: readonly string[]): number => list.filter((one) => one === id).length;
  return choices(agents, 3).filter((three) => asked.every((id) => times(id, three.map((a) => a.id)) >= times(id, asked)));
}

function known<T extends string>(what: string, name: string, names: readonly T[]): T {
  const found = names.find((one) => one === name);
  if (found === undefined) throw new UsageError(`there is no ${what} '${name}'${suggest(name, names)} (there are ${names.join(', ')})`);
  return found;
}
