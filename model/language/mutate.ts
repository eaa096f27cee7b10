/** Edits of recorded procedures: how a scenario's named mutants are made. Plain functions from IR to IR. */
import { LanguageError } from './errors.ts';
import type { ProcDecl, Program, Stmt } from './ir.ts';

/** An edit of one procedure's statements. */
export interface Mutation {
  /** The procedure it edits. */
  readonly proc: string;
  /** What it does, for reports: `drop flush_tlb_page`. */
  readonly what: string;
  readonly edit: (stmt: Stmt) => readonly Stmt[] | null;
}

/** What a statement is called in a listing: the procedure it calls or the primitive it is; '' if it has no name. */
export function stmtName(stmt: Stmt): string {
  if (stmt.s === 'call') return stmt.proc;
  return 'display' in stmt && stmt.display ? stmt.display.name : '';
}

/** Drops every statement of that name from a procedure: a call, or a primitive step. */
export function drop(proc: string, name: string): Mutation {
  return { proc, what: `drop ${name} from ${proc}`, edit: (s) => (stmtName(s) === name ? [] : null) };
}

/** Keeps the then-branch, whatever the test says, of each `if` in the procedure whose branch mentions `name`. */
export function always(proc: string, name: string): Mutation {
  const mentions = (list: readonly Stmt[]): boolean => list.some((s) => stmtName(s) === name);
  return { proc, what: `always ${name} in ${proc}`, edit: (s) => (s.s === 'if' && mentions(s.then) ? s.then : null) };
}

/** @throws LanguageError PT017 when nothing in the program matches, so that a mutant cannot silently be the original */
export function applyMutation(program: Program, mutation: Mutation): Program {
  let hits = 0;
  const rewrite = (list: readonly Stmt[]): Stmt[] =>
    list.flatMap((s) => {
      const edited = mutation.edit(s);
      if (edited) {
        hits++;
        return [...edited];
      }
      return [inside(s, rewrite)];
    });
  const procs = program.procs.map((p): ProcDecl => (p.name === mutation.proc ? { ...p, body: rewrite(p.body) } : p));
  if (hits === 0) {
    throw new LanguageError('PT017', null, `mutant "${mutation.what}" changes nothing in ${program.name}`, 'name a procedure and a statement that the program has');
  }
  return { ...program, procs };
}

function inside(s: Stmt, rewrite: (list: readonly Stmt[]) => Stmt[]): Stmt {
  switch (s.s) {
    case 'if': return { ...s, then: rewrite(s.then), else: rewrite(s.else) };
    case 'while': case 'forever': case 'for': case 'atomic': return { ...s, body: rewrite(s.body) };
    default: return s;
  }
}
