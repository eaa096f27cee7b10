/** Procedures: an ordinary function that runs once and is recorded. */
import { LanguageError } from './errors.ts';
import type { Contract, LockRef, Source } from './ir.ts';
import { callerLoc } from './loc.ts';
import type { Place } from './places.ts';
import { recording } from './recorder.ts';
import { value, type Type, type Value, type ValueOf } from './types.ts';

export type Params = Readonly<Record<string, Type<string>>>;
export type Args<P extends Params> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** A lock by the place it lives in. */
export interface Held {
  readonly place: Place<string>;
  readonly mode: 'exclusive' | 'shared';
}
export const held = (place: Place<string>): Held => ({ place, mode: 'exclusive' });
export const heldShared = (place: Place<string>): Held => ({ place, mode: 'shared' });

export interface ProcSpec<P extends Params, R extends Type<string> | null> {
  readonly params: P;
  readonly returns?: R;
  /** The kernel function, file and version that it follows; absent for machinery of the model. */
  readonly models?: Source | (() => Source);
  readonly doc?: string;
  /** Locks held on entry and on exit; absent: none of its own. */
  readonly locks?: (args: Args<P>) => {
    readonly entry?: readonly Held[];
    readonly exit?: readonly Held[];
    /** Exits that differ, by returned constant. */
    readonly exitWhen?: readonly { readonly returns: Value<string>; readonly locks: readonly Held[] }[];
  };
  readonly sleeps?: boolean;
}

type Result<R> = R extends Type<infer N> ? Value<N> : void;

/** Calls the procedure from another one; recorded on its first call in a program. */
export interface Proc<P extends Params, R extends Type<string> | null> {
  (args: Args<P>, into?: string): Result<R>;
  readonly procName: string;
  readonly params: P;
  /** Records it if that has not happened, without calling it. Returns its name. */
  readonly use: () => string;
}

function toRefs(list: readonly Held[] | undefined): LockRef[] {
  return (list ?? []).map((h) => ({ place: h.place.ref, mode: h.mode }));
}

function contractOf<P extends Params, R extends Type<string> | null>(spec: ProcSpec<P, R>, args: Args<P>): Contract {
  const locks = spec.locks?.(args) ?? {};
  const exitWhen = (locks.exitWhen ?? []).map((w) => {
    if (w.returns.expr.e !== 'const') throw new LanguageError('PT004', callerLoc(), 'exitWhen takes constants', 'use an enumeration constant');
    return { value: w.returns.expr.value, locks: toRefs(w.locks) };
  });
  return { entry: toRefs(locks.entry), exit: toRefs(locks.exit), exitWhen, maySleep: spec.sleeps === true };
}

/** Declares a procedure. The name is unique in a program; the body runs once a program, on the first call. */
export function proc<P extends Params, R extends Type<string> | null = null>(name: string, spec: ProcSpec<P, R>, body: (args: Args<P>) => void): Proc<P, R> {
  const declaredAt = callerLoc();
  const identity = {};
  const use = (): string => {
    const r = recording();
    const open = r.open.find((p) => p.name === name);
    const known = r.procs.get(name);
    if ((open && open.identity !== identity) || (known && identities.get(known) !== identity)) {
      throw new LanguageError('PT011', declaredAt, `procedure ${name} is declared twice`, 'rename one of them');
    }
    if (open) {
      const chain = [...r.open.map((p) => p.name), name].join(' → ');
      throw new LanguageError('PT001', callerLoc(), `${chain} is recursive`, 'use a loop: procedures are inlined');
    }
    if (known) return name;
    recordProc(identity);
    return name;
  };
  const recordProc = (id: object): void => {
    const r = recording();
    const params = Object.entries(spec.params).map(([param, type]) => ({ id: r.newLocal(), name: param, type: type.use() }));
    const args = Object.fromEntries(params.map((p) => [p.name, value({ e: 'local', ...p })])) as Args<P>;
    const contract = contractOf(spec, args);
    const returns = spec.returns ? spec.returns.use() : null;
    const { display, atomicDepth } = r;
    r.display = null;
    r.atomicDepth = 0;
    r.open.push({ name, identity: id });
    r.beginBody(name, returns);
    try {
      body(args);
    } finally {
      r.open.pop();
      r.display = display;
      r.atomicDepth = atomicDepth;
    }
    const stmts = r.endBody();
    const models = typeof spec.models === 'function' ? spec.models() : (spec.models ?? null);
    const decl = { name, params, returns, models, doc: spec.doc ?? '', contract, body: stmts, loc: declaredAt };
    identities.set(decl, id);
    r.procs.set(name, decl);
  };
  const call = (args: Args<P>, into?: string): Result<R> => {
    const r = recording();
    const loc = callerLoc();
    if (r.atomicDepth > 0) throw new LanguageError('PT013', loc, `${name} is called inside an atomic section`, 'call it outside, or inline its one access');
    use();
    const exprs = Object.keys(spec.params).map((p) => (args[p] as Value<string>).expr);
    if (!spec.returns) {
      r.emit({ s: 'call', proc: name, args: exprs });
      return undefined as Result<R>;
    }
    const id = r.newLocal();
    const type = spec.returns.name;
    const local = into ?? 'ret';
    r.emit({ s: 'call', proc: name, args: exprs, into: id, name: local, type });
    return value({ e: 'local', id, name: local, type }) as Result<R>;
  };
  return Object.assign(call, { procName: name, params: spec.params, use });
}

/** Which proc() a recorded declaration came from: two of the same name in one program are an error. */
const identities = new WeakMap<object, object>();
