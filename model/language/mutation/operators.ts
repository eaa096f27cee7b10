/** What can be done wrong in one procedure: each operator answers its whole bodies, edited in one place. */
import type { Expr, Loc, LockRef, PlaceRef, Stmt } from '../ir.ts';
import { printExpr, type Names } from '../print.ts';
import { isStep } from '../walk.ts';
import { wayTo, type BlockAt, type Body } from './blocks.ts';
import { constant, independent, isBookkeeping, isMovable, label, unitsOf, zeroes, type Unit } from './unit.ts';

export const OPERATORS = ['drop', 'unlocked', 'window', 'condition', 'swap'] as const;

/**
 * drop: a statement is left out. unlocked: a lock is neither taken nor released in the procedure. window: it is released
 * and taken again before a statement. condition: a test always or never holds, is negated, or lacks an operand. swap:
 * two neighbouring statements change places.
 */
export type Operator = (typeof OPERATORS)[number];

export interface Edit {
  readonly operator: Operator;
  readonly loc: Loc;
  /** `drop ptep_clear_flush`. */
  readonly what: string;
  /** The statement that stands at `loc`: `ptep_clear_flush`, `if (!mapped)`. */
  readonly at: string;
  readonly body: Body;
  /** Without control coming to one of these the edit changes nothing; null: to the procedure. */
  readonly ways: readonly (Stmt | null)[];
}

export interface Around {
  readonly names: Names;
  readonly held: ReadonlyMap<Stmt, readonly LockRef[]>;
  /** By `lockKey` of the place alone: how the program takes and releases such a lock. */
  readonly lockers: ReadonlyMap<string, { readonly take: Unit; readonly release: Unit }>;
}

/** Loads are not dropped: what follows from them is. */
export function* drops(block: BlockAt, { names }: Around): Generator<Edit> {
  const { list, put } = block;
  for (const unit of unitsOf(list)) {
    const s = unit.first;
    const droppable = s.s === 'call' || s.s === 'assign' || (isStep(s) && s.s !== 'load' && s.s !== 'choose' && !(s.s === 'skip' && unit.stmts.length === 1));
    if (droppable) yield { operator: 'drop', loc: s.loc, what: `drop ${label(s, names)}`, at: label(s, names), body: put(spliced(list, unit, zeroes(s))), ways: [wayTo(block, unit.from)] };
  }
}

function spliced(list: Body, { from, to }: { readonly from: number; readonly to: number }, by: Body): Body {
  return [...list.slice(0, from), ...by, ...list.slice(to)];
}

export function* swaps(block: BlockAt, { names }: Around): Generator<Edit> {
  const { list, put } = block;
  const units = unitsOf(list);
  for (const [i, a] of units.entries()) {
    const b = units[i + 1];
    if (b === undefined || !isMovable(a) || !isMovable(b) || !independent(a.stmts, b.stmts)) continue;
    yield { operator: 'swap', loc: a.first.loc, what: `swap ${label(a.first, names)} and ${label(b.first, names)}`, at: label(a.first, names), body: put(spliced(list, { from: a.from, to: b.to }, [...b.stmts, ...a.stmts])), ways: [wayTo(block, a.from)] };
  }
}

export function* conditions(block: BlockAt, { names }: Around): Generator<Edit> {
  const { list, put } = block;
  for (const [i, s] of list.entries()) {
    if (s.s !== 'if' && s.s !== 'while') continue;
    if (s.s === 'if' && isBookkeeping(s.then) && isBookkeeping(s.else)) continue;
    const text = `${s.s} (${printExpr(s.test, names)})`;
    for (const [how, test] of weakened(s.test, names)) {
      yield { operator: 'condition', loc: s.loc, what: `${how} ${text}`, at: text, body: put(list.with(i, { ...s, test })), ways: [wayTo(block, i)] };
    }
  }
}

function weakened(test: Expr, names: Names): [how: string, test: Expr][] {
  const fixed: [string, Expr][] = [['always', constant('bool', 1)], ['never', constant('bool', 0)], ['negate', { e: 'op', op: 'not', args: [test], type: 'bool' }]];
  if (test.e !== 'op' || (test.op !== 'and' && test.op !== 'or')) return fixed;
  const { op, args } = test;
  const lacking = args.map((x, i): [string, Expr] => {
    const rest = args.filter((_, j) => j !== i);
    return [`drop ${printExpr(x, names, true)} from`, rest.length === 1 ? rest[0]! : { e: 'op', op, args: rest, type: 'bool' }];
  });
  return [...fixed, ...lacking];
}

/** Before each statement in a lock section but the first and the last: what was seen under the lock may have changed. */
export function* windows(block: BlockAt, { names, held, lockers }: Around): Generator<Edit> {
  const { list, put } = block;
  const units = unitsOf(list);
  for (const [i, { first: s, from }] of units.entries()) {
    if (!isStep(s) && s.s !== 'call' && (s.s !== 'if' || isBookkeeping([s]))) continue;
    for (const lock of held.get(s) ?? []) {
      const locker = lockers.get(lockerKey(lock));
      if (locker === undefined || touches(s, lock.place) || (i > 0 && touches(units[i - 1]!.first, lock.place))) continue;
      const window = [...aimed(locker.release.stmts, lock.place), ...aimed(locker.take.stmts, lock.place)].map((x) => ({ ...x, loc: s.loc }));
      yield { operator: 'window', loc: s.loc, what: `${label(locker.release.first, names)} and ${label(locker.take.first, names)} before ${label(s, names)}`, at: label(s, names), body: put([...list.slice(0, from), ...window, ...list.slice(from)]), ways: [wayTo(block, from)] };
    }
  }
}

export const lockerKey = ({ place, mode }: { readonly place: PlaceRef; readonly mode: string }): string => `${place.place} ${mode}`;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function lockOf(s: Stmt): NonNullable<Extract<Stmt, { s: 'rmw' }>['lock']> | undefined {
  return s.s === 'rmw' || s.s === 'atomic' ? s.lock : undefined;
}

const touches = (s: Stmt, place: PlaceRef): boolean => same(lockOf(s)?.lock, place);

/** The steps that take or release a lock of the same kind, made to act on this one. */
function aimed(stmts: Body, place: PlaceRef): Body {
  const [step, ...ghosts] = stmts;
  if (step?.s !== 'rmw' || step.lock === undefined) return stmts;
  const old = step.lock.lock.index;
  const args = step.display?.args.map((arg) => place.index[old.findIndex((e) => same(e, arg))] ?? arg);
  const display = step.display === undefined ? {} : { display: { ...step.display, args: args ?? [] } };
  return [{ ...step, place, lock: { ...step.lock, lock: place }, ...display }, ...ghosts];
}

/** Once a lock and procedure: all takes and releases of it that stand in the body. */
export function* unlocked(body: Body, blocks: readonly BlockAt[], { names }: Around): Generator<Edit> {
  const seen: PlaceRef[] = [];
  const lockSteps = blocks.flatMap(({ list }) => unitsOf(list)).filter((u) => lockOf(u.first) !== undefined);
  for (const { first } of lockSteps) {
    const place = lockOf(first)!.lock;
    if (seen.some((p) => same(p, place))) continue;
    seen.push(place);
    const ours = lockSteps.filter((u) => touches(u.first, place));
    const ops = new Set(ours.map((u) => lockOf(u.first)!.op === 'release'));
    if (ops.size < 2) continue;
    const gone = new Set(ours.flatMap((u) => u.stmts));
    const shown = [...new Set(ours.map((u) => label(u.first, names)))].join(' and ');
    yield { operator: 'unlocked', loc: first.loc, what: `without ${shown}`, at: label(first, names), body: without(body, gone), ways: ours.map((u) => u.first) };
  }
}

function without(list: Body, gone: ReadonlySet<Stmt>): Body {
  return list.flatMap((s): Body => {
    if (gone.has(s)) return isStep(s) ? zeroes(s) : [];
    if (s.s === 'if') return [{ ...s, then: without(s.then, gone), else: without(s.else, gone) }];
    if (s.s === 'while' || s.s === 'forever' || s.s === 'for') return [{ ...s, body: without(s.body, gone) }];
    return [s];
  });
}
