/** Expressions to numbers: declared types become bit fields, indices become flat cells, constants fold. */
import type { Expr, PlaceRef, Program, TypeDecl } from './ir.ts';
import type { GExpr, GOp, GType } from './graph.ts';
import { sizeOf, widthOf } from './sizes.ts';

export interface PlaceInfo {
  readonly id: number;
  readonly dims: readonly number[];
  readonly size: number;
}

export type Env = ReadonlyMap<number, GExpr>;

/** Key under which an environment holds the thread's CPU; locals are 0 and up. */
export const CPU = -1;

export const num = (value: number): GExpr => ({ g: 'const', value });

/** Types, places and threads of a program as numbers. */
export class Tables {
  readonly types: ReadonlyMap<string, TypeDecl>;
  readonly gtypes: Record<string, GType> = {};
  readonly places = new Map<string, PlaceInfo>();
  /** Threads that must end; `quiescent` is that all of them have. */
  readonly mustEnd: readonly number[];

  constructor(program: Program, kept: ReadonlySet<string>) {
    this.types = new Map(program.types.map((t) => [t.name, t]));
    for (const t of program.types) this.gtypes[t.name] = this.gtype(t);
    const places = program.places.filter((p) => kept.has(p.name));
    places.forEach((p, id) => this.places.set(p.name, { id, dims: p.dims.map((d) => this.size(d)), size: this.size(p.type) }));
    this.mustEnd = program.threads.flatMap((t, i) => (t.daemon === 'no' ? [i] : []));
  }

  size(type: string): number {
    return sizeOf(this.types.get(type) as TypeDecl, (f) => this.width(f));
  }

  width(type: string): number {
    return widthOf(this.size(type));
  }

  private gtype(t: TypeDecl): GType {
    const size = this.size(t.name);
    if (t.kind === 'enum') return { kind: 'enum', name: t.name, size, values: t.values };
    if (t.kind !== 'record') return { kind: t.kind, name: t.name, size };
    let shift = 0;
    const fields = t.fields.map((f) => {
      const width = this.width(f.type);
      const field = { name: f.name, type: f.type, shift, width };
      shift += width;
      return field;
    });
    return { kind: 'record', name: t.name, size, fields };
  }

  field(record: string, name: string): { readonly shift: number; readonly width: number } {
    const t = this.gtypes[record];
    const f = t?.kind === 'record' ? t.fields.find((x) => x.name === name) : undefined;
    if (!f) throw new Error(`${record} has no field ${name}`);
    return f;
  }

  place(name: string): PlaceInfo {
    const p = this.places.get(name);
    if (!p) throw new Error(`place ${name} is not in the program`);
    return p;
  }
}

const FOLD: Readonly<Record<GOp, (a: number, b: number) => number>> = {
  not: (a) => (a ? 0 : 1),
  and: (a, b) => (a && b ? 1 : 0),
  or: (a, b) => (a || b ? 1 : 0),
  eq: (a, b) => (a === b ? 1 : 0),
  ne: (a, b) => (a !== b ? 1 : 0),
  lt: (a, b) => (a < b ? 1 : 0),
  le: (a, b) => (a <= b ? 1 : 0),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  bitand: (a, b) => a & b,
  bitor: (a, b) => a | b,
  shl: (a, b) => a << b,
  shr: (a, b) => a >>> b,
};

/** An operation with constants folded and neutral elements dropped; and/or take any number of arguments. */
export function gop(op: GOp, ...args: readonly GExpr[]): GExpr {
  if (op === 'and' || op === 'or') return junction(op, args);
  const [a, b] = args as [GExpr, GExpr | undefined];
  if (a.g === 'const' && (b === undefined || b.g === 'const')) return num(FOLD[op](a.value, b ? b.value : 0));
  if (b?.g === 'const' && b.value === 0 && (op === 'bitor' || op === 'shl' || op === 'shr' || op === 'add' || op === 'sub')) return a;
  if (a.g === 'const' && a.value === 0 && (op === 'bitor' || op === 'add')) return b as GExpr;
  return { g: 'op', op, args };
}

function junction(op: 'and' | 'or', args: readonly GExpr[]): GExpr {
  const absorbing = op === 'and' ? 0 : 1;
  const rest: GExpr[] = [];
  for (const a of args) {
    if (a.g !== 'const') rest.push(a);
    else if ((a.value ? 1 : 0) === absorbing) return num(absorbing);
  }
  if (rest.length === 0) return num(1 - absorbing);
  return rest.length === 1 ? (rest[0] as GExpr) : { g: 'op', op, args: rest };
}

export function gcond(test: GExpr, then: GExpr, otherwise: GExpr): GExpr {
  if (test.g === 'const') return test.value ? then : otherwise;
  return { g: 'cond', test, then, else: otherwise };
}

/**
 * The flat cell of a place. The engines refuse what lies beyond its last cell; an index that leaves its own dimension
 * would land in another row unseen, so there the flat index is made one that the place does not have.
 */
export function lowerIndex(ref: PlaceRef, env: Env, t: Tables): GExpr {
  const { dims } = t.place(ref.place);
  const parts = ref.index.map((e) => lowerExpr(e, env, t));
  const flat = parts.reduce<GExpr>((at, part, i) => {
    const scaled = at.g === 'const' ? num(at.value * (dims[i] as number)) : times(at, dims[i] as number);
    return gop('add', scaled, part);
  }, num(0));
  const astray = dims.length < 2 ? [] : parts.flatMap((part, i) => (mayLeave(part, dims[i] as number) ? [outside(part, dims[i] as number)] : []));
  return astray.length === 0 ? flat : gcond(gop('or', ...astray), num(dims.reduce((a, b) => a * b, 1)), flat);
}

/** Whether an index may leave its dimension, which only the access itself finds out. */
export function mayMiss(ref: PlaceRef, env: Env, t: Tables): boolean {
  const { dims } = t.place(ref.place);
  return ref.index.some((e, i) => mayLeave(lowerExpr(e, env, t), dims[i] as number));
}

/** Row-major strides are small: a product is a sum of shifts. */
function times(e: GExpr, n: number): GExpr {
  let sum: GExpr = num(0);
  for (let bit = 0; n >> bit; bit++) {
    if ((n >> bit) & 1) sum = gop('add', sum, gop('shl', e, num(bit)));
  }
  return sum;
}

export function lowerExpr(e: Expr, env: Env, t: Tables): GExpr {
  const sub = (x: Expr): GExpr => lowerExpr(x, env, t);
  switch (e.e) {
    case 'const': return num(e.value);
    case 'local': {
      const bound = env.get(e.id);
      if (!bound) throw new Error(`local ${e.name} is not bound`);
      return bound;
    }
    case 'read': return { g: 'cell', place: t.place(e.place.place).id, index: lowerIndex(e.place, env, t) };
    case 'field': return lowerField(e, sub(e.of), t);
    case 'with': return lowerWith(e, sub(e.of), sub(e.value), t);
    case 'record':
      return Object.entries(e.fields).reduce<GExpr>((w, [k, v]) => gop('bitor', w, placed(e.type, k, v.type, sub(v), t)), num(0));
    case 'op': return gop(e.op, ...e.args.map(sub));
    case 'cond': return gcond(sub(e.test), sub(e.then), sub(e.else));
    case 'macro': return sub(e.body);
    case 'cpu': return env.get(CPU) ?? num(0);
    case 'quiescent': return gop('and', ...t.mustEnd.map((thread): GExpr => ({ g: 'ended', thread })));
    case 'forall': case 'exists': case 'count': return lowerQuantifier(e, env, t);
  }
}

function lowerQuantifier(e: Extract<Expr, { e: 'forall' | 'exists' | 'count' }>, env: Env, t: Tables): GExpr {
  const bodies = Array.from({ length: t.size(e.over) }, (_, i) => lowerExpr(e.body, new Map(env).set(e.var, num(i)), t));
  if (e.e === 'forall') return gop('and', ...bodies);
  if (e.e === 'exists') return gop('or', ...bodies);
  const sum = bodies.reduce((a, b) => gop('add', a, b), num(0));
  const hi = t.size(e.type) - 1;
  return bodies.length > hi ? gcond(gop('lt', num(hi), sum), num(hi), sum) : sum;
}

/*
 * Arithmetic out of range is found when the value is stored or named: it is no value of its register or cell. Inside a
 * record it would spill into the next field unseen, so there the whole word gets a bit above its highest field, which
 * stays set through later `with`s and is no value of any cell of the type either.
 */

function lowerField(e: Extract<Expr, { e: 'field' }>, word: GExpr, t: Tables): GExpr {
  const { shift, width } = t.field(e.of.type, e.field);
  const bits = gop('bitand', gop('shr', word, num(shift)), num(2 ** width - 1));
  const size = t.size(e.of.type);
  return mayLeave(word, size) ? gcond(gop('le', num(size), word), num(t.size(e.type)), bits) : bits;
}

function lowerWith(e: Extract<Expr, { e: 'with' }>, word: GExpr, field: GExpr, t: Tables): GExpr {
  const { shift, width } = t.field(e.type, e.field);
  const size = t.size(e.type);
  const all = mayLeave(word, size) ? 2 * size - 1 : size - 1;
  const others = gop('bitand', word, num(all & ~((2 ** width - 1) << shift)));
  return gop('bitor', others, placed(e.type, e.field, e.value.type, field, t));
}

/** A field's value at its place in the word; the bit above the word if it is no value of the field's type. */
function placed(record: string, field: string, type: string, value: GExpr, t: Tables): GExpr {
  const bits = gop('shl', value, num(t.field(record, field).shift));
  const size = t.size(type);
  return mayLeave(value, size) ? gcond(outside(value, size), num(t.size(record)), bits) : bits;
}

export function outside(value: GExpr, size: number): GExpr {
  return gop('or', gop('lt', value, num(0)), gop('le', num(size), value));
}

/** Whether an expression of a type of that size can be something else than 0 … size-1. Registers and cells never are. */
export function mayLeave(e: GExpr, size: number): boolean {
  switch (e.g) {
    case 'const': return e.value < 0 || e.value >= size;
    case 'cond': return mayLeave(e.then, size) || mayLeave(e.else, size);
    case 'op': return operationMayLeave(e.op, e.args, size);
    default: return false;
  }
}

function operationMayLeave(op: GOp, args: readonly GExpr[], size: number): boolean {
  switch (op) {
    case 'add': case 'sub': return true;
    case 'bitor': return args.some((a) => mayLeave(a, size));
    // Masks are constants, on the right.
    case 'bitand': return args.every((a) => mayLeave(a, size));
    default: return false;
  }
}
