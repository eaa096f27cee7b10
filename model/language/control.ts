/** Control flow and local names: recorded, and free of steps. */
import type { Expr } from './ir.ts';
import { recording } from './recorder.ts';
import { value, type IndexType, type Type, type Value } from './types.ts';

type Bool = Value<'bool'>;

export function If(test: Bool, then: () => void, otherwise?: () => void): void {
  const r = recording();
  const thenStmts = r.block(then);
  const elseStmts = otherwise ? r.block(otherwise) : [];
  r.emit({ s: 'if', test: test.expr, then: thenStmts, else: elseStmts });
}

/** Every way round must contain a step (PT002). */
export function While(test: Bool, body: () => void): void {
  const r = recording();
  r.emit({ s: 'while', test: test.expr, body: r.block(body, true) });
}

/** Until Break or Return; every way round must contain a step (PT002). */
export function Forever(body: () => void): void {
  const r = recording();
  r.emit({ s: 'forever', body: r.block(body, true) });
}

/** Once for each index, in order; unrolled when lowered. */
export function ForEach<T extends string>(over: IndexType<T>, name: string, body: (i: Value<T>) => void): void {
  const r = recording();
  over.use();
  const id = r.newLocal();
  const stmts = r.block(() => body(value<T>({ e: 'local', id, name, type: over.name })), true);
  r.emit({ s: 'for', var: id, name, over: over.name, body: stmts });
}

export function Break(): void {
  recording().emit({ s: 'break' });
}

export function Return(result?: Value<string>): void {
  recording().emit(result ? { s: 'return', value: result.expr } : { s: 'return' });
}

/** Gives a pure expression a name, for the listing. */
export function Let<T extends string>(name: string, of: Value<T>): Value<T> {
  const r = recording();
  const into = r.newLocal();
  const { type } = of.expr;
  r.emit({ s: 'let', into, name, type, value: of.expr });
  return value({ e: 'local', id: into, name, type });
}

/** A mutable local of a procedure. */
export interface Variable<T extends string> {
  readonly get: () => Value<T>;
  readonly set: (to: Value<NoInfer<T>>) => void;
}

export function Var<T extends string>(name: string, type: Type<T>, initial: Value<NoInfer<T>>): Variable<T> {
  const r = recording();
  const into = r.newLocal();
  type.use();
  const write = (s: 'var' | 'assign', to: Expr): void => recording().emit({ s, into, name, type: type.name, value: to });
  write('var', initial.expr);
  return {
    get: () => value({ e: 'local', id: into, name, type: type.name }),
    set: (to) => write('assign', to.expr),
  };
}
