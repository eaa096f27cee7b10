/** Cells of memory that is mapped by PTEs: a file's page, or an anonymous one. */
import type { Scenario } from '../scenario.ts';
import { onceStores, program } from '../scenarios/actors.ts';
import type { Cpu, Mapping } from '../scenarios/contents.ts';
import { fileScenario } from '../scenarios/world.ts';
import type { Kind, Part, Start } from './agent.ts';
import { cpuOf, mutantsOf, slotsOf, type Cast, type CellName, type Common } from './cast.ts';
import { kinds } from './kinds.ts';

/** A CPU of the program that stores once, at some time or never, where that needs no fault: whom a stale TLB entry would serve. */
const bystander = (): Cpu => ({ ...program(0, onceStores), name: 'bystander', daemon: 'optional' });

export function smallCell(cell: CellName, cast: readonly Cast[], common: Common): Scenario {
  const kind = kinds[cell.kind];
  const shared = isShared(cell.kind);
  const spares = cast.filter((c) => c.part.spare !== undefined).map((c) => spareOf(cell, c.part));
  const writers = cast.filter((c) => c.part.spare === 'shared').map((c): Cpu => ({ ...program(c.place.spare, onceStores), name: 'writer', daemon: 'optional' }));
  return fileScenario({
    ...common,
    machine: { eviction: false },
    start: {
      dirty: (shared && cell.kind !== 'text') || writers.length > 0, maps: [{ pte: pteAt(cell), shared, writable: cell.kind !== 'text' }, ...spares],
      freeFrames: 1 + cast.reduce((sum, c) => sum + (c.part.frames ?? 0), 0),
      ...(slotsOf(cast) === 0 ? {} : { slots: slotsOf(cast) }),
      addresses: Math.max(...cast.map((c) => c.part.addresses ?? 1)),
      also: (set) => {
        kind.also?.(set, cell.start);
        cast.forEach((c) => { if (c.part.spare === 'equal page' && !ofFile(cell.kind, cell.start)) kind.equalPage?.(set, c.place.spare); });
        cast.forEach((c) => { c.part.brings?.also?.(set); });
      },
    },
    cpus: [...cast.map(cpuOf), bystander(), ...writers],
    mutants: mutantsOf(cell, cast).map(({ mutant, name }) => ({
      name, what: mutant.what, expect: { verdict: 'violated', property: mutant.property },
      ...(mutant.mutations === undefined ? {} : { mutations: mutant.mutations }),
      ...(mutant.kernel === undefined ? {} : { kernel: mutant.kernel }),
    })),
  });
}

const isShared = (kind: Kind): boolean => kind === 'file' || kind === 'large' || kind === 'text';

function spareOf({ kind, start }: CellName, { spare }: Part): Mapping {
  if (spare === 'shared') return { pte: 'rw' };
  return { pte: ofFile(kind, start) ? 'ro' : 'none', shared: isShared(kind), linked: spare === 'equal page' };
}

/** Both programs whose pages KSM looks at map the file's page. */
const ofFile = (kind: Kind, start: Start): boolean => kind === 'private' && start === 'ro';

/** How the file's page, or what takes its place, is mapped. A private mapping that was written to maps a page of its own, which its kind puts there. */
function pteAt({ kind, start }: CellName): NonNullable<Mapping['pte']> {
  if (kind === 'private' && start === 'rw') return 'none';
  if (start === 'table') throw new Error('only huge memory begins with a table');
  return start;
}
