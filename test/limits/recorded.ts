/** What the scenarios record, for tests that pin what is not in it. */
import { recordedPrograms } from '../../docs/recorded.ts';
import { listing } from '../../model/language/listing.ts';
import type { LockEffect, PlaceDecl, ProcDecl, Program, Stmt, TypeDecl } from '../../model/language/ir.ts';
import { eachStmt } from '../../model/language/walk.ts';
import { scenarios } from '../../model/scenarios/index.ts';

/** Worlds of the kernel; machine/ has no kernel in it. */
export const kernelScenarios = scenarios.filter((s) => s.id.startsWith('dirty/'));

export const programs: ReadonlyMap<string, Program> = new Map([...recordedPrograms()].filter(([id]) => id.startsWith('dirty/')));
const everyProgram = [...programs.values()];

export function places(): PlaceDecl[] {
  return [...new Map(everyProgram.flatMap((p) => p.places).map((d) => [d.name, d])).values()];
}

export function typesCalled(name: string): TypeDecl[] {
  return everyProgram.flatMap((p) => p.types.filter((t) => t.name === name));
}

/** The fields of a record type, in order. */
export function fieldsOf(name: string): string[] {
  const [type] = typesCalled(name);
  if (type?.kind !== 'record') throw new Error(`${name} is no record`);
  return type.fields.map((f) => f.name);
}

export function procs(name?: string): ProcDecl[] {
  return everyProgram.flatMap((p) => p.procs.filter((q) => name === undefined || q.name === name));
}

/** Every statement of the procedures, those in atomic sections too. */
export function statements(of: readonly ProcDecl[] = procs()): { readonly proc: string; readonly stmt: Stmt }[] {
  const found: { proc: string; stmt: Stmt }[] = [];
  for (const p of of) eachStmt(p.body, (stmt) => { found.push({ proc: p.name, stmt }); });
  return found;
}

export function lockEffects(): LockEffect[] {
  return statements().flatMap(({ stmt }) => ((stmt.s === 'rmw' || stmt.s === 'atomic') && stmt.lock !== undefined ? [stmt.lock] : []));
}

/** Procedures that write the place, sorted. */
export function writersOf(place: string): string[] {
  const writes = statements().filter(({ stmt }) => (stmt.s === 'store' || stmt.s === 'rmw') && stmt.place.place === place);
  return [...new Set(writes.map(({ proc }) => proc))].sort();
}

/** What listings call the step. */
export function displayed(stmt: Stmt): string | undefined {
  return 'display' in stmt ? stmt.display.name : undefined;
}

/** Names of the steps and calls of a procedure, in the order in which they are written. */
export function namesIn(name: string): string[] {
  return statements(procs(name)).flatMap(({ stmt }) => {
    if (stmt.s === 'call') return [stmt.proc];
    const name = displayed(stmt);
    return name === undefined ? [] : [name];
  });
}

/** Steps of that name, in any procedure. */
export function stepsCalled(name: string): Stmt[] {
  return statements().flatMap(({ stmt }) => (displayed(stmt) === name ? [stmt] : []));
}

/** The procedure as C, as one scenario records it, without source locations. */
export function text(scenario: string, proc: string): string {
  const program = programs.get(scenario);
  const decl = program?.procs.find((p) => p.name === proc);
  if (program === undefined || decl === undefined) throw new Error(`${scenario} has no ${proc}`);
  return listing(decl, program).replace(/ +\/\* (?:model|properties)\/.*?\*\//g, '');
}
