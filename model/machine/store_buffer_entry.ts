/** A CPU's store buffer as far as one place is concerned: whether a store to it waits, to which cell, and what is stored. */
import type { Expr, Loc, PlaceDecl, PlaceRef, Program, Stmt, TypeDecl } from '../language/ir.ts';

const op = (name: 'and' | 'not' | 'or' | 'eq', ...args: readonly Expr[]): Expr => ({ e: 'op', op: name, args, type: 'bool' });
const TRUE: Expr = { e: 'const', value: 1, type: 'bool' };

/** Name of the field for a place's n-th index: `mm` of an mm_t. */
const field = (place: PlaceDecl, n: number): string => {
  const name = (place.dims[n] as string).replace(/_t$/, '');
  return place.dims.indexOf(place.dims[n] as string) === n ? name : `${name}${'\''.repeat(n)}`;
};

/** `full`: a store waits. `held`: it is a read-modify-write, and nobody else may write the cell. The rest says which cell. */
export class Entry {
  readonly place: PlaceDecl;
  readonly type: TypeDecl;
  readonly places: readonly PlaceDecl[];
  private readonly cpus: number;

  constructor(place: PlaceDecl, cpus: number) {
    this.place = place;
    this.cpus = cpus;
    this.type = {
      kind: 'record', name: `store_buffer_${place.name}_t`,
      fields: [{ name: 'full', type: 'bool' }, { name: 'held', type: 'bool' }, ...place.dims.map((d, i) => ({ name: field(place, i), type: d }))],
    };
    this.places = [
      { name: `store_buffer_${place.name}`, type: this.type.name, dims: ['cpu_t'], ghost: false, display: `%0.store_buffer(${place.name})` },
      { name: `store_buffer_${place.name}_value`, type: place.type, dims: ['cpu_t'], ghost: false, display: `%0.store_buffer(${place.name}).value` },
    ];
  }

  private at(cpu: Expr): { readonly slot: PlaceRef; readonly value: PlaceRef } {
    return { slot: { place: this.places[0]!.name, index: [cpu] }, value: { place: this.places[1]!.name, index: [cpu] } };
  }

  private get own(): ReturnType<Entry['at']> {
    return this.at({ e: 'cpu', type: 'cpu_t' });
  }

  private field(slot: PlaceRef, field: string, type: string): Expr {
    return { e: 'field', of: { e: 'read', place: slot, type: this.type.name }, field, type };
  }

  private index(slot: PlaceRef): Expr[] {
    return this.place.dims.map((d, i) => this.field(slot, field(this.place, i), d));
  }

  private isAt(slot: PlaceRef, at: PlaceRef): Expr[] {
    return this.index(slot).map((i, n) => op('eq', i, at.index[n]!));
  }

  isFull(): Expr {
    return this.field(this.own.slot, 'full', 'bool');
  }

  isFullFor(at: PlaceRef): Expr {
    return op('and', this.isFull(), ...this.isAt(this.own.slot, at));
  }

  value(): Expr {
    return { e: 'read', place: this.own.value, type: this.place.type };
  }

  /** No other CPU holds the cell; without one, any cell of the place. */
  unheldByOthers(at?: PlaceRef): Expr {
    const others = Array.from({ length: this.cpus }, (_, cpu): Expr => {
      const c: Expr = { e: 'const', value: cpu, type: 'cpu_t' };
      const { slot } = this.at(c);
      return op('or', op('eq', c, { e: 'cpu', type: 'cpu_t' }), op('not', op('and', this.field(slot, 'held', 'bool'), ...(at ? this.isAt(slot, at) : []))));
    });
    return op('and', ...others);
  }

  fill(at: PlaceRef, value: Expr, held: boolean, loc: Loc): Stmt[] {
    const fields = { full: TRUE, ...(held ? { held: TRUE } : {}), ...Object.fromEntries(at.index.map((e, i) => [field(this.place, i), e])) };
    return [
      { s: 'store', place: this.own.value, value, loc },
      { s: 'store', place: this.own.slot, value: { e: 'record', fields, type: this.type.name }, loc },
    ];
  }

  private get cell(): PlaceRef {
    return { place: this.place.name, index: this.index(this.own.slot) };
  }

  mayDrain(): Expr {
    return op('and', this.isFull(), this.unheldByOthers(this.cell));
  }

  /** To memory; an empty buffer is all zeroes, so that states that behave alike are equal. */
  drain(loc: Loc): Stmt[] {
    return [
      { s: 'store', place: this.cell, value: this.value(), loc },
      { s: 'store', place: this.own.value, value: zero(this.place.type), loc },
      { s: 'store', place: this.own.slot, value: zero(this.type.name), loc },
    ];
  }
}

/** The first value of a type; of a record, no field given. */
const zero = (type: string): Expr => ({ e: 'const', value: 0, type });

export function bufferedIn(place: PlaceDecl, program: Program): Entry {
  const cpu = program.types.find((t) => t.name === 'cpu_t');
  return new Entry(place, cpu?.kind === 'index' ? cpu.size : 1);
}
