/**
 * The static lock check, as sparse does it: on every path through every procedure, locks are taken once, released
 * when held, and on exit are what the contract says. Paths are told apart by what is known of locals
 * (`if (ret == VM_FAULT_LOCKED)`), so that contracts can depend on the returned value.
 */
import { LanguageError, type Rule } from './errors.ts';
import type { Expr, LockEffect, LockRef, Loc, PlaceRef, ProcDecl, Program, Stmt } from './ir.ts';
import { eachStmt } from './walk.ts';

interface HeldLock {
  /** The lock, in the locals of the procedure that is looked at. */
  readonly ref: PlaceRef;
  readonly mode: 'exclusive' | 'shared';
  readonly spinning: boolean;
  readonly shown: string;
}

/** What is known on one path. */
interface Path {
  readonly locks: ReadonlyMap<string, HeldLock>;
  readonly facts: ReadonlyMap<number, Fact>;
}

interface Fact {
  readonly is: number | null;
  readonly isNot: readonly number[];
}

interface Outcome {
  readonly fall: readonly Path[];
  readonly broke: readonly Path[];
}

/** @throws LanguageError PT003, PT004, PT009 at the first broken contract, unless the rule is waived */
export function checkContracts(program: Program, waived: readonly Rule[] = []): void {
  checkAll(program, waived, () => undefined);
}

/** Locks that are held whenever a statement is come to, by the contracts as they are declared. */
export function locksHeld(program: Program): ReadonlyMap<Stmt, readonly LockRef[]> {
  const found = new Map<Stmt, ReadonlyMap<string, HeldLock>>();
  checkAll(program, ['PT003', 'PT004', 'PT009'], (s, paths) => {
    for (const { locks } of paths) {
      const before = found.get(s) ?? locks;
      found.set(s, new Map([...before].filter(([key]) => locks.has(key))));
    }
  });
  return new Map([...found].map(([s, locks]) => [s, [...locks.values()].map(({ ref, mode }) => ({ place: ref, mode }))]));
}

type Visit = (s: Stmt, paths: readonly Path[]) => void;

function checkAll(program: Program, waived: readonly Rule[], visit: Visit): void {
  const known: Known = {
    visit,
    procs: new Map(program.procs.map((p) => [p.name, p])),
    waived,
    returns: new Map(),
    sleepers: new Set(),
    spinning: new Set(lockEffects(program).filter((l) => l.spinning).map((l) => l.lock.place)),
  };
  // Callees are recorded before their callers, so what they do is known when it is needed.
  for (const p of program.procs) known.returns.set(p.name, new Checker(p, known).run());
}

/** What the checks of all procedures share. */
interface Known {
  /** Told of every statement, with what is known where it is come to. */
  readonly visit: Visit;
  readonly procs: ReadonlyMap<string, ProcDecl>;
  readonly waived: readonly Rule[];
  /** Constants that a procedure returns; null where some returned value is not known. */
  readonly returns: Map<string, ReadonlySet<number> | null>;
  /** Procedures that may sleep: they say so, take a sleeping lock, or call one that does. */
  readonly sleepers: Set<string>;
  /** Places of locks that some step takes by spinning. */
  readonly spinning: ReadonlySet<string>;
}

function lockEffects(program: Program): LockEffect[] {
  const found: LockEffect[] = [];
  for (const p of program.procs) {
    eachStmt(p.body, (s) => {
      if ((s.s === 'rmw' || s.s === 'atomic') && s.lock) found.push(s.lock);
    });
  }
  return found;
}

class Checker {
  private readonly proc: ProcDecl;
  private readonly known: Known;
  private readonly aliases = new Map<number, Expr>();
  /** Constants that this procedure returns; null once some returned value is not known. */
  private returned: Set<number> | null = new Set();

  constructor(proc: ProcDecl, known: Known) {
    this.proc = proc;
    this.known = known;
  }

  run(): ReadonlySet<number> | null {
    if (this.proc.contract.maySleep) this.known.sleepers.add(this.proc.name);
    const entry: Path = { locks: this.lockMap(this.proc.contract.entry), facts: new Map() };
    const { fall } = this.list(this.proc.body, [entry]);
    for (const path of fall) this.checkExit(path, null, this.proc.loc);
    return this.returned;
  }

  private fail(rule: Rule, loc: Loc, cause: string, cure: string): void {
    if (!this.known.waived.includes(rule)) throw new LanguageError(rule, loc, cause, cure);
  }

  private list(stmts: readonly Stmt[], paths: readonly Path[]): Outcome {
    let fall = paths;
    const broke: Path[] = [];
    for (const s of stmts) {
      this.known.visit(s, fall);
      const out = this.stmt(s, fall);
      fall = merge(out.fall);
      broke.push(...out.broke);
    }
    return { fall, broke };
  }

  private stmt(s: Stmt, paths: readonly Path[]): Outcome {
    const on = (f: (p: Path) => readonly Path[]): Outcome => ({ fall: paths.flatMap(f), broke: [] });
    switch (s.s) {
      case 'rmw':
        return on((p) => (s.lock ? this.lockStep(s.lock, s.loc, p, s.old) : [p]));
      case 'atomic':
        return on((p) => (s.lock ? this.lockStep(s.lock, s.loc, p, null) : [p]).map((q) => forget(q, s.body)));
      case 'let':
        this.aliases.set(s.into, s.value);
        return on((p) => [p]);
      case 'var': case 'assign':
        return on((p) => [withFact(p, s.into, s.value.e === 'const' ? { is: s.value.value, isNot: [] } : null)]);
      case 'return':
        for (const p of paths) this.checkExit(p, s.value ?? null, s.loc);
        return { fall: [], broke: [] };
      case 'break':
        return { fall: [], broke: paths };
      case 'call':
        return on((p) => this.call(s, p));
      case 'if': {
        const then = this.list(s.then, paths.flatMap((p) => refine(p, s.test, true)));
        const otherwise = this.list(s.else, paths.flatMap((p) => refine(p, s.test, false)));
        return { fall: [...then.fall, ...otherwise.fall], broke: [...then.broke, ...otherwise.broke] };
      }
      case 'while': case 'forever': case 'for':
        return this.loop(s, paths);
      default:
        return { fall: paths, broke: [] };
    }
  }

  private loop(s: Extract<Stmt, { s: 'while' | 'forever' | 'for' }>, paths: readonly Path[]): Outcome {
    const start = merge(paths.map((p) => ({ ...p, facts: new Map<number, Fact>() })));
    const enter = s.s === 'while' ? start.flatMap((p) => refine(p, s.test, true)) : start;
    const { fall, broke } = this.list(s.body, enter);
    const before = new Set(start.map((p) => lockKeys(p)));
    for (const p of fall) {
      if (!before.has(lockKeys(p))) {
        this.fail('PT004', s.loc, `a way round this loop of ${this.proc.name} changes the locks held to {${shown(p)}}`, 'release what the body takes');
      }
    }
    const exits = s.s === 'forever' ? [] : s.s === 'while' ? start.flatMap((p) => refine(p, s.test, false)) : fall;
    return { fall: [...exits, ...broke.map((p) => ({ ...p, facts: new Map<number, Fact>() }))], broke: [] };
  }

  private lockStep(lock: LockEffect, loc: Loc, p: Path, old: number | null): readonly Path[] {
    const key = this.key(lock.lock);
    const name = this.show(lock.lock);
    const have = p.locks.get(key);
    if (lock.op === 'release') {
      if (!have) this.fail('PT003', loc, `${this.proc.name} releases ${name}, which it does not hold on this path`, 'take it first, or return before the release');
      return [{ ...p, locks: without(p.locks, key) }];
    }
    if (lock.op === 'downgrade') {
      if (have?.mode !== 'exclusive') this.fail('PT003', loc, `${this.proc.name} downgrades ${name}, which it does not hold exclusively on this path`, 'take it for writing first');
      return [{ ...p, locks: new Map(p.locks).set(key, { ref: lock.lock, mode: 'shared', spinning: lock.spinning, shown: name }) }];
    }
    if (have && !(have.mode === 'shared' && lock.mode === 'shared')) {
      this.fail('PT003', loc, `${this.proc.name} takes ${name}, which it holds already`, 'release it first');
    }
    if (lock.op === 'acquire' && !lock.spinning) this.sleep(loc, `takes ${name}, which may sleep,`, p);
    const taken: Path = { ...p, locks: new Map(p.locks).set(key, { ref: lock.lock, mode: lock.mode, spinning: lock.spinning, shown: name }) };
    if (lock.op === 'acquire' || old === null) return [taken];
    // tryAcquire: the old value is 0 where it was free.
    return [withFact(taken, old, { is: 0, isNot: [] }), withFact(p, old, { is: null, isNot: [0] })];
  }

  private call(s: Extract<Stmt, { s: 'call' }>, p: Path): readonly Path[] {
    const callee = this.known.procs.get(s.proc) as ProcDecl;
    const bind = new Map(callee.params.map((param, i) => [param.id, s.args[i] as Expr]));
    const { contract } = callee;
    const locks = new Map(p.locks);
    for (const want of contract.entry) {
      const key = this.key(want.place, bind);
      if (locks.get(key)?.mode !== want.mode) {
        this.fail('PT004', s.loc, `${this.proc.name} calls ${callee.name} without ${this.show(want.place, bind)}, held: {${shown(p)}}`, 'take it before the call');
      }
      locks.delete(key);
    }
    if (this.known.sleepers.has(callee.name)) {
      // Locks of its entry contract are the callee's to release before it sleeps: it is checked with them held.
      this.sleep(s.loc, `calls ${callee.name}, which may sleep,`, { ...p, locks });
    }
    const after = (list: readonly LockRef[]): Map<string, HeldLock> => {
      const out = new Map(locks);
      for (const l of list) {
        const key = this.key(l.place, bind);
        out.set(key, { ref: bound(l.place, bind), mode: l.mode, spinning: this.known.spinning.has(l.place.place), shown: this.show(l.place, bind) });
      }
      return out;
    };
    const { into } = s;
    const possible = this.known.returns.get(callee.name);
    if (into !== undefined && possible) {
      return [...possible].map((value) => {
        const special = contract.exitWhen.find((w) => w.value === value);
        return withFact({ ...p, locks: after(special ? special.locks : contract.exit) }, into, { is: value, isNot: [] });
      });
    }
    const normal: Path = { ...p, locks: after(contract.exit) };
    if (into === undefined || contract.exitWhen.length === 0) return [normal];
    const special = contract.exitWhen.map((w) => withFact({ ...p, locks: after(w.locks) }, into, { is: w.value, isNot: [] }));
    return [withFact(normal, into, { is: null, isNot: contract.exitWhen.map((w) => w.value) }), ...special];
  }

  private sleep(loc: Loc, how: string, p: Path): void {
    this.known.sleepers.add(this.proc.name);
    const spinning = [...p.locks.values()].find((l) => l.spinning);
    if (spinning) this.fail('PT009', loc, `${this.proc.name} ${how} with ${spinning.shown} held`, 'release the spinning lock first, or waive PT009 where the world is about that');
  }

  private checkExit(p: Path, returned: Expr | null, loc: Loc): void {
    const value = returned && constantOf(p, returned);
    if (value === null) this.returned = null;
    else this.returned?.add(value);
    const special = this.proc.contract.exitWhen.find((w) => w.value === value);
    const want = this.lockMap(special ? special.locks : this.proc.contract.exit);
    const have = p.locks;
    const missing = [...want.entries()].find(([k, l]) => have.get(k)?.mode !== l.mode);
    const extra = [...have.entries()].find(([k]) => !want.has(k));
    if (missing) this.fail('PT004', loc, `${this.proc.name} leaves without ${missing[1].shown}, which its contract says it holds on exit`, 'keep the lock, or mend the contract');
    if (extra) this.fail('PT004', loc, `${this.proc.name} leaves with ${extra[1].shown} held`, 'release it, or say so in the contract');
  }

  private lockMap(list: readonly LockRef[]): Map<string, HeldLock> {
    return new Map(list.map((l) => [this.key(l.place), { ref: l.place, mode: l.mode, spinning: this.known.spinning.has(l.place.place), shown: this.show(l.place) }]));
  }

  private key(ref: PlaceRef, bind?: ReadonlyMap<number, Expr>): string {
    return `${ref.place}[${ref.index.map((e) => this.exprKey(e, bind)).join('][')}]`;
  }

  private exprKey(e: Expr, bind?: ReadonlyMap<number, Expr>): string {
    if (e.e === 'const') return String(e.value);
    if (e.e === 'macro') return this.exprKey(e.body, bind);
    if (e.e === 'field') return `${this.exprKey(e.of, bind)}.${e.field}`;
    if (e.e !== 'local') return JSON.stringify(e);
    const bound = bind?.get(e.id);
    if (bound) return this.exprKey(bound);
    const alias = this.aliases.get(e.id);
    return alias ? this.exprKey(alias) : `$${e.id}`;
  }

  private show(ref: PlaceRef, bind?: ReadonlyMap<number, Expr>): string {
    const name = (e: Expr): string => {
      const x = (e.e === 'local' && bind?.get(e.id)) || e;
      return x.e === 'local' ? x.name : x.e === 'const' ? String(x.value) : x.e === 'macro' ? `${x.name}(${x.args.map(name).join(', ')})` : '…';
    };
    return `${ref.place}(${ref.index.map(name).join(', ')})`;
  }
}

/** A callee's lock in the caller's terms. */
function bound(ref: PlaceRef, bind: ReadonlyMap<number, Expr>): PlaceRef {
  return { place: ref.place, index: ref.index.map((e) => (e.e === 'local' ? (bind.get(e.id) ?? e) : e)) };
}

function without(map: ReadonlyMap<string, HeldLock>, key: string): Map<string, HeldLock> {
  const out = new Map(map);
  out.delete(key);
  return out;
}

function withFact(p: Path, id: number, fact: Fact | null): Path {
  const facts = new Map(p.facts);
  if (fact) facts.set(id, fact);
  else facts.delete(id);
  return { ...p, facts };
}

/** An atomic section's assignments are not followed: what was known of its variables no longer is. */
function forget(p: Path, body: readonly Stmt[]): Path {
  const facts = new Map(p.facts);
  eachStmt(body, (s) => { if (s.s === 'assign') facts.delete(s.into); });
  return { ...p, facts };
}

function lockKeys(p: Path): string {
  return [...p.locks].map(([k, l]) => `${k}:${l.mode}`).sort().join(' ');
}

function shown(p: Path): string {
  return [...p.locks.values()].map((l) => l.shown).join(', ');
}

/** One path for each different knowledge. */
function merge(paths: readonly Path[]): Path[] {
  const seen = new Map<string, Path>();
  for (const p of paths) seen.set(`${lockKeys(p)}|${JSON.stringify([...p.facts].sort((a, b) => a[0] - b[0]))}`, p);
  return [...seen.values()];
}

function constantOf(p: Path, e: Expr): number | null {
  if (e.e === 'const') return e.value;
  if (e.e === 'macro') return constantOf(p, e.body);
  return e.e === 'local' ? (p.facts.get(e.id)?.is ?? null) : null;
}

/** A constant, or a record of which every field is 0: what a free lock holds. */
function literal(e: Expr | undefined): number | null {
  if (e?.e === 'const') return e.value;
  return e?.e === 'record' && Object.values(e.fields).every((field) => literal(field) === 0) ? 0 : null;
}

/** The path where `test` came out as `outcome`: none if that contradicts what is known. */
function refine(p: Path, test: Expr, outcome: boolean): readonly Path[] {
  if (test.e === 'macro') return refine(p, test.body, outcome);
  if (test.e === 'const') return (test.value !== 0) === outcome ? [p] : [];
  if (test.e === 'local') return learn(p, test.id, 0, !outcome);
  if (test.e !== 'op') return [p];
  const [a, b] = test.args as [Expr, Expr];
  if (test.op === 'not') return refine(p, a, !outcome);
  if ((test.op === 'and' && outcome) || (test.op === 'or' && !outcome)) {
    return test.args.reduce<readonly Path[]>((paths, arg) => paths.flatMap((q) => refine(q, arg, outcome)), [p]);
  }
  if (test.op === 'and' || test.op === 'or') return merge(test.args.flatMap((arg) => refine(p, arg, outcome)));
  const right = literal(b);
  if ((test.op === 'eq' || test.op === 'ne') && a.e === 'local' && right !== null) {
    return learn(p, a.id, right, (test.op === 'eq') === outcome);
  }
  return [p];
}

function learn(p: Path, id: number, value: number, equal: boolean): readonly Path[] {
  const known = p.facts.get(id) ?? { is: null, isNot: [] };
  if (known.is !== null) return (known.is === value) === equal ? [p] : [];
  if (equal) return known.isNot.includes(value) ? [] : [withFact(p, id, { is: value, isNot: [] })];
  return [withFact(p, id, { is: null, isNot: [...known.isNot, value].sort((x, y) => x - y) })];
}
