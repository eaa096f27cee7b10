/**
 * Declared types and the values of them. The type's name is carried in TypeScript's types, so that a PTE is
 * rejected where a page is meant and a place where a value is meant.
 */
import { LanguageError } from './errors.ts';
import type { Expr, FieldDecl, TypeDecl } from './ir.ts';
import { callerLoc } from './loc.ts';
import { isRecording, recording } from './recorder.ts';

declare const valueTag: unique symbol;

/** A value recorded in a procedure, of the declared type named T. Never inspect it with the host's `if` or `===`. */
export interface Value<T extends string> {
  readonly [valueTag]: T;
  readonly expr: Expr;
}

/** A declared type. */
export interface Type<T extends string> {
  readonly name: T;
  /** Registers the type in the program being recorded. */
  readonly use: () => T;
}

export type ValueOf<T> = T extends Type<infer N> ? Value<N> : never;

export function value<T extends string>(expr: Expr): Value<T> {
  return { expr } as Value<T>;
}

function declared<T extends string>(name: T, decl: () => TypeDecl): Type<T> {
  return { name, use: () => (recording().type(decl()), name) };
}

export const bool: Type<'bool'> = declared('bool', () => ({ kind: 'bool', name: 'bool' }));

export const TRUE: Value<'bool'> = value({ e: 'const', value: 1, type: 'bool' });
export const FALSE: Value<'bool'> = value({ e: 'const', value: 0, type: 'bool' });

export interface IntType<T extends string> extends Type<T> {
  /** A constant. @throws LanguageError PT008 outside 0 … hi */
  readonly lit: (n: number) => Value<T>;
}

/**
 * Integers 0 … hi, or 0 … n-1 where the world's `sizes` give n. Arithmetic that leaves the range is a model error (PT008),
 * found by the search.
 */
export function int<T extends string>(name: T, hi: number): IntType<T> {
  return {
    ...declared(name, () => ({ kind: 'int', name, hi: sizeGiven(name, hi + 1) - 1 })),
    lit: (n) => {
      checkRange(name, n, sizeGiven(name, hi + 1) - 1);
      return value({ e: 'const', value: n, type: name });
    },
  };
}

/** The number of values that the world being recorded gives a type, or else the type's own. */
function sizeGiven(name: string, otherwise: number): number {
  return isRecording() ? recording().world.sizes[name] ?? otherwise : otherwise;
}

export interface EnumType<T extends string, V extends string> extends Type<T> {
  readonly is: { readonly [K in V]: Value<T> };
}

/**
 * An enumeration; `vm_fault_t.is.NOPAGE` is a constant of it. The first is the initial value. `more`: further values, which only
 * worlds have whose `sizes` count them.
 */
export function enumeration<T extends string, const V extends readonly string[], const M extends readonly string[] = []>(name: T, values: V, more?: M): EnumType<T, V[number] | M[number]> {
  const all = [...values, ...(more ?? [])];
  const is = Object.fromEntries(all.map((v, i) => [v, value({ e: 'const', value: i, type: name })]));
  return { ...declared(name, () => ({ kind: 'enum', name, values: all.slice(0, sizeGiven(name, values.length)) })), is: is as EnumType<T, V[number] | M[number]>['is'] };
}

export interface IndexType<T extends string> extends Type<T> {
  /** How many there are in the world being recorded. */
  readonly size: () => number;
  readonly lit: (n: number) => Value<T>;
  /** Host-side list of all of them, for building worlds. */
  readonly all: () => Value<T>[];
}

/** The name of one of several like things; how many there are is up to the world (`sizes`). */
export function index<T extends string>(name: T): IndexType<T> {
  const size = (): number => {
    const n = recording().world.sizes[name];
    if (n === undefined) throw new LanguageError('PT014', callerLoc(), `the world gives no size for ${name}`, `add it to the world's sizes`);
    return n;
  };
  const type = declared(name, () => ({ kind: 'index', name, size: size() }));
  const lit = (n: number): Value<T> => {
    checkRange(name, n, size() - 1);
    type.use();
    return value({ e: 'const', value: n, type: name });
  };
  return { ...type, size, lit, all: () => Array.from({ length: size() }, (_, i) => lit(i)) };
}

export type Fields = Readonly<Record<string, Type<string>>>;

export interface RecordType<T extends string, F extends Fields> extends Type<T> {
  /** All fields at once; those left out are 0. */
  readonly of: (fields: { readonly [K in keyof F]?: ValueOf<F[K]> }) => Value<T>;
  readonly get: <K extends keyof F & string>(from: Value<NoInfer<T>>, field: K) => ValueOf<F[K]>;
  readonly with: <K extends keyof F & string>(from: Value<NoInfer<T>>, field: K, to: NoInfer<ValueOf<F[K]>>) => Value<T>;
}

/** A word with named fields that is read and written as a whole (a PTE). */
export function record<T extends string, F extends Fields>(name: T, fields: F): RecordType<T, F> {
  const decl = (): TypeDecl => {
    const list: FieldDecl[] = Object.entries(fields).map(([field, type]) => ({ name: field, type: type.use() }));
    return { kind: 'record', name, fields: list };
  };
  const type = declared(name, decl);
  return {
    ...type,
    of: (given) => {
      type.use();
      const exprs = Object.entries(given).map(([k, v]) => [k, (v as Value<string>).expr] as const);
      return value({ e: 'record', fields: Object.fromEntries(exprs), type: name });
    },
    get: (from, field) => value({ e: 'field', of: from.expr, field, type: (fields[field] as Type<string>).name }) as never,
    with: (from, field, to) => value({ e: 'with', of: from.expr, field, value: (to as Value<string>).expr, type: name }),
  };
}

function checkRange(type: string, n: number, hi: number): void {
  if (!Number.isInteger(n) || n < 0 || n > hi) {
    throw new LanguageError('PT008', callerLoc(), `${n} is not a ${type} (0 … ${hi})`, 'use a value in range or widen the type');
  }
}
