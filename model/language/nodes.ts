/**
 * Blocks to nodes: liveness, register allocation, and the free computation after each step folded into it.
 * Dead variables are zeroed on the way into a node, so states that behave alike are equal.
 */
import type { Action, GExpr, GNode, GReg } from './graph.ts';
import type { Block, Variable } from './blocks.ts';
import { LanguageError } from './errors.ts';
import { footprint } from './footprint.ts';
import { heldLocks } from './held-locks.ts';
import { backward, Liveness, resolve } from './liveness.ts';
import { gcond, mayLeave, num, outside } from './lower-expr.ts';
import { allocate, type Allocation } from './registers.ts';

type Target = Extract<Block, { b: 'step' | 'end' }>;

interface ThreadInput {
  readonly entry: Block;
  readonly variables: readonly Variable[];
  readonly thread: number;
  /** Ids start here. */
  readonly firstNode: number;
  readonly firstReg: number;
  readonly isGhost: (place: number) => boolean;
}

interface ThreadOutput {
  readonly nodes: readonly GNode[];
  readonly regs: readonly GReg[];
  readonly start: number;
  readonly init: readonly { readonly reg: number; readonly value: number }[];
}

function readsCells(e: GExpr): boolean {
  switch (e.g) {
    case 'cell': case 'ended': return true;
    case 'op': return e.args.some(readsCells);
    case 'cond': return readsCells(e.test) || readsCells(e.then) || readsCells(e.else);
    default: return false;
  }
}

/** One thread's blocks as nodes, with the registers they need. */
export function buildThread(input: ThreadInput): ThreadOutput {
  const liveness = new Liveness(input.entry);
  return new NodeBuilder(input, liveness, allocate(input.variables, liveness)).build();
}

class NodeBuilder {
  private readonly ids = new Map<Target, number>();
  private readonly queue: Target[] = [];
  private readonly input: ThreadInput;
  private readonly liveness: Liveness;
  private readonly allocation: Allocation;

  constructor(input: ThreadInput, liveness: Liveness, allocation: Allocation) {
    this.input = input;
    this.liveness = liveness;
    this.allocation = allocation;
  }

  build(): ThreadOutput {
    const { start, values } = this.enter();
    const startId = this.id(start);
    const nodes: GNode[] = [];
    for (let i = 0; i < this.queue.length; i++) nodes.push(this.node(this.queue[i] as Target));
    const locks = heldLocks(nodes, startId, this.queue, this.input.firstNode);
    const init = [...this.liveness.in(start)].map((v) => ({ reg: this.slot(v), value: values.get(v) ?? 0 })).filter((x) => x.value !== 0);
    const regs = this.allocation.slots.map(({ size, stored }): GReg => ({ size, thread: this.input.thread, ...(stored ? {} : { transient: true }) }));
    return { nodes: nodes.map((n, i) => ({ ...n, locks: locks[i] ?? [] })), regs, start: startId, init };
  }

  private slot(v: number): number {
    const slot = this.allocation.slotOf.get(v);
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
      footprint: footprint(t.guard, t.effects, this.input.isGhost),
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
    const { size } = this.input.variables[v] as Variable;
    const room = this.allocation.slots[this.allocation.slotOf.get(v) as number]?.size ?? size;
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

