/** One step of a thread, run from what is known on one way to it. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { same } from '../expressions.ts';
import type { About } from './about.ts';
import { cellsIn, lockWrite, type Mode } from './accesses.ts';
import type { Counting } from './counters.ts';
import { fold } from './fold.ts';
import type { Direction } from './monotone.ts';
import { isStable, mentions, resolve, surelyEqual, symbol, UNKNOWN, type Registers } from './symbolic.ts';

/** A lock that a thread holds; `index` is resolved. */
export interface Held {
  readonly place: number;
  readonly index: GExpr;
  readonly mode: 'exclusive' | 'shared';
}

/** A shared access of a step, ghosts included. */
export interface Access {
  readonly place: number;
  /** Null where the cell is only known at run time. */
  readonly cell: number | null;
  readonly mode: Mode;
  /** A write that can only raise (1) or lower (-1) the value; else 0. */
  readonly toward: 1 | -1 | 0;
  /** Of a watch: which way the latch depends on the value. */
  readonly watch: Direction;
  /** Locks of the same index as this access that the thread holds whenever it does the step: place and mode. */
  readonly guards: readonly { readonly place: number; readonly mode: Held['mode'] }[];
  /** The step takes or gives back the lock in this very cell. */
  readonly locks: boolean;
}

/** What is known on a way to a node. */
export interface Abstract {
  readonly regs: Registers;
  readonly held: readonly Held[];
}

export function sameLock(a: Held, b: { readonly place: number; readonly index: GExpr }): boolean {
  return a.place === b.place && surelyEqual(a.index, b.index);
}

/** One step run from one abstract state. */
export class Step {
  readonly before: Abstract;
  readonly accesses: Access[] = [];
  releasesOwn = true;
  private readonly graph: Graph;
  private readonly about: About;
  private readonly node: GNode;
  private readonly counting: Counting;
  /** Where the lock is that the step takes or gives back. */
  private lockAt: GExpr = UNKNOWN;
  /** What is looked at decides what becomes of the lock, and nothing else. */
  private locking = false;

  constructor(about: About, node: GNode, before: Abstract) {
    this.about = about;
    this.graph = about.graph;
    this.node = node;
    this.counting = about.counting(node);
    this.before = before;
  }

  /** Where the step may lead, and what is known there. Notes the accesses. */
  leave(): [number, Abstract][] {
    this.accesses.length = 0;
    if (this.node.kind === 'end') return [];
    const start = new Map(this.before.regs);
    const after = this.lock(start);
    this.locking = true;
    if (this.node.guard !== null) this.reads(this.node.guard, start);
    this.locking = false;
    const out: [number, Abstract][] = [];
    this.list(this.node.code, after, out);
    return out;
  }

  private lock(regs: Registers): Abstract {
    const write = lockWrite(this.node);
    if (write === null || this.node.lock === undefined) return { regs, held: this.before.held };
    const { op, mode, place } = this.node.lock;
    const taken: Held = { place, mode, index: resolve(write.index, regs) };
    this.lockAt = taken.index;
    if (op === 'acquire') return { regs, held: [...this.before.held.filter((h) => !sameLock(h, taken)), taken] };
    if (op === 'tryAcquire') return { regs, held: this.before.held };
    if (op === 'downgrade') return { regs, held: [...this.before.held.filter((h) => !sameLock(h, taken)), { ...taken, mode: 'shared' }] };
    this.releasesOwn = this.before.held.some((h) => sameLock(h, taken) && h.mode === mode);
    // An unknown lock given back may be any of its place.
    return { regs, held: this.before.held.filter((h) => h.place !== place || (isStable(taken.index) && h.index.g === 'const' && taken.index.g === 'const' && h.index.value !== taken.index.value)) };
  }

  /** Runs a list from one state; the states that fall out of its end, those that leave go to `out`. */
  private list(code: readonly Action[], from: Abstract, out: [number, Abstract][]): Abstract[] {
    let open = [from];
    for (const a of code) {
      if (a.a === 'goto') {
        for (const s of open) out.push([a.node, s]);
        return [];
      }
      open = open.flatMap((s) => this.action(a, s, out));
    }
    return open;
  }

  private action(a: Exclude<Action, { a: 'goto' }>, s: Abstract, out: [number, Abstract][]): Abstract[] {
    this.locking = a === this.about.lockLoad(this.node) || a === lockWrite(this.node);
    if (a.a === 'set') {
      if (!this.counting.loads.has(a)) this.reads(a.value, s.regs);
      return [this.assign(a.reg, resolve(a.value, s.regs), s)];
    }
    if (a.a === 'write') {
      this.write(a, s.regs);
      return [s];
    }
    this.reads(a.test, s.regs);
    const test = fold(resolve(a.test, s.regs), {});
    return [...(test === 0 ? [] : this.list(a.then, s, out)), ...(test !== null && test !== 0 ? [] : this.list(a.else, s, out))];
  }

  /** A value that depends on shared state becomes a symbol; what the symbol meant before is no longer known. */
  private assign(reg: number, value: GExpr, { regs, held }: Abstract): Abstract {
    if (isStable(value)) return { regs: new Map([...regs, [reg, value]]), held };
    const fresh = symbol(this.node.id, reg);
    const old = (fresh as { readonly reg: number }).reg;
    const others = [...regs].map(([r, v]): [number, GExpr] => [r, mentions(v, old) ? UNKNOWN : v]);
    return {
      regs: new Map([...others, [reg, fresh]]),
      held: held.map((h) => (mentions(h.index, old) ? { ...h, index: UNKNOWN } : h)),
    };
  }

  private write(a: Extract<Action, { a: 'write' }>, regs: Registers): void {
    this.reads(a.index, regs);
    const by = this.counting.by.get(a) ?? 0;
    if (by !== 0) {
      this.note(a.place, a.index, by > 0 ? 'up' : 'down', regs, by > 0 ? 1 : -1);
      return;
    }
    const latch = this.about.isLatch(a);
    const value = resolve(a.value, regs);
    const top = this.graph.places[a.place]!.size - 1;
    this.note(a.place, a.index, latch ? 'latch' : 'write', regs, value.g === 'const' && value.value === 0 ? -1 : latch || (value.g === 'const' && value.value === top) ? 1 : 0);
    if (latch && a.index.g === 'const' && this.about.latches.has(`${a.place}:${a.index.value}`)) this.watches(a.value, regs, a, a.value);
    else this.reads(a.value, regs, latch ? a : undefined);
  }

  /** What decides whether a latch is set. */
  private watches(e: GExpr, regs: Registers, own: Extract<Action, { a: 'write' }>, whole: GExpr): void {
    cellsIn(e, (c) => {
      if (c.place === own.place && same(c.index, own.index)) return;
      this.note(c.place, c.index, 'watch', regs, 0, this.about.direction(whole, c.place));
    });
  }

  private reads(e: GExpr, regs: Registers, own?: { readonly place: number; readonly index: GExpr }): void {
    if (e.g === 'cell') {
      const itself = own?.place === e.place && same(e.index, own.index);
      if (!itself) this.note(e.place, e.index, 'read', regs);
      this.reads(e.index, regs, own);
    } else if (e.g === 'op') for (const a of e.args) this.reads(a, regs, own);
    else if (e.g === 'cond') for (const x of [e.test, e.then, e.else]) this.reads(x, regs, own);
  }

  private note(place: number, index: GExpr, mode: Mode, regs: Registers, toward: Access['toward'] = 0, watch: Direction = null): void {
    const at = resolve(index, regs);
    const guards = this.before.held.filter((h) => surelyEqual(h.index, at)).map((h) => ({ place: h.place, mode: h.mode }));
    const locks = this.node.lock?.place === place && surelyEqual(at, this.lockAt);
    const shared = locks && this.locking && this.node.lock.mode === 'shared';
    this.accesses.push({ place, cell: at.g === 'const' ? at.value : null, mode: shared ? 'shared' : mode, toward, watch, guards, locks });
  }
}
