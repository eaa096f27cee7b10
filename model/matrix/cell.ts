/** A cell of the matrix as a scenario: the world in which its agents meet in one kind of memory, from one start. */
import type { Scenario } from '../scenario.ts';
import type { KindWorld } from './agent.ts';
import { castOf, cellId, reachesOf, slotsOf, walks, type Cast, type CellName, type Common } from './cast.ts';
import { brokenByPairs, failingPairs, findingOf } from './findings.ts';
import { hugeCell } from './huge-cell.ts';
import { kinds } from './kinds.ts';
import { smallCell } from './small-cell.ts';

/** @throws Error where an agent does not exist in the kind */
export function cellScenario(cell: CellName): Scenario {
  const cast = castOf(cell);
  return (cell.kind === 'huge' ? hugeCell : smallCell)(cell, cast, common(cell, cast));
}

/** The kind's, with what is there only if somebody swaps, walks the rmap, or brings it. */
function worldOf({ kind }: CellName, cast: readonly Cast[]): Pick<KindWorld, 'kernel' | 'properties'> {
  const { kernel, properties, swapped, walked } = kinds[kind];
  const more = [...(walks(cast) && walked !== undefined ? [walked] : []), ...(slotsOf(cast) > 0 && swapped !== undefined ? [swapped] : []), ...cast.flatMap((c) => c.part.brings ?? [])];
  return more.reduce<Pick<KindWorld, 'kernel' | 'properties'>>((world, m) => ({ kernel: { ...world.kernel, ...m.kernel }, properties: [...world.properties, ...(m.properties ?? [])] }), { kernel, properties });
}

function common(cell: CellName, cast: readonly Cast[]): Common {
  const { kernel, properties } = worldOf(cell, cast);
  const id = cellId(cell);
  const [finding, broken] = [findingOf(id), brokenByPairs(id)];
  const does = [...new Set(cell.agents)].map((a) => `${a.id}: ${a.does}.`).join(' ');
  return {
    id,
    title: `${cell.agents.map((a) => a.id).join(' against ')}: ${cell.kind} memory, ${cell.start}`,
    about: `A cell of the matrix of today's protocol (${kernel.version}). ${does}${finding === null ? '' : ` ${finding.why}`}${inside(failingPairs(id), broken)}`,
    kernel, properties: properties.filter((p) => !broken.includes(p.name)), expect: finding?.expect ?? { verdict: 'holds' },
    reaches: () => reachesOf(cast, cell.start),
  };
}

const inside = (pairs: readonly string[], broken: readonly string[]): string =>
  (pairs.length === 0 ? '' : ` ${broken.join(' and ')} is not asked for: ${pairs.join(' and ')} ${pairs.length === 1 ? 'breaks' : 'break'} it.`);
