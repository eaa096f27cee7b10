/** Cells of anonymous memory that a PMD entry maps as a whole, or could. A huge page has one small page here. */
import { PG_head } from '../kernel/large_folio.ts';
import { FALSE, TRUE } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import type { Scenario } from '../scenario.ts';
import { onceStores } from '../scenarios/actors.ts';
import { hugeScenario, type Entry, type HugeCpu } from '../scenarios/seed-003/huge-world.ts';
import type { Start } from './agent.ts';
import { kinds } from './kinds.ts';
import { cpuOf, mutantsOf, slotsOf, walks, type Cast, type CellName, type Common } from './cast.ts';

const ENTRIES: Readonly<Record<Start, Entry>> = { rw: 'huge', ro: 'huge-ro', none: 'none', table: 'table' };

const bystander: HugeCpu = { name: 'bystander', mm: 0, does: [() => { onceStores(0); }], daemon: 'optional' };

const isHuge = (start: Start): boolean => start === 'rw' || start === 'ro';

/** Splits, forks, faults and collapses take one each; one that khugepaged keeps does not come back. Who finds none waits for ever. */
const spareTables = (cast: readonly Cast[]): number => cast.length + 1;

export function hugeCell(cell: CellName, cast: readonly Cast[], common: Common): Scenario {
  const spares = cast.filter((c) => c.part.spare !== undefined).map((c): Entry[] => [c.part.spare === 'equal page' ? 'own table' : 'none']);
  const addresses = Math.max(...cast.map((c) => c.part.addresses ?? 1));
  return hugeScenario({
    ...common,
    huge: { mapping: 'anon', counted: true, anonFaults: true, ...(walks(cast) ? { migration: true, walked: true } : {}) }, machine: { eviction: false, walkCaches: false },
    mms: [[ENTRIES[cell.start], ...(addresses === 2 ? ['none' as const] : [])], ...spares], unmapped: [1], spareTables: spareTables(cast),
    ...(slotsOf(cast) === 0 ? {} : { slots: slotsOf(cast) }),
    frames: 1 + cast.reduce((sum, c) => sum + (c.part.frames ?? 0), 0),
    start: (set) => {
      kinds.huge.also?.(set, cell.start);
      cast.forEach((c) => { if (c.part.spare === 'equal page') kinds.huge.equalPage?.(set, c.place.spare); });
      cast.forEach((c) => { c.part.brings?.also?.(set); });
      if (walks(cast)) set(PG_head.at(pfn_t.lit(0)), isHuge(cell.start) ? TRUE : FALSE);
    },
    cpus: [...cast.map(cpuOf), bystander],
    mutants: mutantsOf(cell, cast).map(({ mutant, name }) => ({
      name, what: mutant.what, expect: { verdict: 'violated', property: mutant.property },
      ...(mutant.mutations === undefined ? {} : { mutations: mutant.mutations }),
      ...(mutant.kernel === undefined ? {} : { kernel: { ...common.kernel, ...mutant.kernel } }),
    })),
  });
}
