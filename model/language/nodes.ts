/**
 * Blocks to nodes: liveness, register allocation, and the free computation after each step folded into it.
 * Dead variables are zeroed on the way into a node, so states that behave alike are equal.
 */
import type { Access, Action, GExpr, GNode, GReg } from './graph.ts';
import type { Block, Variable } from './blocks.ts';
import { LanguageError } from './errors.ts';
import { gcond, mayLeave, num, outside } from './lower-expr.ts';

type Step = Extract<Block, { b: 'step' }>;
type Target = Step | Extract<Block, { b: 'end' }>;
type Live = ReadonlySet<number>;

interface ThreadInput {
  readonly entry: Block;
  readonly variables: readonly Variable[];
  readonly thread: number;
  /** Ids start here. */
  readonly firstNode: number;
  readonly firstReg: number;
}

interface ThreadOutput {
  readonly nodes: readonly GNode[];
  readonly regs: readonly GReg[];
  readonly start: number;
  readonly init: readonly { readonly reg: number; readonly value: number }[];
}

const NONE: Live = new Set();

/** Follows loop entries to a block that does something. */
function resolve(b: Block): Exclude<Block, { b: 'jump' }> {
  let at = b;
  while (at.b === 'jump') {
    if (!at.target) throw new Error('loop without a body');
    at = at.target;
  }
  return at;
}

function successors(b: Block): Block[] {
  if (b.b === 'end') return [];
  if (b.b === 'if') return [resolve(b.then), resolve(b.else)];
  if (b.b === 'jump') return [resolve(b)];
  return [resolve(b.next)];
}

export function regsIn(e: GExpr, into: Set<number>): void {
  switch (e.g) {
    case 'reg': into.add(e.reg); return;
    case 'cell': regsIn(e.index, into); return;
    case 'op': for (const a of e.args) regsIn(a, into); return;
    case 'cond': regsIn(e.test, into); regsIn(e.then, into); regsIn(e.else, into); return;
    default: return;
  }
}

function readsCells(e: GExpr): boolean {
  switch (e.g) {
    case 'cell': case 'ended': return true;
    case 'op': return e.args.some(readsCells);
    case 'cond': return readsCells(e.test) || readsCells(e.then) || readsCells(e.else);
    default: return false;
  }
}

/** Liveness over one thread's blocks, with what it finds on the way. */
class Liveness {
  readonly order: Block[] = [];
  private readonly liveIn = new Map<Block, Live>();

  constructor(entry: Block) {
    this.collect(resolve(entry));
    for (let changed = true; changed;) {
      changed = false;
      for (const b of this.order) {
        const now = this.transfer(b);
        if (now.size !== (this.liveIn.get(b) ?? NONE).size) {
          this.liveIn.set(b, now);
          changed = true;
        }
      }
    }
  }

  /** Postorder, so that most uses are seen before their definitions. */
  private collect(start: Block): void {
    const seen = new Set<Block>();
    const visit = (b: Block): void => {
      if (seen.has(b)) return;
      seen.add(b);
      for (const s of successors(b)) visit(s);
      this.order.push(b);
    };
    visit(start);
  }

  in(b: Block): Live {
    return this.liveIn.get(resolve(b)) ?? NONE;
  }

  private transfer(b: Block): Live {
    switch (b.b) {
      case 'end': case 'jump': return NONE;
      case 'set': {
        const after = this.in(b.next);
        return after.has(b.variable) ? plus(minus(after, b.variable), b.value) : after;
      }
      case 'write': return plus(plus(this.in(b.next), b.index), b.value);
      case 'if': return plus(new Set([...this.in(b.then), ...this.in(b.else)]), b.test);
      case 'step': {
        const { live } = backward(b.effects, this.in(b.next));
        return b.guard ? plus(live, b.guard) : live;
      }
    }
  }
}

function plus(live: Live, e: GExpr): Live {
  const out = new Set(live);
  regsIn(e, out);
  return out;
}

function minus(live: Live, v: number): Live {
  const out = new Set(live);
  out.delete(v);
  return out;
}

/** Effects without dead sets, and what is live before them. `onDef` sees each definition with what lives past it. */
function backward(effects: readonly Action[], after: Live, onDef?: (v: number, live: Live) => void): { readonly kept: Action[]; readonly live: Live } {
  let live = after;
  const kept: Action[] = [];
  for (const a of [...effects].reverse()) {
    if (a.a === 'set') {
      if (!live.has(a.reg)) continue;
      live = minus(live, a.reg);
      onDef?.(a.reg, live);
      live = plus(live, a.value);
      kept.unshift(a);
    } else if (a.a === 'write') {
      live = plus(plus(live, a.index), a.value);
      kept.unshift(a);
    } else if (a.a === 'if') {
      const then = backward(a.then, live, onDef);
      const otherwise = backward(a.else, live, onDef);
      if (then.kept.length + otherwise.kept.length === 0) continue;
      live = plus(new Set([...then.live, ...otherwise.live]), a.test);
      kept.unshift({ ...a, then: then.kept, else: otherwise.kept });
    }
  }
  return { kept, live };
}

interface Slot {
  readonly size: number;
  /** Holds its value across steps. */
  readonly stored: boolean;
}

/** Variables to slots: those that never live together share one. */
function allocate(input: ThreadInput, liveness: Liveness): { readonly slotOf: ReadonlyMap<number, number>; readonly slots: readonly Slot[] } {
  const conflicts = new Map<number, Set<number>>();
  const used = new Set<number>();
  const conflict = (a: number, b: number): void => {
    if (a === b) return;
    (conflicts.get(a) ?? conflicts.set(a, new Set()).get(a))?.add(b);
    (conflicts.get(b) ?? conflicts.set(b, new Set()).get(b))?.add(a);
  };
  const onDef = (v: number, live: Live): void => {
    used.add(v);
    for (const w of live) conflict(v, w);
  };
  const stored = new Set<number>();
  for (const b of liveness.order) {
    if (b.b === 'set' && liveness.in(b.next).has(b.variable)) onDef(b.variable, liveness.in(b.next));
    if (b.b !== 'step') continue;
    for (const v of liveness.in(b)) stored.add(v);
    backward(b.effects, liveness.in(b.next), onDef);
  }
  // Values that only live inside one step never share with those a state must hold, so they cost no bits.
  const order = [...used].sort((a, b) => Number(stored.has(b)) - Number(stored.has(a)) || sizeOf(input, b) - sizeOf(input, a) || a - b);
  return colour(order, conflicts, stored, input);
}

function sizeOf(input: ThreadInput, v: number): number {
  return (input.variables[v] as Variable).size;
}

function colour(order: readonly number[], conflicts: ReadonlyMap<number, ReadonlySet<number>>, stored: Live, input: ThreadInput): { readonly slotOf: ReadonlyMap<number, number>; readonly slots: readonly Slot[] } {
  const slotOf = new Map<number, number>();
  const slots: Slot[] = [];
  for (const v of order) {
    const taken = new Set([...(conflicts.get(v) ?? [])].map((w) => slotOf.get(w)));
    let slot = 0;
    while (slot < slots.length && (taken.has(slot) || slots[slot]?.stored !== stored.has(v))) slot++;
    slotOf.set(v, slot);
    slots[slot] = { size: Math.max(slots[slot]?.size ?? 0, sizeOf(input, v)), stored: stored.has(v) };
  }
  return { slotOf, slots };
}

export function buildThread(input: ThreadInput): ThreadOutput {
  const liveness = new Liveness(input.entry);
  const { slotOf, slots } = allocate(input, liveness);
  return new NodeBuilder(input, liveness, slotOf, slots).build();
}

class NodeBuilder {
  private readonly ids = new Map<Target, number>();
  private readonly queue: Target[] = [];
  private readonly input: ThreadInput;
  private readonly liveness: Liveness;
  private readonly slotOf: ReadonlyMap<number, number>;
  private readonly slots: readonly Slot[];

  constructor(input: ThreadInput, liveness: Liveness, slotOf: ReadonlyMap<number, number>, slots: readonly Slot[]) {
    this.input = input;
    this.liveness = liveness;
    this.slotOf = slotOf;
    this.slots = slots;
  }

  build(): ThreadOutput {
    const { start, values } = this.enter();
    const startId = this.id(start);
    const nodes: GNode[] = [];
    for (let i = 0; i < this.queue.length; i++) nodes.push(this.node(this.queue[i] as Target));
    const locks = heldLocks(nodes, startId, this.queue, this.input.firstNode);
    const init = [...this.liveness.in(start)].map((v) => ({ reg: this.slot(v), value: values.get(v) ?? 0 })).filter((x) => x.value !== 0);
    const regs = this.slots.map(({ size, stored }): GReg => ({ size, thread: this.input.thread, ...(stored ? {} : { transient: true }) }));
    return { nodes: nodes.map((n, i) => ({ ...n, locks: locks[i] ?? [] })), regs, start: startId, init };
  }

  private slot(v: number): number {
    const slot = this.slotOf.get(v);
    if (slot === undefined) throw new Error(`variable ${v} has no register`);
    return this.input.firstReg + slot;
  }

  private id(t: Target): number {
    const known = this.ids.get(t);
    if (known !== undefined) return known;
    const id = this.input.firstNode + this.queue.length;
    this.ids.set(t, id);
    this.queue.push(t);
    return id;
  }

  /** Runs what precedes the first step; it cannot depend on shared state. */
  private enter(): { readonly start: Target; readonly values: ReadonlyMap<number, number> } {
    const values = new Map<number, number>();
    let b = resolve(this.input.entry);
    for (;;) {
      if (b.b === 'step' || b.b === 'end') return { start: b, values };
      if (b.b === 'write' || (b.b === 'if' && readsCells(b.test)) || (b.b === 'set' && readsCells(b.value))) {
        throw new LanguageError('PT006', b.loc, 'this track() or assert() comes before the first step of its thread and rides with none', 'put a step before it, if need be a skip()');
      }
      if (b.b === 'set') {
        values.set(b.variable, this.initial(b, values));
        b = resolve(b.next);
      } else {
        b = resolve(evaluate(b.test, values) ? b.then : b.else);
      }
    }
  }

  private initial(b: Extract<Block, { b: 'set' }>, values: ReadonlyMap<number, number>): number {
    const value = evaluate(b.value, values);
    const { name, type, size } = this.input.variables[b.variable] as Variable;
    if (value >= 0 && value < size) return value;
    throw new LanguageError('PT008', b.loc, `${name} becomes ${value}, which is no ${type} (0 … ${size - 1})`, 'keep it in range or widen the type');
  }

  private node(t: Target): GNode {
    const id = this.ids.get(t) as number;
    const base = { id, thread: this.input.thread, locks: [] };
    if (t.b === 'end') {
      return { ...base, kind: 'end', guard: null, choices: 1, code: [], footprint: [], stack: [], text: 'end', origin: '', live: [] };
    }
    const liveIn = this.liveness.in(t);
    const { kept } = backward(t.effects, this.liveness.in(t.next));
    const touched = new Set([...liveIn].map((v) => this.slot(v)));
    setsIn(kept, (v) => touched.add(this.slot(v)));
    const code = [...this.actions(kept), ...this.ride(t.next, touched, 0)];
    const { lock, stmt } = t.meta;
    return {
      ...base,
      kind: 'step',
      guard: t.guard && this.expr(t.guard),
      choices: t.choices,
      code,
      footprint: footprint(t.guard, t.effects),
      stack: t.meta.stack,
      text: t.meta.text,
      origin: t.meta.origin,
      live: [...liveIn].map((v) => ({ reg: this.slot(v), name: (this.input.variables[v] as Variable).name, type: (this.input.variables[v] as Variable).type })),
      ...(lock ? { lock: { op: lock.op, place: lock.placeId, cell: lock.index.g === 'const' ? lock.index.value : null, mode: lock.mode, spinning: lock.spinning } } : {}),
      ...(stmt.s === 'atomic' ? { atomicWhy: stmt.why } : {}),
    };
  }

  /** The free computation up to the next step, as a tree that ends in gotos. */
  private ride(b: Block, touched: ReadonlySet<number>, depth: number): Action[] {
    // validate() refuses such loops where they are written; this is the net under it.
    if (depth > 10_000) throw new LanguageError('PT002', null, 'a loop goes round without a step', 'put a step on every way round');
    const at = resolve(b);
    switch (at.b) {
      case 'step': case 'end': return this.goto(at, touched);
      case 'write': return [{ a: 'write', place: at.place, index: this.expr(at.index), value: this.expr(at.value) }, ...this.ride(at.next, touched, depth + 1)];
      case 'if': return [{ a: 'if', test: this.expr(at.test), then: this.ride(at.then, touched, depth + 1), else: this.ride(at.else, touched, depth + 1) }];
      case 'set': {
        if (!this.liveness.in(at.next).has(at.variable)) return this.ride(at.next, touched, depth + 1);
        const slot = this.slot(at.variable);
        return [{ a: 'set', reg: slot, value: this.value(at.variable, at.value) }, ...this.ride(at.next, new Set(touched).add(slot), depth + 1)];
      }
    }
  }

  private goto(t: Target, touched: ReadonlySet<number>): Action[] {
    const live = new Set([...this.liveness.in(t)].map((v) => this.slot(v)));
    const zero = [...touched].filter((s) => !live.has(s)).map((s): Action => ({ a: 'set', reg: s, value: { g: 'const', value: 0 } }));
    return [...zero, { a: 'goto', node: this.id(t) }];
  }

  /** What a variable is set to. Where its register holds larger types too, the register's range check is not enough. */
  private value(v: number, e: GExpr): GExpr {
    const value = this.expr(e);
    const size = sizeOf(this.input, v);
    const room = (this.slots[this.slotOf.get(v) as number] as Slot).size;
    return room > size && mayLeave(e, size) ? gcond(outside(value, size), num(room), value) : value;
  }

  private expr(e: GExpr): GExpr {
    switch (e.g) {
      case 'reg': return { g: 'reg', reg: this.slot(e.reg) };
      case 'cell': return { ...e, index: this.expr(e.index) };
      case 'op': return { ...e, args: e.args.map((a) => this.expr(a)) };
      case 'cond': return { ...e, test: this.expr(e.test), then: this.expr(e.then), else: this.expr(e.else) };
      default: return e;
    }
  }

  private actions(list: readonly Action[]): Action[] {
    return list.map((a): Action => {
      if (a.a === 'set') return { a: 'set', reg: this.slot(a.reg), value: this.value(a.reg, a.value) };
      if (a.a === 'write') return { ...a, index: this.expr(a.index), value: this.expr(a.value) };
      if (a.a === 'if') return { a: 'if', test: this.expr(a.test), then: this.actions(a.then), else: this.actions(a.else) };
      return a;
    });
  }
}

function setsIn(list: readonly Action[], visit: (v: number) => void): void {
  for (const a of list) {
    if (a.a === 'set') visit(a.reg);
    if (a.a === 'if') {
      setsIn(a.then, visit);
      setsIn(a.else, visit);
    }
  }
}

function evaluate(e: GExpr, values: ReadonlyMap<number, number>): number {
  switch (e.g) {
    case 'const': return e.value;
    case 'reg': return values.get(e.reg) ?? 0;
    case 'cond': return evaluate(e.test, values) ? evaluate(e.then, values) : evaluate(e.else, values);
    case 'op': {
      const [a, b] = e.args.map((x) => evaluate(x, values)) as [number, number];
      const table: Record<string, number> = {
        not: a ? 0 : 1, eq: Number(a === b), ne: Number(a !== b), lt: Number(a < b), le: Number(a <= b),
        add: a + b, sub: a - b, bitand: a & b, bitor: a | b, shl: a << b, shr: a >>> b,
        and: Number(e.args.every((x) => evaluate(x, values))), or: Number(e.args.some((x) => evaluate(x, values))),
      };
      return table[e.op] as number;
    }
    default: throw new Error('shared state before the first step');
  }
}

/** Shared accesses of a step, ghost and latch writes excluded (they ride, they are not in the effects' steps). */
function footprint(guard: GExpr | null, effects: readonly Action[]): Access[] {
  const found = new Map<string, { place: number; cell: number | null; read: boolean; write: boolean }>();
  const note = (place: number, index: GExpr, mode: 'read' | 'write'): void => {
    const cell = index.g === 'const' ? index.value : null;
    const key = `${place}:${String(cell)}`;
    const entry = found.get(key) ?? { place, cell, read: false, write: false };
    entry[mode] = true;
    found.set(key, entry);
  };
  const reads = (e: GExpr): void => {
    if (e.g === 'cell') {
      note(e.place, e.index, 'read');
      reads(e.index);
    } else if (e.g === 'op') e.args.forEach(reads);
    else if (e.g === 'cond') [e.test, e.then, e.else].forEach(reads);
  };
  const visit = (list: readonly Action[]): void => {
    for (const a of list) {
      if (a.a === 'set') reads(a.value);
      if (a.a === 'write') {
        note(a.place, a.index, 'write');
        reads(a.index);
        reads(a.value);
      }
      if (a.a === 'if') {
        reads(a.test);
        visit(a.then);
        visit(a.else);
      }
    }
  };
  if (guard) reads(guard);
  visit(effects);
  return [...found.values()].map((f) => ({ place: f.place, cell: f.cell, mode: f.read && f.write ? 'rmw' : f.write ? 'write' : 'read' }));
}

/** Locks held on every way to each node, by forward dataflow (intersection at joins). */
function heldLocks(nodes: readonly GNode[], start: number, targets: readonly Target[], first: number): string[][] {
  const at: (Map<string, string> | null)[] = nodes.map(() => null);
  at[start - first] = new Map();
  const work = [start - first];
  while (work.length > 0) {
    const i = work.pop() as number;
    const node = nodes[i] as GNode;
    const out = afterLock(at[i] as Map<string, string>, targets[i] as Target);
    gotos(node.code, (target) => {
      const j = target - first;
      const have = at[j];
      const next = have ? new Map([...have].filter(([k]) => out.has(k))) : new Map(out);
      if (!have || next.size !== have.size) {
        at[j] = next;
        work.push(j);
      }
    });
  }
  return at.map((m) => [...(m?.values() ?? [])]);
}

function afterLock(held: ReadonlyMap<string, string>, t: Target): Map<string, string> {
  const out = new Map(held);
  const lock = t.b === 'step' ? t.meta.lock : null;
  if (!lock) return out;
  const key = `${lock.placeId}:${JSON.stringify(lock.index)}`;
  if (lock.op === 'acquire') out.set(key, lock.mode === 'shared' ? `${lock.shown} (shared)` : lock.shown);
  if (lock.op === 'release') out.delete(key);
  return out;
}

function gotos(list: readonly Action[], visit: (node: number) => void): void {
  for (const a of list) {
    if (a.a === 'goto') visit(a.node);
    if (a.a === 'if') {
      gotos(a.then, visit);
      gotos(a.else, visit);
    }
  }
}
