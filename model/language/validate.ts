/** The rules of the language that hold procedure by procedure: see RULES in errors.ts. */
import { LanguageError } from './errors.ts';
import type { ProcDecl, Program, Stmt } from './ir.ts';
import { children, eachExpr, eachStmt, exprsOf, isStep, localsIn, readsIn } from './walk.ts';

/** @throws LanguageError at the first broken rule */
export function validate(program: Program): void {
  const ghosts = new Set(program.places.filter((p) => p.ghost).map((p) => p.name));
  const procs = new Map(program.procs.map((p) => [p.name, p]));
  for (const p of program.procs) {
    checkAccesses(p, ghosts);
    checkLoadsUsed(p);
    checkScopes(p);
    checkReturns(p);
    checkLoops(p, procs);
  }
}

function checkAccesses(p: ProcDecl, ghosts: ReadonlySet<string>): void {
  eachStmt(p.body, (s, inAtomic) => {
    const reads = exprsOf(s).flatMap(readsIn);
    const free = s.s === 'ghost' || s.s === 'assert';
    for (const r of reads) {
      if (ghosts.has(r.place) && !free) {
        throw new LanguageError('PT012', s.loc, `${p.name} reads ghost ${r.place} to decide what it does`, 'ghost state is for properties, asserts and track()');
      }
    }
    if (inAtomic && (s.s === 'call' || s.s === 'return' || s.s === 'break' || s.s === 'while' || s.s === 'forever' || s.s === 'wait' || s.s === 'choose' || s.s === 'skip')) {
      throw new LanguageError('PT013', s.loc, `'${s.s}' inside an atomic section of ${p.name}`, 'an atomic section is loads, stores, lets and ifs');
    }
    if (inAtomic && s.s === 'rmw' && s.guard) {
      throw new LanguageError('PT013', s.loc, 'a blocking step inside an atomic section', 'give the section itself a `when`');
    }
    if (free || inAtomic || s.s === 'atomic') return;
    const real = new Set(reads.map((r) => JSON.stringify(r)));
    if (s.s === 'wait') {
      if (real.size > 1) throw new LanguageError('PT006', s.loc, `waitUntil reads ${real.size} places`, 'wait for one place, or use atomic() with `when`');
      return;
    }
    if (real.size > 0) {
      const place = (reads[0] as { place: string }).place;
      const what = isStep(s) ? 'a second shared access in this step' : 'a shared access that no step makes';
      throw new LanguageError('PT006', s.loc, `peek(${place}) is ${what}`, 'load() it in a step of its own, or use atomic() and say why it is one');
    }
  });
}

function checkLoadsUsed(p: ProcDecl): void {
  const used = new Set<number>();
  eachStmt(p.body, (s) => {
    const here = new Set<number>();
    for (const e of exprsOf(s)) localsIn(e, here);
    // The old value's part in its own update is not a use by the procedure.
    if (s.s === 'rmw') here.delete(s.old);
    for (const id of here) used.add(id);
  });
  eachStmt(p.body, (s) => {
    if (s.s === 'load' && !s.discard && !used.has(s.into)) {
      throw new LanguageError('PT005', s.loc, `${s.name} is loaded and never used`, 'use it in If/eq/…, not in a host if; or pass { discard: true }');
    }
    if (s.s === 'rmw' && s.used && !used.has(s.old)) {
      throw new LanguageError('PT005', s.loc, `${s.name}, the old value, is never used`, 'use it in If/eq/…, not in a host if; or pass { ignore: true }');
    }
    if (s.s === 'choose' && !used.has(s.into)) {
      throw new LanguageError('PT005', s.loc, `${s.name} is chosen and never used`, 'use it, or remove the choice');
    }
  });
}

/** Locals must be recorded earlier in an enclosing block of the same procedure. */
function checkScopes(p: ProcDecl): void {
  const walk = (list: readonly Stmt[], scope: ReadonlySet<number>): void => {
    const here = new Set(scope);
    for (const s of list) {
      const own = new Set(here);
      if (s.s === 'rmw') own.add(s.old);
      for (const e of exprsOf(s)) checkLocals(e, own, s);
      if (s.s === 'for') own.add(s.var);
      for (const c of children(s)) walk(c, own);
      if (s.s === 'load' || s.s === 'choose' || s.s === 'let' || s.s === 'var') here.add(s.into);
      if (s.s === 'rmw') here.add(s.old);
      if (s.s === 'call' && s.into !== undefined) here.add(s.into);
      if (s.s === 'atomic') for (const id of definedIn(s.body)) here.add(id);
    }
  };
  const checkLocals = (e: Parameters<typeof localsIn>[0], scope: ReadonlySet<number>, s: Stmt): void => {
    const bound = new Set<number>();
    eachExpr(e, (x) => {
      if (x.e === 'forall' || x.e === 'exists' || x.e === 'count') bound.add(x.var);
      if (x.e === 'local' && !scope.has(x.id) && !bound.has(x.id)) {
        throw new LanguageError('PT015', s.loc, `${x.name} is not in scope in ${p.name}`, 'pass it as a parameter, or declare a Var before the If');
      }
    });
  };
  walk(p.body, new Set(p.params.map((x) => x.id)));
}

/** Locals bound at the top of an atomic section are visible after it: it is one step. */
function definedIn(list: readonly Stmt[]): number[] {
  return list.flatMap((s) => (s.s === 'load' || s.s === 'let' || s.s === 'var' ? [s.into] : s.s === 'rmw' ? [s.old] : []));
}

function checkReturns(p: ProcDecl): void {
  eachStmt(p.body, (s) => {
    if (s.s === 'return' && (s.value !== undefined) !== (p.returns !== null)) {
      throw new LanguageError('PT016', s.loc, `${p.name} ${p.returns === null ? 'returns nothing' : `returns a ${p.returns}`} and this Return does not agree`, 'make the Return and `returns` agree');
    }
    if (s.s === 'return' && s.value && s.value.type !== p.returns) {
      throw new LanguageError('PT016', s.loc, `${p.name} returns a ${p.returns} and this is a ${s.value.type}`, 'return a value of the declared type');
    }
  });
  if (p.returns !== null && fallsThrough(p.body)) {
    throw new LanguageError('PT016', p.loc, `${p.name} can reach its end without returning a ${p.returns}`, 'Return on every path');
  }
}

function fallsThrough(list: readonly Stmt[]): boolean {
  for (const s of list) {
    if (s.s === 'return' || s.s === 'break') return s.s === 'break';
    if (s.s === 'if' && s.else.length > 0 && !fallsThrough(s.then) && !fallsThrough(s.else)) return false;
    if (s.s === 'forever' && !breaksOut(s.body)) return false;
  }
  return true;
}

function breaksOut(list: readonly Stmt[]): boolean {
  return list.some((s) => s.s === 'break' || (s.s === 'if' && (breaksOut(s.then) || breaksOut(s.else))));
}

function checkLoops(p: ProcDecl, procs: ReadonlyMap<string, ProcDecl>): void {
  eachStmt(p.body, (s) => {
    if ((s.s === 'while' || s.s === 'forever') && !alwaysSteps(s.body, procs)) {
      throw new LanguageError('PT002', s.loc, `a loop of ${p.name} can go round without a step`, 'put a load, a wait or a skip() on every way round');
    }
  });
}

/** Every path from the start to the end of the list makes a step; a path that leaves by Return or Break does not reach the end. */
function alwaysSteps(list: readonly Stmt[], procs: ReadonlyMap<string, ProcDecl>): boolean {
  return list.some((s) => {
    if (isStep(s) || s.s === 'return' || s.s === 'break') return true;
    if (s.s === 'if') return alwaysSteps(s.then, procs) && alwaysSteps(s.else, procs);
    if (s.s === 'for') return alwaysSteps(s.body, procs);
    if (s.s === 'forever') return true;
    if (s.s === 'call') return callSteps((procs.get(s.proc) as ProcDecl).body, procs);
    return false;
  });
}

/** Like alwaysSteps, but a Return here comes back to the caller: it only counts if a step precedes it. */
function callSteps(list: readonly Stmt[], procs: ReadonlyMap<string, ProcDecl>): boolean {
  for (const s of list) {
    if (isStep(s)) return true;
    if (s.s === 'return' || s.s === 'break') return false;
    if (s.s === 'forever' || (s.s === 'for' && callSteps(s.body, procs))) return true;
    if (s.s === 'call' && callSteps((procs.get(s.proc) as ProcDecl).body, procs)) return true;
    if (s.s === 'if') {
      const then = callSteps(s.then, procs);
      const otherwise = callSteps(s.else, procs);
      if (then && otherwise) return true;
      if ((!then && returnsEarly(s.then)) || (!otherwise && returnsEarly(s.else))) return false;
    }
  }
  return false;
}

function returnsEarly(list: readonly Stmt[]): boolean {
  return list.some((s) => s.s === 'return' || children(s).some(returnsEarly));
}
