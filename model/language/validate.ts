/** The rules of the language that hold procedure by procedure: see RULES in errors.ts. */
import { LanguageError } from './errors.ts';
import type { Expr, ProcDecl, Program, Stmt } from './ir.ts';
import { sizeOf } from './sizes.ts';
import { children, eachExpr, eachStmt, exprsOf, isStep, leaves, localsIn, readsIn } from './walk.ts';

/**
 * `mutant`: what was loaded for a check that has been edited away may stay unused.
 * @throws LanguageError at the first broken rule
 */
export function validate(program: Program, mutant = false): void {
  const ghosts = new Set(program.places.filter((p) => p.ghost).map((p) => p.name));
  const silent = new Silent(new Map(program.procs.map((p) => [p.name, p])));
  for (const p of program.procs) {
    checkAccesses(p, ghosts);
    if (!mutant) checkLoadsUsed(p);
    checkScopes(p);
    checkReturns(p);
    checkLoops(p, silent);
    checkChoices(p, program);
  }
  checkClosed(program);
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
  const refuse = (name: string, s: Stmt): never => {
    throw new LanguageError('PT015', s.loc, `${name} is not in scope in ${p.name}`, 'pass it as a parameter, or declare a Var before the If');
  };
  const walk = (list: readonly Stmt[], scope: ReadonlySet<number>): void => {
    const here = new Set(scope);
    for (const s of list) {
      const own = new Set(here);
      if (s.s === 'rmw') own.add(s.old);
      if (s.s === 'assign' && !here.has(s.into)) refuse(s.name, s);
      for (const e of exprsOf(s)) freeLocals(e, own).forEach((name) => refuse(name, s));
      if (s.s === 'for') own.add(s.var);
      for (const c of children(s)) walk(c, own);
      for (const id of definedBy(s)) here.add(id);
    }
  };
  walk(p.body, new Set(p.params.map((x) => x.id)));
}

/** Names of locals in an expression that neither the scope nor the expression itself binds. */
function freeLocals(e: Expr, scope: ReadonlySet<number>): string[] {
  const bound = new Set<number>();
  const free: string[] = [];
  eachExpr(e, (x) => {
    if (x.e === 'forall' || x.e === 'exists' || x.e === 'count') bound.add(x.var);
    if (x.e === 'local' && !scope.has(x.id) && !bound.has(x.id)) free.push(x.name);
  });
  return free;
}

/** Locals visible after a statement. An atomic section is one step: what it binds at its top is visible after it. */
function definedBy(s: Stmt): readonly number[] {
  switch (s.s) {
    case 'load': case 'choose': case 'let': case 'var': return [s.into];
    case 'rmw': return [s.old];
    case 'call': return s.into === undefined ? [] : [s.into];
    case 'atomic': return s.body.flatMap(definedBy);
    default: return [];
  }
}

/** Properties see shared state only. */
function checkClosed(program: Program): void {
  const asked = [
    ...program.properties.map((p) => ({ ...p, looks: p.conjuncts.flatMap((c) => [c.premise, c.holds]) })),
    ...(program.progress ?? []).map((p) => ({ ...p, looks: [p.from, p.to] })),
  ];
  for (const p of asked) {
    for (const e of p.looks) {
      const [name] = e ? freeLocals(e, new Set()) : [];
      if (name !== undefined) {
        throw new LanguageError('PT015', p.loc, `${name} is a procedure's, and property ${p.name} looks at it`, 'track() it in a ghost, and peek() at that');
      }
    }
  }
}

/** Every alternative must be a value of the chosen type. */
function checkChoices(p: ProcDecl, program: Program): void {
  const types = new Map(program.types.map((t) => [t.name, t]));
  eachStmt(p.body, (s) => {
    if (s.s !== 'choose') return;
    const type = types.get(s.type);
    const size = type && type.kind !== 'record' ? sizeOf(type, () => 0) : Infinity;
    if (s.count < 1 || s.count > size) {
      throw new LanguageError('PT008', s.loc, `${s.name} is chosen among ${s.count} and ${s.type} has ${size} values`, 'choose among as many as there are');
    }
  });
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
  if (p.returns !== null && !p.body.some(leaves)) {
    throw new LanguageError('PT016', p.loc, `${p.name} can reach its end without returning a ${p.returns}`, 'Return on every path');
  }
}

function checkLoops(p: ProcDecl, silent: Silent): void {
  eachStmt(p.body, (s) => {
    if ((s.s === 'while' || s.s === 'forever') && silent.list(s.body).has('end')) {
      throw new LanguageError('PT002', s.loc, `a loop of ${p.name} can go round without a step`, 'put a load, a wait or a skip() on every way round');
    }
  });
}

/** Procedures that can be called and come back without a step. */
export function silentProcedures(program: Program): ReadonlySet<string> {
  const silent = new Silent(new Map(program.procs.map((p) => [p.name, p])));
  return new Set(program.procs.filter((p) => silent.list(p.body).size > 0).map((p) => p.name));
}

type Way = 'end' | 'break' | 'return';

/** The ways control can take from the start of a list out of it without making a step. */
class Silent {
  private readonly procs: ReadonlyMap<string, ProcDecl>;
  private readonly calls = new Map<string, boolean>();

  constructor(procs: ReadonlyMap<string, ProcDecl>) {
    this.procs = procs;
  }

  list(stmts: readonly Stmt[]): ReadonlySet<Way> {
    const ways = new Set<Way>(['end']);
    for (const s of stmts) {
      ways.delete('end');
      for (const way of this.stmt(s)) ways.add(way);
      if (!ways.has('end')) break;
    }
    return ways;
  }

  private stmt(s: Stmt): readonly Way[] {
    if (isStep(s)) return [];
    switch (s.s) {
      case 'return': return ['return'];
      case 'break': return ['break'];
      case 'if': return [...this.list(s.then), ...this.list(s.else)];
      case 'while': return ['end', ...returning(this.list(s.body))];
      case 'for': case 'forever': return this.loop(s);
      case 'call': return this.call(s.proc) ? ['end'] : [];
      default: return ['end'];
    }
  }

  /** A Break goes on after the loop, and so does the end of a ForEach's body, in the end. */
  private loop(s: Extract<Stmt, { s: 'for' | 'forever' }>): readonly Way[] {
    const body = this.list(s.body);
    const goesOn = body.has('break') || (s.s === 'for' && body.has('end'));
    return [...(goesOn ? ['end' as const] : []), ...returning(body)];
  }

  /** Whether the procedure can come back without a step. */
  private call(proc: string): boolean {
    let known = this.calls.get(proc);
    if (known === undefined) {
      known = this.list((this.procs.get(proc) as ProcDecl).body).size > 0;
      this.calls.set(proc, known);
    }
    return known;
  }
}

function returning(ways: ReadonlySet<Way>): readonly Way[] {
  return ways.has('return') ? ['return'] : [];
}
