/** Cells of memory that is mapped by PTEs: a file's page, or an anonymous one. */
import type { Scenario } from '../scenario.ts';
import { onceStores, program } from '../scenarios/actors.ts';
import type { Cpu, Mapping } from '../scenarios/contents.ts';
import { fileScenario } from '../scenarios/world.ts';
import type { Start } from './agent.ts';
import { cpuOf, mutantsOf, slotsOf, type Cast, type CellName, type Common } from './cast.ts';
import { kinds } from './kinds.ts';

/** A CPU of the program that stores once, at some time or never, where that needs no fault: whom a stale TLB entry would serve. */
const bystander = (): Cpu => ({ ...program(0, onceStores), name: 'bystander', daemon: 'optional' });

export function smallCell(cell: CellName, cast: readonly Cast[], common: Common): Scenario {
  const kind = kinds[cell.kind];
  const shared = cell.kind === 'file';
  const spares = cast.filter((c) => c.part.spare !== undefined).map((c): Mapping => ({ pte: 'none', shared, linked: c.part.spare === 'equal page' }));
  return fileScenario({
    ...common,
    machine: { eviction: false },
    start: {
      dirty: shared, maps: [{ pte: pteAt(cell.start), shared }, ...spares],
      freeFrames: 1 + cast.reduce((sum, c) => sum + (c.part.frames ?? 0), 0),
      ...(slotsOf(cast) === 0 ? {} : { slots: slotsOf(cast) }),
      addresses: Math.max(...cast.map((c) => c.part.addresses ?? 1)),
      also: (set) => {
        kind.also?.(set, cell.start);
        cast.forEach((c) => { if (c.part.spare === 'equal page') kind.equalPage?.(set, c.place.spare); });
        cast.forEach((c) => { c.part.brings?.also?.(set); });
      },
    },
    cpus: [...cast.map(cpuOf), bystander()],
    mutants: mutantsOf(cell, cast).map(({ mutant, name }) => ({
      name, what: mutant.what, expect: { verdict: 'violated', property: mutant.property },
      ...(mutant.mutations === undefined ? {} : { mutations: mutant.mutations }),
      ...(mutant.kernel === undefined ? {} : { kernel: mutant.kernel }),
    })),
  });
}

function pteAt(start: Start): NonNullable<Mapping['pte']> {
  if (start === 'table') throw new Error('only huge memory begins with a table');
  return start;
}
