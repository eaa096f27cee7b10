/**
 * What a step does in one state: run as far as a few values of that state decide it. Only what is looked at on the way
 * taken counts as read, and a write that changes nothing is a read.
 */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { bounds, within } from '../bounds.ts';
import { same } from '../expressions.ts';
import { fieldOf, type Field, type Layout } from '../layout.ts';
import type { About } from './about.ts';
import { fold } from './fold.ts';
import { directionIn } from './monotone.ts';
import type { Access } from './path-step.ts';

/** A register of the thread or a cell, as it is before the step. */
type Leaf = Extract<GExpr, { g: 'reg' }> | { readonly g: 'cell'; readonly place: number; readonly index: { readonly g: 'const'; readonly value: number } };

/** Values before the step, by `leafKey`. */
export type Known = ReadonlyMap<string, number>;

/** What the step does in every state with the known values. */
export interface Deed {
  /** Cells are known in all of them. */
  readonly accesses: readonly Access[];
  /** Cells, as `place:cell`, that others cannot change before the step without conflict, with their values before it and after it. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

/** What is to be known next: where it is found in a state. */
export interface Wanted {
  readonly key: string;
  readonly field: Field;
}

/** Bits of a value that a way may be split by. */
const WIDEST = 6;
/** More alternatives than any step has. */
const MANY = 1 << 20;

/** Thrown when what is known does not decide what the step does. */
class Undecided extends Error {
  readonly leaf: Leaf;
  constructor(leaf: Leaf) {
    super('undecided');
    this.leaf = leaf;
  }
}

/** Thrown where a step is not told apart by states. */
class Refused extends Error {}

/** The deed, or what must be known to tell it; null where that is too much, or the step has alternatives. */
export function enact(about: About, at: Layout, node: GNode, known: Known): Deed | Wanted | null {
  if (node.choices > 1 || node.kind === 'end') return null;
  try {
    return new Enactment(about, at, node, known).run();
  } catch (error) {
    if (error instanceof Undecided) return wanted(at, error.leaf);
    if (error instanceof Refused) return null;
    throw error;
  }
}

function wanted(at: Layout, leaf: Leaf): Wanted | null {
  return isWide(at, leaf) ? null : { key: leafKey(leaf), field: fieldAt(at, leaf) };
}

function fieldAt(at: Layout, leaf: Leaf): Field {
  return leaf.g === 'reg' ? at.regs[leaf.reg]! : fieldOf(at.places[leaf.place]!, leaf.index.value)!;
}

/** True of a register or cell of too many values. */
function isWide(at: Layout, e: GExpr): boolean {
  return (e.g === 'reg' || e.g === 'cell') && fieldAt(at, e as Leaf).width > WIDEST;
}

function leafKey(leaf: Leaf): string {
  return leaf.g === 'reg' ? `r${leaf.reg}` : `${leaf.place}:${leaf.index.value}`;
}

class Enactment {
  private readonly graph: Graph;
  private readonly about: About;
  private readonly at: Layout;
  private readonly node: GNode;
  private readonly known: Known;
  private readonly regs = new Map<number, GExpr>();
  /** Cells written so far. */
  private readonly cells = new Map<string, GExpr>();
  private readonly accesses = new Map<string, Access>();

  constructor(about: About, at: Layout, node: GNode, known: Known) {
    this.about = about;
    this.graph = about.graph;
    this.at = at;
    this.node = node;
    this.known = known;
  }

  run(): Deed {
    if (this.node.guard !== null && this.decided(this.now(this.node.guard)) === 0) throw new Refused();
    if (!this.list(this.node.code)) throw new Refused();
    const accesses = [...this.accesses.values()];
    const fixed = new Set(accesses.filter((a) => a.mode === 'read' || a.mode === 'write').map((a) => `${a.place}:${a.cell!}`));
    const before = new Map([...this.known].filter(([key]) => fixed.has(key)));
    const after = new Map(before);
    for (const [key, written] of this.cells) {
      const value = this.value(written);
      after.delete(key);
      if (value !== null && fixed.has(key)) after.set(key, value);
    }
    return { accesses, before, after };
  }

  /** True when the list ends in a goto. */
  private list(code: readonly Action[]): boolean {
    for (const a of code) {
      if (a.a === 'goto') {
        for (const { reg } of this.graph.nodes[a.node]!.live) this.readAll(this.regs.get(reg) ?? { g: 'const', value: 0 });
        return true;
      }
      if (a.a === 'set') this.set(a);
      else if (a.a === 'write') this.write(a);
      else if (this.list(this.decided(this.now(a.test)) !== 0 ? a.then : a.else)) return true;
    }
    return false;
  }

  /** What a register gets is read when the register is. */
  private set(a: Extract<Action, { a: 'set' }>): void {
    const value = this.now(a.value);
    this.regs.set(a.reg, value);
    if (!within(bounds(this.graph, value, MANY), this.graph.regs[a.reg]!.size)) this.readAll(value);
  }

  private write(a: Extract<Action, { a: 'write' }>): void {
    const cell = this.decided(this.now(a.index));
    const value = this.now(a.value);
    const own = this.cell(a.place, cell);
    const key = `${a.place}:${cell}`;
    const by = this.about.counting(this.node).by.get(a) ?? 0;
    this.cells.set(key, value);
    if (by !== 0) this.note(a.place, cell, by > 0 ? 'up' : 'down', by > 0 ? 1 : -1);
    else if (this.about.isLatch(a)) this.latch(a, cell, value);
    else if (!same(value, own)) this.change(a.place, cell, own, value);
  }

  /** A value that becomes the one it is was only looked at. */
  private change(place: number, cell: number, own: GExpr, value: GExpr): void {
    const to = this.value(value);
    this.readAll(value);
    if (to === null) {
      this.note(place, cell, 'write', 0);
      return;
    }
    const from = isWide(this.at, own) ? this.value(own) : this.decided(own, false);
    if (from === to) this.readAll(own);
    else this.note(place, cell, 'write', from === null ? 0 : to > from ? 1 : -1);
  }

  /** A bit that stays set; what decides whether it is may be looked at more loosely than it would be read. */
  private latch(a: Extract<Action, { a: 'write' }>, cell: number, value: GExpr): void {
    this.note(a.place, cell, 'latch', 1);
    const own = `${a.place}:${cell}`;
    const watched = a.index.g === 'const' && this.about.latches.has(own);
    const whole = this.grounded(value);
    for (const c of cellsOf(whole)) {
      if (leafKey(c) === own) continue;
      if (watched) this.note(c.place, c.index.value, 'watch', 0, directionIn(this.graph, whole, c.place));
      else this.note(c.place, c.index.value, 'read', 0);
    }
  }

  /** `e` in terms of what was before the step; every index is decided, and so is which way a conditional goes. */
  private now(e: GExpr): GExpr {
    switch (e.g) {
      case 'const': return e;
      case 'reg': return this.regs.get(e.reg) ?? (this.at.regs[e.reg]!.width === 0 ? { g: 'const', value: 0 } : e);
      case 'cell': return this.cell(e.place, this.decided(this.now(e.index)));
      case 'cond': return this.decided(this.now(e.test)) !== 0 ? this.now(e.then) : this.now(e.else);
      case 'op': return simple({ ...e, args: e.args.map((a) => this.now(a)) });
      default: throw new Refused();
    }
  }

  private cell(place: number, cell: number): GExpr {
    const { initial } = this.graph.places[place]!;
    if (cell < 0 || cell >= initial.length) throw new Refused();
    const written = this.cells.get(`${place}:${cell}`);
    if (written !== undefined) return written;
    return fieldOf(this.at.places[place]!, cell) === null ? { g: 'const', value: initial[cell]! } : { g: 'cell', place, index: { g: 'const', value: cell } };
  }

  private value(e: GExpr): number | null {
    return fold(e, { read: (leaf) => this.known.get(leafKey(leaf as Leaf)) ?? null });
  }

  /** The value of an expression on which what happens depends; it is read, unless `reads` is false. */
  private decided(e: GExpr, reads = true): number {
    const value = this.value(e);
    if (value === null) throw new Undecided(this.unknownIn(e)!);
    if (reads) this.readAll(e);
    return value;
  }

  private unknownIn(e: GExpr): Leaf | null {
    if (e.g === 'reg' || e.g === 'cell') return this.known.has(leafKey(e as Leaf)) ? null : (e as Leaf);
    if (e.g !== 'op') return null;
    for (const a of e.args) {
      const leaf = this.value(a) === null ? this.unknownIn(a) : null;
      if (leaf !== null) return leaf;
    }
    return null;
  }

  /** Registers replaced by their values. */
  private grounded(e: GExpr): GExpr {
    if (e.g === 'reg') return { g: 'const', value: this.decided(e) };
    return e.g === 'op' ? simple({ ...e, args: e.args.map((a) => this.grounded(a)) }) : e;
  }

  /** Notes the cells by which `e` has its value: of an `and` that is false one false operand, of an `or` that is true one true one. */
  private readAll(e: GExpr): void {
    if (e.g === 'cell') this.note(e.place, (e as Extract<Leaf, { g: 'cell' }>).index.value, 'read', 0);
    if (e.g !== 'op') return;
    const value = this.value(e);
    const decisive = value === null || (e.op !== 'and' && e.op !== 'or') || (value !== 0) !== (e.op === 'or')
      ? undefined
      : e.args.filter((a) => truth(this.value(a)) === (e.op === 'or')).sort((a, b) => cellsOf(a).length - cellsOf(b).length)[0];
    for (const a of decisive === undefined ? e.args : [decisive]) this.readAll(a);
  }

  private note(place: number, cell: number, mode: Access['mode'], toward: Access['toward'], watch: Access['watch'] = null): void {
    this.accesses.set(`${place}:${cell}:${mode}:${toward}:${String(watch)}`, { place, cell, mode, toward, watch, guards: [], locks: false });
  }
}

const truth = (value: number | null): boolean | null => (value === null ? null : value !== 0);

/** Folded where no leaf is left. */
function simple(e: GExpr): GExpr {
  const value = fold(e, {});
  return value === null ? e : { g: 'const', value };
}

type CellLeaf = Extract<Leaf, { g: 'cell' }>;

function cellsOf(e: GExpr): CellLeaf[] {
  if (e.g === 'cell') return [e as CellLeaf];
  return e.g === 'op' ? e.args.flatMap(cellsOf) : [];
}
