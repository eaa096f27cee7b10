/**
 * Random graphs for fast-check: several threads over shared places (arrays indexed at run time included), registers,
 * guards, choices, branches and loops. Every value and index is in range. Decoded from a list of numbers in which 0
 * always means the simplest alternative, so that shrinking simplifies the graph.
 */
import fc from 'fast-check';
import type { Action, GConjunct, GExpr, GOp, GProperty, Graph } from '../../model/language/graph.ts';
import type { Daemon } from '../../model/language/ir.ts';
import { cell, choice, cond, ended, goto, graph, num, op, reg, set, when, write } from './build.ts';
import type { GraphSpec, NodeSpec, ThreadSpec } from './build.ts';

/** Graphs of a few states up to some ten thousand. Unbiased: a bias to small numbers would make nearly all trivial. */
export const graphs: fc.Arbitrary<Graph> = fc
  .noBias(fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 1200, maxLength: 1200 }))
  .map((numbers) => graph(new Decoder(numbers).spec()));

interface World {
  readonly places: readonly { readonly size: number; readonly cells: number; readonly initial: readonly number[] }[];
  readonly regs: readonly (readonly number[])[];
}

/** Registers usable here and whether a choice is at hand. */
interface Ctx {
  readonly regs: readonly number[];
  readonly choices: number;
}

class Decoder {
  private at = 0;
  private readonly numbers: readonly number[];
  private world: World = { places: [], regs: [] };

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  spec(): GraphSpec {
    const threads = [2, 3, 3, 1][this.pick(4)]!;
    const places = this.list(1 + this.pick(4), () => this.place());
    this.world = { places, regs: this.list(threads, () => this.list(this.pick(3), () => 1 + this.pick(5))) };
    return {
      places, regs: this.world.regs,
      threads: this.list(threads, (t) => this.thread(t)),
      properties: this.pick(2) === 1 ? this.list(1 + this.pick(2), (i) => this.property(i)) : [],
      reaches: this.list(this.pick(2), (i) => ({ name: `reach${i}`, expr: this.bool({ regs: [], choices: 1 }, 2) })),
    };
  }

  private place(): World['places'][number] {
    const size = [2, 3, 4, 1, 8, 200_000][this.pick(6)]!;
    const cells = [1, 2, 3, 4, 9, 40][this.pick(6)]!;
    return { size, cells, initial: this.list(cells, () => (this.pick(4) === 3 ? this.pick(size) : 0)) };
  }

  private thread(t: number): ThreadSpec {
    const first = this.world.regs.slice(0, t).flat().length;
    const regs = this.world.regs[t]!.map((_, i) => first + i);
    const nodes = 3 + this.pick(4);
    const daemon: Daemon = (['no', 'no', 'no', 'service', 'optional'] as const)[this.pick(5)]!;
    const init = regs.filter(() => this.pick(4) === 3).map((r) => ({ reg: r, value: this.pick(this.sizeOf(r)) }));
    return { daemon, init, start: this.pick(4) === 3 ? this.pick(nodes) : 0, nodes: this.list(nodes, (i) => this.node(regs, i, nodes)) };
  }

  private node(regs: readonly number[], i: number, nodes: number): NodeSpec {
    const choices = this.pick(4) === 3 ? 2 + this.pick(2) : 1;
    const guard = this.pick(9) === 8 ? { guard: this.bool({ regs, choices: 1 }, 2) } : {};
    return { ...guard, choices, code: this.code({ regs, choices }, i, nodes, 2) };
  }

  /** Actions that end in a goto: mostly the next node, sometimes any. */
  private code(ctx: Ctx, i: number, nodes: number, depth: number): Action[] {
    const actions = this.list(1 + this.pick(2), () => this.action(ctx, depth));
    const next = (): Action => goto(this.pick(5) === 4 ? this.pick(nodes + 1) - 1 : i + 1 < nodes ? i + 1 : -1);
    switch (depth > 0 ? this.pick(4) : 0) {
      case 2: return [...actions, when(this.bool(ctx, 2), this.code(ctx, i, nodes, depth - 1), this.code(ctx, i, nodes, depth - 1))];
      case 3: return [...actions, when(this.bool(ctx, 2), [...actions, next()]), ...this.list(1, () => this.action(ctx, 0)), next()];
      default: return [...actions, next()];
    }
  }

  private action(ctx: Ctx, depth: number): Action {
    if (depth > 0 && this.pick(5) === 4) return when(this.bool(ctx, 1), [this.action(ctx, depth - 1)], [this.action(ctx, depth - 1)]);
    if (ctx.regs.length > 0 && this.pick(2) === 1) {
      const r = ctx.regs[this.pick(ctx.regs.length)]!;
      return set(r, this.value(ctx, this.sizeOf(r), 2));
    }
    const p = this.pick(this.world.places.length);
    const { size, cells } = this.world.places[p]!;
    return write(p, this.value(ctx, cells, 1), this.value(ctx, size, 2));
  }

  /** An expression whose values are 0 … size-1. Clipping names it twice: without an end to the depth it would be endless. */
  private value(ctx: Ctx, size: number, depth: number): GExpr {
    if (depth < -1) return num(this.pick(Math.min(size, 3)));
    switch (depth > 0 ? this.pick(5) : this.pick(2)) {
      case 1: return this.clip(this.leaf(ctx, depth), size);
      case 2: return this.clip(op(['add', 'sub', 'bitand', 'bitor', 'shl', 'shr'][this.pick(6)] as GOp, this.leaf(ctx, 0), num(1 + this.pick(3))), size);
      case 3: return cond(this.bool(ctx, 1), this.value(ctx, size, depth - 1), this.value(ctx, size, depth - 1));
      case 4: return this.clip(op('bitor', op('shl', this.leaf(ctx, 0), num(this.pick(3))), this.leaf(ctx, 0)), size);
      default: return num(this.pick(Math.min(size, 3)));
    }
  }

  private clip(e: GExpr, size: number): GExpr {
    const mask = 2 ** (32 - Math.clz32(size - 1)) - 1;
    const low = op('bitand', e, num(mask));
    return mask === size - 1 ? low : cond(op('lt', low, num(size)), low, 0);
  }

  private leaf(ctx: Ctx, depth: number): GExpr {
    const kind = this.pick(3);
    if (kind === 1 && ctx.regs.length > 0) return reg(ctx.regs[this.pick(ctx.regs.length)]!);
    if (kind === 2 && ctx.choices > 1) return choice;
    const p = this.pick(this.world.places.length);
    return cell(p, this.value(ctx, this.world.places[p]!.cells, depth - 1));
  }

  private bool(ctx: Ctx, depth: number): GExpr {
    switch (this.pick(depth > 0 ? 6 : 2)) {
      case 1: return op(['ne', 'lt', 'le', 'eq'][this.pick(4)] as GOp, this.leaf(ctx, depth), num(this.pick(3)));
      case 2: return op('not', this.bool(ctx, depth - 1));
      case 3: return op(this.pick(2) === 0 ? 'and' : 'or', ...this.list(2 + this.pick(2), () => this.bool(ctx, depth - 1)));
      case 4: return ended(this.pick(this.world.regs.length));
      case 5: return cond(this.bool(ctx, depth - 1), this.bool(ctx, depth - 1), this.pick(2));
      default: return op('eq', this.leaf(ctx, depth), this.leaf(ctx, 0));
    }
  }

  private property(i: number): GProperty {
    const ctx = { regs: [], choices: 1 };
    const name = `P${i}`;
    const conjuncts = this.list(1 + this.pick(2), (k): GConjunct => ({
      name: `${name}.${k}`,
      premise: this.pick(2) === 1 ? this.bool(ctx, 1) : null,
      holds: op('or', this.bool(ctx, 2), this.bool(ctx, 1), ...(this.pick(2) === 1 ? [op('not', ended(0))] : [])),
    }));
    return { name, prose: '', conjuncts };
  }

  private sizeOf(r: number): number {
    return this.world.regs.flat()[r]!;
  }

  private list<T>(n: number, make: (i: number) => T): T[] {
    return Array.from({ length: n }, (_, i) => make(i));
  }

  private pick(n: number): number {
    return (this.numbers[this.at++] ?? 0) % n;
  }
}
