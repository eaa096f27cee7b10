/**
 * Statements to blocks: one thread's procedures inlined into a control-flow graph of steps and the free
 * computation between them. Values that cannot change are substituted; the others become variables.
 */
import type { Action, Frame, GExpr } from './graph.ts';
import type { Expr, LockEffect, Loc, PlaceRef, ProcDecl, Program, Stmt } from './ir.ts';
import { CPU, gop, lowerExpr, lowerIndex, mayLeave, mayMiss, num, type Env, type Tables } from './lower-expr.ts';
import { printPlace, printStep, type Names } from './print.ts';
import { localsIn, exprsOf, eachStmt } from './walk.ts';

/** A thread-local that may live across steps; becomes a register. `set` and `reg` carry its id until allocation. */
export interface Variable {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export interface StepMeta {
  readonly stmt: Stmt;
  readonly origin: string;
  readonly stack: readonly Frame[];
  readonly text: string;
  readonly lock: (LockEffect & { readonly placeId: number; readonly index: GExpr; readonly shown: string }) | null;
}

export type Block =
  | { readonly b: 'step'; readonly guard: GExpr | null; readonly choices: number; readonly effects: readonly Action[]; readonly next: Block; readonly meta: StepMeta }
  | { readonly b: 'set'; readonly variable: number; readonly value: GExpr; readonly next: Block; readonly loc: Loc }
  | { readonly b: 'write'; readonly place: number; readonly index: GExpr; readonly value: GExpr; readonly next: Block; readonly loc: Loc }
  | { readonly b: 'if'; readonly test: GExpr; readonly then: Block; readonly else: Block; readonly loc: Loc }
  /** A loop's entry: filled in once its body is built. */
  | { readonly b: 'jump'; target: Block | null }
  | { readonly b: 'end' };

/** Lowering a program: what the threads share. */
export interface Context {
  readonly program: Program;
  readonly tables: Tables;
  readonly procs: ReadonlyMap<string, ProcDecl>;
  /** Statement → its number in its procedure's listing. */
  readonly numbers: ReadonlyMap<Stmt, number>;
  /** Ghost places that some property looks at; writes to others are dropped. */
  readonly ghosts: ReadonlySet<string>;
  /** Places that no statement of the program writes: cells by flat index. What is loaded from them is known. */
  readonly constants: ReadonlyMap<string, readonly number[]>;
  readonly names: Names;
  /** Value to write into the latch when an assertion fails, 1 …: one a name. */
  readonly site: (assertion: string) => number;
}

interface Scope {
  readonly proc: ProcDecl;
  readonly stack: readonly Frame[];
  /** Where a returned value goes; null when nobody looks. */
  readonly result: Variable | null;
  readonly onReturn: Block;
  readonly onBreak: Block | null;
}

/** The place in which the first failed assertion is latched. */
export const ASSERT_LATCH = '$assert';

const END: Block = { b: 'end' };

export class Blocks {
  readonly variables: Variable[] = [];
  private readonly c: Context;
  /** Names locals are printed by in this thread: constants and arguments show as what they are. */
  private readonly shown = new Map<number, string>();
  private readonly mutable = new Set<number>();
  private readonly usedResults = new Map<string, ReadonlySet<number>>();

  constructor(context: Context) {
    this.c = context;
  }

  /** The thread's entry; `cpu` is where it runs. */
  thread(proc: string, cpu: number): Block {
    const decl = this.c.procs.get(proc) as ProcDecl;
    return this.list(decl.body, 0, new Map([[CPU, num(cpu)]]), { proc: decl, stack: [], result: null, onReturn: END, onBreak: null }, END);
  }

  private list(stmts: readonly Stmt[], i: number, env: Env, scope: Scope, then: Block): Block {
    const s = stmts[i];
    if (!s) return then;
    const rest = (e: Env): Block => this.list(stmts, i + 1, e, scope, then);
    switch (s.s) {
      case 'load': case 'rmw': case 'store': case 'wait': case 'choose': case 'skip': case 'atomic':
        return this.step(s, env, scope, rest);
      case 'let': return this.bind(s, env, rest);
      case 'var': {
        const v = this.variable(s.name, s.type);
        this.mutable.add(v.id);
        const inner = new Map(env).set(s.into, reg(v));
        return { b: 'set', variable: v.id, value: this.expr(s.value, env), next: rest(inner), loc: s.loc };
      }
      case 'assign': {
        const target = env.get(s.into);
        if (target?.g !== 'reg') throw new Error(`assignment to ${s.name}, which is no variable`);
        return { b: 'set', variable: target.reg, value: this.expr(s.value, env), next: rest(env), loc: s.loc };
      }
      case 'if': return this.branch(s, env, scope, rest(env));
      case 'while': case 'forever': return this.loop(s, env, scope, s.s === 'while' ? rest(env) : () => rest(env));
      case 'for': return this.unroll(s, env, scope, rest(env));
      case 'call': return this.call(s, env, scope, rest);
      case 'return': return this.leave(s, env, scope);
      case 'break': {
        if (!scope.onBreak) throw new Error('break outside a loop');
        return scope.onBreak;
      }
      case 'ghost': return this.ghostWrite(s, env, rest(env));
      case 'assert': return this.assertion(s, gop('not', this.expr(s.cond, env)), rest(env));
    }
  }

  private expr(e: Expr, env: Env): GExpr {
    return lowerExpr(e, env, this.c.tables);
  }

  private variable(name: string, type: string): Variable {
    const v = { id: this.variables.length, name, type, size: this.c.tables.size(type) };
    this.variables.push(v);
    return v;
  }

  private bind(s: Extract<Stmt, { s: 'let' }>, env: Env, rest: (e: Env) => Block): Block {
    const { into, name, type, value, loc } = s;
    const g = this.expr(value, env);
    this.remember(into, name, value, g);
    // What leaves its type must be stored to be found out.
    if (!this.canChange(g) && !mayLeave(g, this.c.tables.size(type))) return rest(new Map(env).set(into, g));
    const v = this.variable(name, type);
    return { b: 'set', variable: v.id, value: g, next: rest(new Map(env).set(into, reg(v))), loc };
  }

  /** Whether the expression's value may differ when it is evaluated later. */
  private canChange(g: GExpr): boolean {
    switch (g.g) {
      case 'const': return false;
      case 'reg': return this.mutable.has(g.reg);
      case 'op': return g.args.some((a) => this.canChange(a));
      case 'cond': return this.canChange(g.test) || this.canChange(g.then) || this.canChange(g.else);
      default: return true;
    }
  }

  /** Prints a bound local as the constant it is in this thread, else by its name. */
  private remember(id: number, name: string, e: Expr, g: GExpr): void {
    this.shown.set(id, g.g === 'const' ? (this.c.names.constant(e.type, g.value) ?? name) : name);
  }

  private get names(): Names {
    return { ...this.c.names, local: (id) => this.shown.get(id) };
  }

  private branch(s: Extract<Stmt, { s: 'if' }>, env: Env, scope: Scope, after: Block): Block {
    const test = this.expr(s.test, env);
    if (test.g === 'const') return this.list(test.value ? s.then : s.else, 0, env, scope, after);
    const then = this.list(s.then, 0, env, scope, after);
    const otherwise = this.list(s.else, 0, env, scope, after);
    return { b: 'if', test, then, else: otherwise, loc: s.loc };
  }

  private loop(s: Extract<Stmt, { s: 'while' | 'forever' }>, env: Env, scope: Scope, after: Block | (() => Block)): Block {
    const head: Block = { b: 'jump', target: null };
    const exit: Block = typeof after === 'function' ? after() : after;
    const body = this.list(s.body, 0, env, { ...scope, onBreak: exit }, head);
    head.target = s.s === 'while' ? { b: 'if', test: this.expr(s.test, env), then: body, else: exit, loc: s.loc } : body;
    return head;
  }

  private unroll(s: Extract<Stmt, { s: 'for' }>, env: Env, scope: Scope, after: Block): Block {
    let next = after;
    for (let i = this.c.tables.size(s.over) - 1; i >= 0; i--) {
      this.shown.set(s.var, this.c.names.constant(s.over, i) ?? String(i));
      next = this.list(s.body, 0, new Map(env).set(s.var, num(i)), { ...scope, onBreak: after }, next);
    }
    return next;
  }

  private call(s: Extract<Stmt, { s: 'call' }>, env: Env, scope: Scope, rest: (e: Env) => Block): Block {
    const callee = this.c.procs.get(s.proc) as ProcDecl;
    const wanted = s.into !== undefined && this.used(scope.proc).has(s.into);
    const result = wanted ? this.variable(s.name as string, s.type as string) : null;
    const onReturn = rest(result ? new Map(env).set(s.into as number, reg(result)) : env);
    const stack = [{ proc: scope.proc.name, loc: s.loc }, ...scope.stack];
    const enter = (inner: Env): Block => this.list(callee.body, 0, inner, { proc: callee, stack, result, onReturn, onBreak: null }, onReturn);
    return this.pass(callee, s, env, enter);
  }

  /** Binds parameters to arguments. A variable of the caller cannot change during the call, so it is not copied. */
  private pass(callee: ProcDecl, s: Extract<Stmt, { s: 'call' }>, env: Env, enter: (inner: Env) => Block): Block {
    const inner = new Map<number, GExpr>([[CPU, env.get(CPU) as GExpr]]);
    const kept: { readonly variable: number; readonly value: GExpr }[] = [];
    callee.params.forEach((p, i) => {
      const arg = s.args[i] as Expr;
      const value = this.expr(arg, env);
      this.remember(p.id, p.name, arg, value);
      // What leaves its type must be stored to be found out.
      const own = mayLeave(value, this.c.tables.size(p.type)) ? this.variable(p.name, p.type) : null;
      if (own) kept.push({ variable: own.id, value });
      inner.set(p.id, own ? reg(own) : value);
    });
    return kept.reduceRight<Block>((next, k) => ({ b: 'set', ...k, next, loc: s.loc }), enter(inner));
  }

  private used(p: ProcDecl): ReadonlySet<number> {
    let used = this.usedResults.get(p.name);
    if (!used) {
      const set = new Set<number>();
      eachStmt(p.body, (s) => { for (const e of exprsOf(s)) localsIn(e, set); });
      this.usedResults.set(p.name, (used = set));
    }
    return used;
  }

  private leave(s: Extract<Stmt, { s: 'return' }>, env: Env, scope: Scope): Block {
    if (!scope.result || !s.value) return scope.onReturn;
    return { b: 'set', variable: scope.result.id, value: this.expr(s.value, env), next: scope.onReturn, loc: s.loc };
  }

  private ghostWrite(s: Extract<Stmt, { s: 'ghost' }>, env: Env, next: Block): Block {
    if (!this.c.ghosts.has(s.place.place)) return next;
    return { b: 'write', ...this.target(s.place, env), value: this.expr(s.value, env), next, loc: s.loc };
  }

  private target(ref: PlaceRef, env: Env): { readonly place: number; readonly index: GExpr } {
    return { place: this.c.tables.place(ref.place).id, index: lowerIndex(ref, env, this.c.tables) };
  }

  /** Latches the first assertion that fails: the property `assertion` looks at the latch. */
  private assertion(s: Extract<Stmt, { s: 'assert' }>, broken: GExpr, next: Block): Block {
    if (broken.g === 'const' && broken.value === 0) return next;
    return { b: 'if', test: broken, then: { b: 'write', ...this.latch(s.name), next, loc: s.loc }, else: next, loc: s.loc };
  }

  private latch(name: string): { readonly place: number; readonly index: GExpr; readonly value: GExpr } {
    const place = this.c.tables.place(ASSERT_LATCH).id;
    const seen: GExpr = { g: 'cell', place, index: num(0) };
    return { place, index: num(0), value: { g: 'cond', test: seen, then: seen, else: num(this.c.site(name)) } };
  }

  private step(s: Stmt, env: Env, scope: Scope, rest: (e: Env) => Block): Block {
    const inner = new Map(env);
    const effects = this.effects(s, inner);
    const guard = this.guard(s, env);
    const lock = (s.s === 'rmw' || s.s === 'atomic') && s.lock ? this.lockMeta(s.lock, env) : null;
    const text = printStep(s, this.names);
    for (const [id, g] of inner) if (!env.has(id)) this.shown.set(id, nameOf(g, this.variables) ?? this.shown.get(id) ?? '?');
    const origin = `${scope.proc.name}:${String(this.c.numbers.get(s))}`;
    const stack = [{ proc: scope.proc.name, loc: s.loc }, ...scope.stack];
    const next = rest(inner);
    return { b: 'step', guard, choices: s.s === 'choose' ? s.count : 1, effects, next, meta: { stmt: s, origin, stack, text, lock } };
  }

  private lockMeta(lock: LockEffect, env: Env): StepMeta['lock'] {
    const { place, index } = this.target(lock.lock, env);
    return { ...lock, placeId: place, index, shown: printPlace(lock.lock, this.names) };
  }

  private guard(s: Stmt, env: Env): GExpr | null {
    if (s.s === 'wait') return this.expr(s.cond, env);
    if (s.s === 'atomic') return s.guard ? this.expr(s.guard, env) : null;
    if (s.s !== 'rmw' || !s.guard) return null;
    const { place, index } = this.target(s.place, env);
    return this.expr(s.guard, new Map(env).set(s.old, { g: 'cell', place, index }));
  }

  /** The value of a cell that nothing writes, or null. The step and its footprint stay as they are. */
  private constantAt(ref: PlaceRef, index: GExpr, env: Env): number | null {
    const cells = this.c.constants.get(ref.place);
    if (!cells || mayMiss(ref, env, this.c.tables)) return null;
    if (index.g === 'const') return cells[index.value] ?? null;
    return cells.every((v) => v === cells[0]) ? (cells[0] ?? null) : null;
  }

  /** What the step does, in order; binds what it defines in `env`. */
  private effects(s: Stmt, env: Map<number, GExpr>): Action[] {
    switch (s.s) {
      case 'load': {
        const v = this.define(s.into, s.name, s.type, env);
        const from = this.target(s.place, env);
        const known = this.constantAt(s.place, from.index, env);
        if (known !== null) env.set(s.into, num(known));
        return [{ a: 'set', reg: v.id, value: { g: 'cell', ...from } }];
      }
      case 'choose': {
        const v = this.define(s.into, s.name, s.type, env);
        return [{ a: 'set', reg: v.id, value: { g: 'choice' } }];
      }
      case 'store': {
        return [{ a: 'write', ...this.target(s.place, env), value: this.expr(s.value, env) }];
      }
      case 'rmw': return this.rmwEffects(s, env);
      case 'atomic': return s.body.flatMap((x) => this.atomicEffects(x, env));
      default: return [];
    }
  }

  private rmwEffects(s: Extract<Stmt, { s: 'rmw' }>, env: Map<number, GExpr>): Action[] {
    const target = this.target(s.place, env);
    const v = this.define(s.old, s.name, s.type, env);
    const write: Action = { a: 'write', ...target, value: this.expr(s.value, env) };
    return [{ a: 'set', reg: v.id, value: { g: 'cell', ...target } }, write];
  }

  private atomicEffects(s: Stmt, env: Map<number, GExpr>): Action[] {
    switch (s.s) {
      case 'load': case 'store': case 'rmw': return this.effects(s, env);
      case 'let': case 'var': {
        const v = this.define(s.into, s.name, s.type, env, s.s === 'var');
        return [{ a: 'set', reg: v.id, value: this.expr(s.value, env) }];
      }
      case 'assign': {
        const target = env.get(s.into);
        if (target?.g !== 'reg') throw new Error(`assignment to ${s.name}, which is no variable`);
        return [{ a: 'set', reg: target.reg, value: this.expr(s.value, env) }];
      }
      case 'if': {
        const test = this.expr(s.test, env);
        const then = this.nested(s.then, env);
        const otherwise = this.nested(s.else, env);
        if (test.g === 'const') return test.value ? then : otherwise;
        return [{ a: 'if', test, then, else: otherwise }];
      }
      case 'for': {
        const all = Array.from({ length: this.c.tables.size(s.over) }, (_, i) => i);
        return all.flatMap((i) => this.nested(s.body, new Map(env).set(s.var, num(i))));
      }
      case 'ghost':
        return this.c.ghosts.has(s.place.place) ? [{ a: 'write', ...this.target(s.place, env), value: this.expr(s.value, env) }] : [];
      case 'assert':
        return [{ a: 'if', test: gop('not', this.expr(s.cond, env)), then: [{ a: 'write', ...this.latch(s.name) }], else: [] }];
      default: throw new Error(`${s.s} in an atomic section`);
    }
  }

  private nested(list: readonly Stmt[], env: Map<number, GExpr>): Action[] {
    const inner = new Map(env);
    return list.flatMap((x) => this.atomicEffects(x, inner));
  }

  private define(id: number, name: string, type: string, env: Map<number, GExpr>, mutable = false): Variable {
    const v = this.variable(name, type);
    if (mutable) this.mutable.add(v.id);
    env.set(id, reg(v));
    this.shown.set(id, name);
    return v;
  }
}

function reg(v: Variable): GExpr {
  return { g: 'reg', reg: v.id };
}

function nameOf(g: GExpr, variables: readonly Variable[]): string | undefined {
  return g.g === 'reg' ? variables[g.reg]?.name : undefined;
}
