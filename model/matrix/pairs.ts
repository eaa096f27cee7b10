/** Which cells there are: pairs and triples of agents, in every kind of memory that all of them work on, from every start of one of them. */
import { KINDS, KINDS_OF_THREE, STARTS, type Agent, type Kind } from './agent.ts';
import { FOR_SAKE } from './agents.ts';
import type { CellName } from './cast.ts';

/** A field of the table: its agents, and the cells that its verdict comes from, or why there are none. */
export interface Field {
  readonly agents: readonly Agent[];
  readonly cells: readonly CellName[];
  readonly reason: string | null;
}

export const kindsOf = (agent: Agent): Kind[] => KINDS.filter((kind) => agent.kinds[kind] !== undefined);

/** Choices of `size` agents, the same one perhaps more than once, in the order given. */
export function choices(agents: readonly Agent[], size: number): Agent[][] {
  if (size === 0) return [[]];
  return agents.flatMap((first, i) => choices(agents.slice(i), size - 1).map((rest) => [first, ...rest]));
}

/** The kinds in which all of them work, and one of them is whom the kind is for. */
function kindsFor(agents: readonly Agent[]): Kind[] {
  const meant = (kind: Kind): boolean => !FOR_SAKE.includes(kind) || agents.some((a) => a.kinds[kind]?.sake === true);
  return (agents.length > 2 ? KINDS_OF_THREE : KINDS).filter((kind) => agents.every((a) => a.kinds[kind] !== undefined) && meant(kind));
}

/** The field of these agents, with the cells of these kinds. */
export function fieldOf(agents: readonly Agent[], kinds: readonly Kind[] = KINDS): Field {
  const none = (reason: string): Field => ({ agents, cells: [], reason });
  const twice = agents.find((a, i) => a.alone !== undefined && agents.indexOf(a) !== i);
  const beside = (kind: Kind): boolean => twice === undefined || (agents.length === 2 && twice.kinds[kind]?.second !== undefined);
  const common = kindsFor(agents).filter(beside);
  if (twice?.alone !== undefined && common.length === 0) return none(twice.alone);
  if (common.length === 0) return none(`no memory has all of them: ${[...new Set(agents)].map((a) => `${a.id} works on ${kindsOf(a).join(', ') || 'none that is modelled'}`).join('; ')}`);
  const wanted = common.filter((kind) => kinds.includes(kind));
  if (wanted.length === 0) return none(`only in ${common.join(', ')}`);
  return { agents, reason: null, cells: wanted.flatMap((kind) => STARTS.filter((start) => agents.some((a) => a.kinds[kind]?.starts.includes(start))).map((start) => ({ kind, start, agents }))) };
}
