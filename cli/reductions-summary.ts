/** How many times fewer states reductions keep, over many worlds. */
import type { Column } from './reductions-file.ts';
import type { ReductionsJson } from './json.ts';

type World = ReductionsJson['cases'][number];
export type Group = ReductionsJson['groups'][number];

/** A world that keeps more than this share of its states with all reductions is one where they do not pay. */
const SPARED = 0.8;

/** Null where it was not searched to its end. */
export function factor(world: World, by: Column = 'all'): number | null {
  const kept = world[by];
  return kept === null ? null : world.plain / kept;
}

export function fails({ verdict }: World): boolean {
  return verdict === 'violated' || verdict === 'deadlock';
}

/** All, those that hold, those that fail, and each folder. */
export function groupsOf(worlds: readonly World[]): Group[] {
  const folders = [...new Set(worlds.map(folderOf))].sort();
  return [
    groupOf('all', worlds), groupOf('holds', worlds.filter((w) => !fails(w))), groupOf('fails', worlds.filter(fails)),
    ...folders.map((folder) => groupOf(`${folder}/`, worlds.filter((w) => folderOf(w) === folder))),
  ].filter((g) => g.worlds > 0);
}

/** Where hardly a state is spared. */
export function unpaid(worlds: readonly World[]): World[] {
  return worlds.filter((w) => (factor(w) ?? Infinity) < 1 / SPARED);
}

const folderOf = ({ scenario }: World): string => scenario.split('/', 1)[0]!;

/** Of the worlds that were searched to their end with all reductions. */
function groupOf(name: string, all: readonly World[]): Group {
  const worlds = all.filter((w) => factor(w) !== null);
  const middle = (by: Column): number | null => median(worlds.flatMap((w) => factor(w, by) ?? []));
  const byFactor = worlds.toSorted((a, b) => factor(a)! - factor(b)!);
  return {
    name, worlds: worlds.length, plain: total(worlds, 'plain'), kept: total(worlds, 'all'),
    median: { movers: middle('movers'), persistent: middle('persistent'), symmetry: middle('symmetry'), all: middle('all') },
    least: byFactor[0]?.scenario ?? null, most: byFactor.at(-1)?.scenario ?? null, unpaid: unpaid(worlds).length,
  };
}

const total = (worlds: readonly World[], of: 'plain' | 'all'): number => worlds.reduce((sum, w) => sum + (w[of] ?? 0), 0);

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
