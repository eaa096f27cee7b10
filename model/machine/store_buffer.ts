/**
 * Store buffers: each CPU has room for one store that it has made and that the others do not see yet. Which places' stores wait there
 * is the world's choice; every other store, and every locked instruction, first waits for the buffer to drain, so stores become visible
 * in program order, and only a load may overtake a store (x86-TSO, of depth one). Made of a recorded program, so procedures do not know.
 */
import type { Expr, PlaceRef, ProcDecl, Program, Stmt, ThreadDecl } from '../language/ir.ts';
import { primitive, skip } from '../language/index.ts';
import { callerLoc } from '../language/loc.ts';
import { eachStmt, exprsOf, localsIn, readsIn } from '../language/walk.ts';
import { machine, type StoreBuffers } from './config.ts';
import { bufferedIn, type Entry } from './store_buffer_entry.ts';

/** A full barrier. Records nothing in worlds whose machine has no store buffers, where it would mean nothing. */
export const smp_mb = primitive('smp_mb', () => { if (machine().storeBuffers !== undefined) skip(); });

/** The program as CPUs with store buffers run it. Threads that are optional are hardware, which walks memory and has no buffer. */
export function withStoreBuffers(config: StoreBuffers): (program: Program) => Program {
  return (program) => {
    const entries = [...new Set([...config.stores, ...config.relaxed ?? []])].flatMap((name) => {
      const place = program.places.find((p) => p.name === name);
      return place === undefined ? [] : [bufferedIn(place, program)];
    });
    const hardware = new Set(program.threads.filter((t) => t.daemon === 'optional').map((t) => t.proc));
    const edit = new Edit(config, entries);
    const drains = drainsOf(program, entries);
    return {
      ...program,
      types: [...program.types, ...entries.map((e) => e.type)],
      places: [...program.places, ...entries.flatMap((e) => e.places)],
      procs: [...program.procs.map((p) => (hardware.has(p.name) ? edit.hardware(p) : edit.kernel(p))), ...drains.map((d) => d.proc)],
      threads: [...program.threads, ...drains.map((d) => d.thread)],
    };
  };
}

const NO_LOCKS = { entry: [], exit: [], exitWhen: [], maySleep: false };

/** Hardware writes what waits to memory, at any time, and in the end. */
function drainsOf(program: Program, entries: readonly Entry[]): { readonly proc: ProcDecl; readonly thread: ThreadDecl }[] {
  const cpus = [...new Set(program.threads.filter((t) => t.daemon !== 'optional').map((t) => t.cpu))];
  const loc = callerLoc();
  return cpus.flatMap((cpu) => entries.map((entry) => {
    const name = `drain${cpu}.${entry.place.name}`;
    const step: Stmt = {
      s: 'atomic', why: 'a cache line is written at once', guard: entry.mayDrain(), display: { name: 'store buffer drains', args: [] }, loc, body: entry.drain(loc),
    };
    return {
      proc: { name, params: [], returns: null, models: null, doc: '', contract: NO_LOCKS, body: [{ s: 'forever', body: [step], loc }], loc },
      thread: { name, cpu, daemon: 'service', proc: name, args: [], loc },
    };
  }));
}

const bool = (op: 'and' | 'not' | 'or', ...args: readonly Expr[]): Expr => ({ e: 'op', op, args, type: 'bool' });
/** All of them, of those that are there. */
function all(...conditions: readonly (Expr | undefined)[]): { readonly guard?: Expr } {
  const given = conditions.filter((c) => c !== undefined);
  return given.length === 0 ? {} : { guard: given.length === 1 ? given[0]! : bool('and', ...given) };
}
const named = (name: string, body: Expr, ...args: readonly Expr[]): Expr => ({ e: 'macro', name, args, body, type: body.type });

/** What the statements of a program become. */
class Edit {
  private readonly config: StoreBuffers;
  private readonly entries: readonly Entry[];

  constructor(config: StoreBuffers, entries: readonly Entry[]) {
    this.config = config;
    this.entries = entries;
  }

  /** Code that runs on a CPU. */
  kernel(p: ProcDecl): ProcDecl {
    return { ...p, body: this.list(p.body, (s) => this.step(s)) };
  }

  /** What hardware does by itself: it waits only for a cell that a read-modify-write of another CPU holds. */
  hardware(p: ProcDecl): ProcDecl {
    return { ...p, body: this.list(p.body, (s) => (s.s === 'atomic' ? { ...s, ...all(this.unheld(writtenIn(s)), s.guard) } : s)) };
  }

  private list(stmts: readonly Stmt[], edit: (s: Stmt) => Stmt): Stmt[] {
    return stmts.map((s): Stmt => {
      switch (s.s) {
        case 'if': return { ...s, then: this.list(s.then, edit), else: this.list(s.else, edit) };
        case 'while': case 'forever': case 'for': return { ...s, body: this.list(s.body, edit) };
        default: return edit(s);
      }
    });
  }

  private entry(place: string): Entry | undefined {
    return this.entries.find((e) => e.place.name === place);
  }

  private empty(): Expr {
    return named('store_buffer_empty', bool('and', ...this.entries.map((e) => bool('not', e.isFull()))));
  }

  /** Nobody else has a read-modify-write of one of the places under way; of a cell, where it is known. */
  private unheld(written: readonly string[], at?: PlaceRef): Expr | undefined {
    const entries = this.entries.filter((e) => this.config.relaxed?.includes(e.place.name) && written.includes(e.place.name));
    return entries.length === 0 ? undefined : named('held_by_nobody_else', bool('and', ...entries.map((e) => e.unheldByOthers(at))));
  }

  private step(s: Stmt): Stmt {
    switch (s.s) {
      case 'load': return this.load(s);
      case 'store': return this.store(s);
      case 'rmw': return this.rmw(s);
      case 'atomic': return this.atomic(s);
      case 'skip': return s.display?.name === 'smp_mb' ? this.wait(s) : s;
      default: return s;
    }
  }

  private load(s: Extract<Stmt, { s: 'load' }>): Stmt {
    const entry = this.entry(s.place.place);
    if (entry === undefined) return s;
    const memory: Expr = { e: 'read', place: s.place, type: s.type };
    const value = named('own_store_or', { e: 'cond', test: entry.isFullFor(s.place), then: entry.value(), else: memory, type: s.type }, memory);
    return {
      s: 'atomic', why: 'a CPU sees its own store before the others do', loc: s.loc, ...shown(s),
      body: [{ s: 'let', into: s.into, name: s.name, type: s.type, value, loc: s.loc }],
    };
  }

  private store(s: Extract<Stmt, { s: 'store' }>): Stmt {
    const name = s.place.place;
    const entry = this.config.stores.includes(name) ? this.entry(name) : undefined;
    const { loc } = s;
    if (entry !== undefined) return { s: 'atomic', why: 'the store waits in the CPU\'s store buffer', ...all(this.empty()), loc, ...shown(s), body: entry.fill(s.place, s.value, false, loc) };
    if (this.config.registers.includes(name) && !this.config.serializing?.includes(s.display?.name ?? '')) return s;
    return { s: 'atomic', why: ORDERED, ...all(this.empty(), this.unheld([name], s.place)), loc, ...shown(s), body: [{ s: 'store', place: s.place, value: s.value, loc }] };
  }

  private rmw(s: Extract<Stmt, { s: 'rmw' }>): Stmt {
    const { guard, lock, loc } = s;
    const name = s.place.place;
    const now = (e: Expr): Expr => substitute(e, s.old, { e: 'read', place: s.place, type: s.type });
    const as = { ...all(this.empty(), this.unheld([name], s.place), guard && now(guard)), loc, ...shown(s), ...(lock ? { lock } : {}) };
    const entry = this.config.relaxed?.includes(name) ? this.entry(name) : undefined;
    if (entry === undefined) return { s: 'atomic', why: 'a locked instruction: the store buffer is empty before it', ...as, body: [{ s: 'rmw', old: s.old, name: s.name, type: s.type, place: s.place, value: s.value, used: s.used, loc }] };
    return {
      s: 'atomic', why: 'it keeps the cell to itself, and what comes after it need not wait', ...as,
      body: [{ s: 'let', into: s.old, name: s.name, type: s.type, value: { e: 'read', place: s.place, type: s.type }, loc: s.loc }, ...entry.fill(s.place, s.value, true, s.loc)],
    };
  }

  private atomic(s: Extract<Stmt, { s: 'atomic' }>): Stmt {
    const written = writtenIn(s);
    const memory = written.some((name) => !this.config.registers.includes(name)) || (this.config.serializing?.includes(s.display?.name ?? '') ?? false);
    const own = this.entries.filter((e) => touched(s).has(e.place.name)).map((e) => bool('not', e.isFull()));
    return { ...s, ...(memory ? all(this.empty(), this.unheld(written), s.guard) : all(...own, s.guard)) };
  }

  private wait(s: Extract<Stmt, { s: 'skip' }>): Stmt {
    return { s: 'atomic', why: 'what comes after a full barrier waits until the store buffer is empty', ...all(this.empty()), loc: s.loc, ...shown(s), body: [] };
  }
}

const ORDERED = 'stores become visible in program order, and there is room for one';

function shown(s: Extract<Stmt, { s: 'load' | 'store' | 'rmw' | 'skip' }>): { readonly display?: NonNullable<typeof s.display> } {
  return s.display ? { display: s.display } : {};
}

function writtenIn(s: Extract<Stmt, { s: 'atomic' }>): string[] {
  const names = new Set<string>();
  eachStmt(s.body, (x) => { if (x.s === 'store' || x.s === 'rmw') names.add(x.place.place); });
  return [...names];
}

/** Places that a step looks at or writes. */
function touched(s: Extract<Stmt, { s: 'atomic' }>): Set<string> {
  const names = new Set(writtenIn(s));
  eachStmt([s], (x) => {
    if (x.s === 'load') names.add(x.place.place);
    if (x.s !== 'ghost' && x.s !== 'assert') exprsOf(x).flatMap(readsIn).forEach((r) => names.add(r.place));
  });
  return names;
}

/** The expression with a local replaced. Guards are small: operators, fields and macros. */
function substitute(e: Expr, local: number, by: Expr): Expr {
  const mentioned = new Set<number>();
  localsIn(e, mentioned);
  if (!mentioned.has(local)) return e;
  const inner = (x: Expr): Expr => substitute(x, local, by);
  switch (e.e) {
    case 'local': return by;
    case 'field': return { ...e, of: inner(e.of) };
    case 'with': return { ...e, of: inner(e.of), value: inner(e.value) };
    case 'op': return { ...e, args: e.args.map(inner) };
    case 'cond': return { ...e, test: inner(e.test), then: inner(e.then), else: inner(e.else) };
    case 'macro': return { ...e, args: e.args.map(inner), body: inner(e.body) };
    case 'record': return { ...e, fields: Object.fromEntries(Object.entries(e.fields).map(([k, v]) => [k, inner(v)])) };
    default: throw new Error(`a guard with ${e.e} under store buffers`);
  }
}
