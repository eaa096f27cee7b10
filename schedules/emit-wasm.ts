/** WebAssembly for expressions and actions over a packed state whose words are locals; the counterpart of emit.ts. What leaves its range traps. */
import type { Action, GExpr, GOp, Graph } from '../model/language/graph.ts';
import { bounds, constant, within } from './bounds.ts';
import type { Field, Layout, Segment } from './layout.ts';
import { fieldOf } from './layout.ts';
import { I32, OP, signed, unsigned, VOID, type Bytes } from './wasm.ts';

/** Longest code, in bytes, that is rather computed in vain than jumped over. */
const SHORT = 40;
/** log2 of the alignment of a word. */
const ALIGNED = '\x02';

/** What one generated function needs to know. */
export interface WasmScope {
  readonly graph: Graph;
  readonly layout: Layout;
  /** Number of locals so far, parameters included. */
  locals: number;
  /** Local that holds the first word; the others follow. */
  readonly word: number;
  /** Local that holds the alternative picked. */
  readonly choice: number;
  /** Alternatives at the node. */
  choices: number;
  /** Locals of registers that only live within a step. */
  readonly transients: Map<number, number>;
  /** Traps emitted. */
  traps: number;
  /** By place: address of the initial values of those that are constant and read with an index only known at run time. */
  readonly tableAt: readonly number[];
}

export function get(local: number): Bytes {
  return OP.get + unsigned(local);
}

export function put(local: number): Bytes {
  return OP.set + unsigned(local);
}

export function tee(local: number): Bytes {
  return OP.tee + unsigned(local);
}

export function num(n: number): Bytes {
  return OP.const + signed(n);
}

/** Loads the word at an address on the stack plus `offset` bytes. */
export function loadAt(offset: number): Bytes {
  return OP.load + ALIGNED + unsigned(offset);
}

/** Stores a word at an address plus `offset` bytes; both are on the stack. */
export function storeAt(offset: number): Bytes {
  return OP.store + ALIGNED + unsigned(offset);
}

/** The base of the thread's region of memory. */
export const BASE: Bytes = OP.global + '\0';

/** The address of the i-th word of the thread's region, where i is in a local. */
export function nth(local: number): Bytes {
  return get(local) + num(2) + OP.shl + BASE + OP.add;
}

/** Stores the byte 1 at an address in the thread's region. */
export function mark(address: number): Bytes {
  return BASE + num(1) + OP.store8 + '\0' + unsigned(address);
}

/** An integer expression. */
export function value(s: WasmScope, e: GExpr): Bytes {
  const known = constant(bounds(s.graph, e, s.choices));
  if (known !== null) return num(known);
  switch (e.g) {
    case 'const': return num(e.value);
    case 'reg': return s.graph.regs[e.reg]!.transient ? get(transient(s, e.reg)) : field(s, s.layout.regs[e.reg]!);
    case 'choice': return get(s.choice);
    case 'cell': return cell(s, e.place, e.index);
    case 'cond': return either(s, truth(s, e.test), () => value(s, e.then), () => value(s, e.else));
    case 'ended': return ended(s, e.thread);
    case 'op': {
      const op = ARITHMETIC[e.op];
      return op === undefined ? truth(s, e) : e.args.map((a) => value(s, a)).reduce((a, b) => a + b + op);
    }
  }
}

/** A condition: 0 or 1. */
export function truth(s: WasmScope, e: GExpr): Bytes {
  const range = bounds(s.graph, e, s.choices);
  const known = constant(range);
  if (known !== null) return num(known === 0 ? 0 : 1);
  if (e.g === 'op') {
    if (e.op === 'not') return truth(s, e.args[0]!) + OP.eqz;
    if (e.op === 'and') return e.args.map((a) => () => truth(s, a)).reduce((a, b) => () => both(s, a(), b))();
    if (e.op === 'or') return e.args.map((a) => () => truth(s, a)).reduce((a, b) => () => oneOf(s, a(), b))();
    const op = COMPARISON[e.op];
    if (op !== undefined) return value(s, e.args[0]!) + value(s, e.args[1]!) + op;
  }
  return within(range, 2) ? value(s, e) : value(s, e) + OP.eqz + OP.eqz;
}

/** Actions, in `depth` blocks within the one that the step is. */
export function actions(s: WasmScope, code: readonly Action[], depth: number): Bytes {
  return code.map((a) => action(s, a, depth)).join('');
}

/** 1 when a thread is at its end node. */
export function ended(s: WasmScope, thread: number): Bytes {
  const ends = s.graph.threads[thread]!.nodes.filter((n) => s.graph.nodes[n]!.kind === 'end');
  if (ends.length === 0) return num(0);
  const pc = field(s, s.layout.pcs[thread]!);
  return ends.map((n) => pc + num(s.layout.local[n]!) + OP.eq).reduce((a, b) => a + b + OP.or);
}

const ARITHMETIC: Readonly<Partial<Record<GOp, Bytes>>> = { add: OP.add, sub: OP.sub, bitand: OP.and, bitor: OP.or, shl: OP.shl, shr: OP.shrS };
const COMPARISON: Readonly<Partial<Record<GOp, Bytes>>> = { eq: OP.eq, ne: OP.ne, lt: OP.ltS, le: OP.leS };

/** What could trap must not be evaluated in vain. */
function vain(s: WasmScope, emit: () => Bytes): { readonly code: Bytes; readonly harmless: boolean } {
  const traps = s.traps;
  const code = emit();
  return { code, harmless: s.traps === traps && code.length <= SHORT };
}

function both(s: WasmScope, a: Bytes, emit: () => Bytes): Bytes {
  const b = vain(s, emit);
  return b.harmless ? a + b.code + OP.and : a + OP.if + I32 + b.code + OP.else + num(0) + OP.end;
}

function oneOf(s: WasmScope, a: Bytes, emit: () => Bytes): Bytes {
  const b = vain(s, emit);
  return b.harmless ? a + b.code + OP.or : a + OP.if + I32 + num(1) + OP.else + b.code + OP.end;
}

function either(s: WasmScope, test: Bytes, then: () => Bytes, other: () => Bytes): Bytes {
  const a = vain(s, then);
  const b = vain(s, other);
  return a.harmless && b.harmless ? a.code + b.code + test + OP.select : test + OP.if + I32 + a.code + OP.else + b.code + OP.end;
}

function transient(s: WasmScope, reg: number): number {
  const local = s.transients.get(reg) ?? s.locals++;
  s.transients.set(reg, local);
  return local;
}

function field(s: WasmScope, f: Field): Bytes {
  if (f.width === 0) return num(0);
  const word = get(s.word + f.word);
  const shifted = f.shift === 0 ? word : word + num(f.shift) + OP.shrU;
  return f.shift + f.width === 32 ? shifted : shifted + num(2 ** f.width - 1) + OP.and;
}

function store(s: WasmScope, f: Field, v: Bytes): Bytes {
  if (f.width === 0) return v + OP.drop;
  const mask = (2 ** f.width - 1) << f.shift;
  const shifted = f.shift === 0 ? v : v + num(f.shift) + OP.shl;
  return get(s.word + f.word) + num(~mask) + OP.and + shifted + OP.or + put(s.word + f.word);
}

function action(s: WasmScope, a: Action, depth: number): Bytes {
  switch (a.a) {
    case 'goto': {
      const node = s.graph.nodes[a.node]!;
      return store(s, s.layout.pcs[node.thread]!, num(s.layout.local[a.node]!)) + OP.br + unsigned(depth);
    }
    case 'set': {
      const { size, transient: local } = s.graph.regs[a.reg]!;
      const v = inRange(s, a.value, size);
      return local ? v + put(transient(s, a.reg)) : store(s, s.layout.regs[a.reg]!, v);
    }
    case 'if': return truth(s, a.test) + OP.if + VOID + actions(s, a.then, depth + 1) + OP.else + actions(s, a.else, depth + 1) + OP.end;
    case 'write': return write(s, a.place, a.index, a.value);
  }
}

/** The value, checked at run time unless the interval analysis shows it to be one of 0 … size-1. */
function inRange(s: WasmScope, e: GExpr, size: number): Bytes {
  const v = value(s, e);
  if (within(bounds(s.graph, e, s.choices), size)) return v;
  s.traps++;
  const t = s.locals++;
  return v + tee(t) + num(size) + OP.geU + OP.if + VOID + OP.unreachable + OP.end + get(t);
}

function cell(s: WasmScope, place: number, index: GExpr): Bytes {
  const p = s.graph.places[place]!;
  const segs = s.layout.places[place]!;
  const known = constant(bounds(s.graph, index, s.choices));
  if (known !== null && known >= 0 && known < p.cells) {
    const f = fieldOf(segs, known);
    return f === null ? num(p.initial[known]!) : field(s, f);
  }
  const i = inRange(s, index, p.cells);
  if (segs.length === 0) return i + num(2) + OP.shl + loadAt(s.tableAt[place]!);
  const t = s.locals++;
  return i + put(t) + chain(segs, t, I32, (seg) => get(s.word + seg.word) + position(seg, t) + OP.shrU + num(2 ** seg.width - 1) + OP.and);
}

/** The segment that the index in local `t` lies in, of consecutive ones. */
function chain(segs: readonly Segment[], t: number, type: Bytes, use: (seg: Segment) => Bytes): Bytes {
  const [first, ...rest] = segs;
  if (rest.length === 0) return use(first!);
  return get(t) + num(first!.first + first!.count) + OP.ltS + OP.if + type + use(first!) + OP.else + chain(rest, t, type, use) + OP.end;
}

/** Shift of the cell whose index is in local `t`. */
function position(seg: Segment, t: number): Bytes {
  const base = seg.shift - seg.first * seg.width;
  const scaled = seg.width === 1 ? get(t) : get(t) + num(seg.width) + OP.mul;
  return base === 0 ? scaled : scaled + num(base) + OP.add;
}

function write(s: WasmScope, place: number, index: GExpr, e: GExpr): Bytes {
  const p = s.graph.places[place]!;
  const segs = s.layout.places[place]!;
  const v = inRange(s, e, p.size);
  const known = constant(bounds(s.graph, index, s.choices));
  if (known !== null && known >= 0 && known < p.cells) {
    const f = fieldOf(segs, known);
    return f === null ? v + OP.drop : store(s, f, v);
  }
  const i = s.locals++;
  const x = s.locals++;
  const assign = (seg: Segment): Bytes => {
    const word = s.word + seg.word;
    return get(word) + num(2 ** seg.width - 1) + position(seg, i) + OP.shl + num(-1) + OP.xor + OP.and
      + get(x) + position(seg, i) + OP.shl + OP.or + put(word);
  };
  if (segs.length === 0) return inRange(s, index, p.cells) + OP.drop + v + OP.drop;
  return inRange(s, index, p.cells) + put(i) + v + put(x) + chain(segs, i, VOID, assign);
}
