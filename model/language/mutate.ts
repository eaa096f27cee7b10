/** Edits of recorded procedures: how a scenario's named mutants are made. Plain functions from IR to IR. */
import { LanguageError } from './errors.ts';
import type { ProcDecl, Program, Stmt } from './ir.ts';
import { isStep } from './walk.ts';

/** An edit of one procedure's statements. */
export interface Mutation {
  /** The procedure it edits. */
  readonly proc: string;
  /** What it does, for reports: `drop flush_tlb_page`. */
  readonly what: string;
  readonly edit: (stmt: Stmt) => readonly Stmt[] | null;
  /** Edits a whole block before its statements are looked at. */
  readonly block?: (list: readonly Stmt[]) => readonly Stmt[] | null;
}

/** What a statement is called in a listing: the procedure it calls or the primitive it is; '' if it has no name. */
export function stmtName(stmt: Stmt): string {
  if (stmt.s === 'call') return stmt.proc;
  return isStep(stmt) && stmt.display ? stmt.display.name : '';
}

/** Drops every statement of that name from a procedure: a call, or a primitive step. Its result, if used, reads 0 (false, NONE). */
export function drop(proc: string, name: string): Mutation {
  return { proc, what: `drop ${name} from ${proc}`, edit: (s) => (stmtName(s) === name || (s.s === 'ghost' && s.within === name) ? resultZero(s) : null) };
}

const mentions = (list: readonly Stmt[], name: string): boolean => list.some((s) => stmtName(s) === name);

function resultZero(s: Stmt): readonly Stmt[] {
  const zero = (into: number, name: string, type: string): Stmt[] => [{ s: 'let', into, name, type, value: { e: 'const', value: 0, type }, loc: s.loc }];
  if (s.s === 'load' || s.s === 'choose') return zero(s.into, s.name, s.type);
  if (s.s === 'rmw' && s.used) return zero(s.old, s.name, s.type);
  if (s.s === 'call' && s.into !== undefined) return zero(s.into, s.name ?? 'ret', s.type ?? 'bool');
  return [];
}

/** Never takes the branches of the procedure that begin with, or contain at their top, a statement of that name. */
export function never(proc: string, name: string): Mutation {
  return { proc, what: `never ${name} in ${proc}`, edit: (s) => (s.s === 'if' && mentions(s.then, name) ? s.else : null) };
}

/** In each block, moves the first statement of that name to just after the next statement called `after`. */
export function moveAfter(proc: string, name: string, after: string): Mutation {
  return { proc, what: `${name} after ${after} in ${proc}`, block: (list) => moved(list, name, after), edit: () => null };
}

function moved(list: readonly Stmt[], name: string, after: string): readonly Stmt[] | null {
  const from = list.findIndex((s) => stmtName(s) === name);
  const to = list.findIndex((s, i) => i > from && stmtName(s) === after);
  if (from < 0 || to < 0) return null;
  const [a, b] = [endOfPrimitive(list, from), endOfPrimitive(list, to)];
  return [...list.slice(0, from), ...list.slice(a, b), ...list.slice(from, a), ...list.slice(b)];
}

/** Past a statement and the ghost writes that belong to its primitive. */
function endOfPrimitive(list: readonly Stmt[], at: number): number {
  const name = stmtName(list[at] as Stmt);
  let end = at + 1;
  for (let s = list[end]; s?.s === 'ghost' && s.within === name; s = list[end]) end++;
  return end;
}

/** @throws LanguageError PT017 when nothing in the program matches, so that a mutant cannot silently be the original */
export function applyMutation(program: Program, mutation: Mutation): Program {
  let hits = 0;
  const rewrite = (given: readonly Stmt[]): Stmt[] => {
    const edited = mutation.block?.(given);
    if (edited) hits++;
    return (edited ?? given).flatMap((s) => {
      const edited = mutation.edit(s);
      if (edited) {
        hits++;
        return [...edited];
      }
      return [inside(s, rewrite)];
    });
  };
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
