/** Pure expressions over recorded values. */
import type { Expr, Op } from './ir.ts';
import { recording } from './recorder.ts';
import { bool, value, type IndexType, type Value } from './types.ts';

type Bool = Value<'bool'>;

function op(name: Op, type: string, ...args: readonly Value<string>[]): Expr {
  return { e: 'op', op: name, args: args.map((a) => a.expr), type };
}

function boolOp(name: Op, ...args: readonly Value<string>[]): Bool {
  bool.use();
  return value(op(name, 'bool', ...args));
}

export const not = (a: Bool): Bool => boolOp('not', a);
export const and = (...args: readonly Bool[]): Bool => boolOp('and', ...args);
export const or = (...args: readonly Bool[]): Bool => boolOp('or', ...args);
export const implies = (a: Bool, b: Bool): Bool => or(not(a), b);
export const eq = <T extends string>(a: Value<T>, b: Value<NoInfer<T>>): Bool => boolOp('eq', a, b);
export const ne = <T extends string>(a: Value<T>, b: Value<NoInfer<T>>): Bool => boolOp('ne', a, b);
export const lt = <T extends string>(a: Value<T>, b: Value<NoInfer<T>>): Bool => boolOp('lt', a, b);
export const le = <T extends string>(a: Value<T>, b: Value<NoInfer<T>>): Bool => boolOp('le', a, b);

/** a + b. Leaving the type's range is a model error (PT008). */
export const add = <T extends string>(a: Value<T>, b: Value<NoInfer<T>>): Value<T> => value(op('add', a.expr.type, a, b));
/** a - b. Going below 0 is a model error (PT008). */
export const sub = <T extends string>(a: Value<T>, b: Value<NoInfer<T>>): Value<T> => value(op('sub', a.expr.type, a, b));

/** C's `test ? a : b`. */
export const select = <T extends string>(test: Bool, a: Value<T>, b: Value<NoInfer<T>>): Value<T> =>
  value({ e: 'cond', test: test.expr, then: a.expr, else: b.expr, type: a.expr.type });

/** A named pure helper: keeps its name in listings and traces (`pte_mkdirty(entry)`). */
export function macro<A extends readonly Value<string>[], R extends Value<string>>(name: string, body: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const result = body(...args);
    return value({ e: 'macro', name, args: args.map((a) => a.expr), body: result.expr, type: result.expr.type }) as unknown as R;
  };
}

function quantifier<T extends string>(e: 'forall' | 'exists' | 'count', over: IndexType<T>, name: string, body: (i: Value<T>) => Bool, type: string): Expr {
  over.use();
  const id = recording().newLocal();
  const bound = value<T>({ e: 'local', id, name, type: over.name });
  return { e, var: id, name, over: over.name, body: body(bound).expr, type };
}

/** For properties: true for every index. */
export const forall = <T extends string>(over: IndexType<T>, name: string, body: (i: Value<T>) => Bool): Bool =>
  value(quantifier('forall', over, name, body, bool.use()));
/** For properties: true for some index. */
export const exists = <T extends string>(over: IndexType<T>, name: string, body: (i: Value<T>) => Bool): Bool =>
  value(quantifier('exists', over, name, body, bool.use()));
/** For properties: how many indices satisfy the body, as a value of the given type. */
export const count = <T extends string, C extends string>(type: { readonly use: () => C }, over: IndexType<T>, name: string, body: (i: Value<T>) => Bool): Value<C> =>
  value(quantifier('count', over, name, body, type.use()));

/** The CPU that runs the statement, as an index of the given type. */
export const thisCpu = <T extends string>(type: IndexType<T>): Value<T> => value({ e: 'cpu', type: type.use() });

/** For properties: every thread that must end has ended. */
export const quiescent = (): Bool => value({ e: 'quiescent', type: bool.use() });
