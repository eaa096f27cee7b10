/** Procedures of the worlds of two levels, as C. */
import { listing } from '../../model/language/listing.ts';
import { seed003Thp } from '../../model/scenarios/seed-003/thp.ts';

export function listed(id: string, proc: string): string {
  const program = seed003Thp.find((s) => s.id === id)?.build();
  const decl = program?.procs.find((p) => p.name === proc);
  if (program === undefined || decl === undefined) throw new Error(`${id} has no ${proc}`);
  return listing(decl, program).replace(/\/\*[^]*?\*\//g, '');
}
