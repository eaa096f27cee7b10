/** Shared places: the state that several threads see. */
import type { PlaceDecl, PlaceRef } from './ir.ts';
import { recording } from './recorder.ts';
import { value, type IndexType, type Type, type Value } from './types.ts';

declare const placeTag: unique symbol;

/** One cell of shared state, of the declared type T. Not a value: it must be loaded by a step. */
export interface Place<T extends string> {
  readonly [placeTag]: T;
  readonly ref: PlaceRef;
  readonly type: T;
  readonly ghost: boolean;
}

type Indices<D extends readonly string[]> = { readonly [K in keyof D]: Value<D[K]> };

/** A declared array of cells. */
export interface Shared<T extends string, D extends readonly string[]> {
  readonly name: string;
  readonly at: (...index: Indices<D>) => Place<T>;
}

interface PlaceOptions {
  /** How traces print it: `page[%0].PG_dirty`. */
  readonly display?: string;
}

type TypesOf<D extends readonly string[]> = { readonly [K in keyof D]: IndexType<D[K]> };

function declarePlace<T extends string, D extends readonly string[]>(name: string, type: Type<T>, dims: TypesOf<D>, ghost: boolean, options: PlaceOptions): Shared<T, D> {
  const use = (): void => {
    const decl: PlaceDecl = { name, type: type.use(), dims: (dims as readonly IndexType<string>[]).map((d) => d.use()), ghost, ...options };
    recording().place(decl);
  };
  return {
    name,
    at: (...index) => {
      use();
      const exprs = (index as readonly Value<string>[]).map((i) => i.expr);
      return { ref: { place: name, index: exprs }, type: type.name, ghost } as unknown as Place<T>;
    },
  };
}

/** Declares shared state that procedures act on. Cells start at 0 unless the world's init says otherwise. */
export function shared<T extends string, const D extends readonly string[]>(name: string, type: Type<T>, dims: TypesOf<D>, options: PlaceOptions = {}): Shared<T, D> {
  return declarePlace(name, type, dims, false, options);
}

/** Declares state that only properties look at. Writing it costs no step; no procedure may branch on it. */
export function ghost<T extends string, const D extends readonly string[]>(name: string, type: Type<T>, dims: TypesOf<D>, options: PlaceOptions = {}): Shared<T, D> {
  return declarePlace(name, type, dims, true, options);
}

/** The place's value, for guards, atomic sections, ghost code and properties; elsewhere PT006. */
export function peek<T extends string>(place: Place<T>): Value<T> {
  return value({ e: 'read', place: place.ref, type: place.type });
}
