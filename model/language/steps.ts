/** Statements that are a scheduling step: one shared access each, or an `atomic` that says why it is one. */
import { LanguageError } from './errors.ts';
import type { Display, LockEffect } from './ir.ts';
import { callerLoc } from './loc.ts';
import type { Place } from './places.ts';
import { recording, type Recording } from './recorder.ts';
import { bool, value, type Type, type Value } from './types.ts';

type Bool = Value<'bool'>;

interface StepOptions {
  /** What the step does to a lock, for the static contract check. */
  readonly lock?: LockEffect;
}

function display(r: Recording): { readonly display?: Display } {
  return r.display ? { display: r.display.display } : {};
}

function refuseGhost(place: Place<string>): void {
  if (place.ghost) {
    throw new LanguageError('PT012', callerLoc(), `${place.ref.place} is ghost state and this is a step`, 'use track() to write it and properties to read it');
  }
}

/** One read. The value must be used; where the kernel ignores it, say so with `{ discard: true }`. */
export function load<T extends string>(name: string, place: Place<T>, options: { readonly discard?: boolean } = {}): Value<T> {
  const r = recording();
  refuseGhost(place);
  const into = r.newLocal();
  r.emit({ s: 'load', into, name, type: place.type, place: place.ref, ...display(r), ...options });
  return value({ e: 'local', id: into, name, type: place.type });
}

/** One write. */
export function store<T extends string>(place: Place<T>, to: Value<NoInfer<T>>): void {
  const r = recording();
  refuseGhost(place);
  r.emit({ s: 'store', place: place.ref, value: to.expr, ...display(r) });
}

interface RmwOptions<T extends string> extends StepOptions {
  /** Blocks until it holds of the old value. */
  readonly when?: (old: Value<T>) => Bool;
  /** The old value is not needed. */
  readonly ignore?: boolean;
}

/** One locked read-modify-write; returns the old value. Blocks while `when` is false of it. */
export function rmw<T extends string>(name: string, place: Place<T>, to: (old: Value<T>) => Value<NoInfer<T>>, options: RmwOptions<NoInfer<T>> = {}): Value<T> {
  const r = recording();
  refuseGhost(place);
  const id = r.newLocal();
  const old = value<T>({ e: 'local', id, name, type: place.type });
  const guard = options.when ? { guard: options.when(old).expr } : {};
  const lock = options.lock ? { lock: options.lock } : {};
  r.emit({ s: 'rmw', old: id, name, type: place.type, place: place.ref, value: to(old).expr, used: options.ignore !== true, ...guard, ...lock, ...display(r) });
  return old;
}

/** One atomic swap; returns the old value. */
export function exchange<T extends string>(name: string, place: Place<T>, to: Value<NoInfer<T>>): Value<T> {
  return rmw(name, place, () => to);
}

/** Blocks until `cond` holds of the place's value. */
export function waitUntil<T extends string>(place: Place<T>, cond: (v: Value<T>) => Bool): void {
  const r = recording();
  const read = value<T>({ e: 'read', place: place.ref, type: place.type });
  r.emit({ s: 'wait', cond: cond(read).expr, ...display(r) });
}

/**
 * Several accesses as one step. `why` is the reason in hardware or locking that nobody can see the middle.
 * `when`, if given, blocks the step; it may `peek`.
 */
export function atomic(why: string, body: () => void, options: StepOptions & { readonly when?: Bool } = {}): void {
  const r = recording();
  const { display: shown, loc } = r.display ?? { display: undefined, loc: callerLoc() };
  if (r.atomicDepth > 0) throw new LanguageError('PT013', loc, 'an atomic section inside an atomic section', 'make it one section');
  r.display = null;
  r.atomicDepth++;
  const stmts = r.block(body);
  r.atomicDepth--;
  if (shown) r.display = { display: shown, loc };
  const guard = options.when ? { guard: options.when.expr } : {};
  const lock = options.lock ? { lock: options.lock } : {};
  r.emit({ s: 'atomic', why, body: stmts, ...guard, ...lock, ...(shown ? { display: shown } : {}) });
}

/** Any value of a bool, enumeration or index type: each is explored. */
export function choose<T extends string>(name: string, type: Type<T>, among: number): Value<T> {
  const r = recording();
  const into = r.newLocal();
  r.emit({ s: 'choose', into, name, type: type.use(), count: among, ...display(r) });
  return value({ e: 'local', id: into, name, type: type.name });
}

/** Either outcome of something the model does not decide. */
export const chooseBool = (name: string): Bool => choose(name, bool, 2);

/** A step with no access: a point where the thread can be preempted. */
export function skip(): void {
  const r = recording();
  r.emit({ s: 'skip', ...display(r) });
}

/** Ghost write: rides with the step before. Its value may `peek` at anything. */
export function track<T extends string>(place: Place<T>, to: Value<NoInfer<T>>): void {
  if (!place.ghost) {
    throw new LanguageError('PT012', callerLoc(), `${place.ref.place} is real state and track() costs no step`, 'use store()');
  }
  const r = recording();
  r.emit({ s: 'ghost', place: place.ref, value: to.expr, ...(r.display ? { within: r.display.display.name } : {}) });
}

/** Violates the property `assertion`, conjunct `name`, when false. Rides with the step before; may `peek`. */
export function assert(name: string, cond: Bool): void {
  recording().emit({ s: 'assert', cond: cond.expr, name });
}

/**
 * Names the one step that `body` records: it is printed `name(args)` and located at the caller.
 * For the kernel's one-access helpers: TestClearPageDirty, set_pte_at, spin_lock.
 */
export function primitive<A extends readonly Value<string>[], R>(name: string, body: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const r = recording();
    const outer = r.display;
    r.display = outer ?? { display: { name, args: args.map((a) => a.expr) }, loc: callerLoc() };
    try {
      return body(...args);
    } finally {
      r.display = outer;
    }
  };
}
