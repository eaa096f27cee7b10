/** A program with fewer threads. */
import type { ProcDecl, Program } from './ir.ts';
import { eachStmt } from './walk.ts';

/** The threads of these names are gone, and the procedures that only they called. */
export function withoutThreads(program: Program, names: readonly string[]): Program {
  const threads = program.threads.filter((t) => !names.includes(t.name));
  const called = reached(program, threads.map((t) => t.proc));
  return { ...program, threads, procs: program.procs.filter((p) => called.has(p.name)) };
}

function reached(program: Program, roots: readonly string[]): ReadonlySet<string> {
  const procs = new Map(program.procs.map((p) => [p.name, p]));
  const found = new Set<string>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...callsOf(procs.get(name)!));
  }
  return found;
}

function callsOf(proc: ProcDecl): string[] {
  const calls: string[] = [];
  eachStmt(proc.body, (s) => {
    if (s.s === 'call') calls.push(s.proc);
  });
  return calls;
}
