/**
 * Random worlds of a few steps, in which little depends on anything else: each step is mostly about cells of its own thread, so that much is
 * reduced, and claims join cells of several threads, so that it matters what is left out. Transient values, steps in which a lock is
 * taken and something else is done, circles of locks, threads that wait, go round for ever or look whether others have ended.
 */
import type fc from 'fast-check';
import type { Action, GExpr, GProperty, Graph } from '../../model/language/graph.ts';
import { cell, cond, ended, goto, graph, op, property, reg, set, when, write, type NodeSpec, type ThreadSpec } from '../schedules/build.ts';
import { decoded, Numbers } from './numbers.ts';
import { settle } from './settle.ts';

/** Worlds of a few states up to some thousand. */
export const sketches: fc.Arbitrary<Graph> = decoded(120, (numbers) => new Sketch(numbers).world());

const VALUES = 3;
/** Cells of values, then two locks. */
const CELLS = 5;
const LOCKS = [CELLS, CELLS + 1] as const;

class Sketch extends Numbers {
  private threads = 2;
  /** The thread being made, and its nodes. */
  private me = 0;
  private nodes: NodeSpec[] = [];

  world(): Graph {
    this.threads = 2 + this.pick(3);
    const threads = this.list(this.threads, (t) => this.thread(t));
    return settle(graph({
      places: [...this.list(CELLS, () => ({ size: VALUES })), ...LOCKS.map(() => ({ size: 2 }))],
      regs: threads.map(() => [VALUES]), threads,
      properties: this.list(1 + this.pick(2), (i) => this.claim(i)),
      reaches: this.pick(3) === 2 ? [{ name: 'reach', expr: this.together() }] : [],
    }), () => 'int');
  }

  private thread(t: number): ThreadSpec {
    this.me = t;
    this.nodes = [];
    const kind = this.pick(10);
    this.statements(1 + this.pick(this.threads > 3 ? 2 : 3), 2);
    const round = kind >= 8;
    // The last node is followed by the end, or by the first one again.
    const last = round ? 0 : -1;
    const nodes = this.nodes.map((n) => ({ ...n, code: n.code.map((a) => landed(a, this.nodes.length, last)) }));
    return { daemon: kind === 9 ? 'optional' : 'no', nodes };
  }

  private statements(n: number, depth: number): void {
    for (let i = 0; i < n; i++) this.statement(depth);
  }

  private statement(depth: number): void {
    const simple = [
      () => { this.step([write(this.place(), 0, this.value())]); },
      () => { this.pulse(); }, () => { this.pulse(); },
      () => { this.step([this.effect()]); }, () => { this.step([this.effect()]); },
      () => { this.step([], this.pick(4) === 3 ? ended(this.pick(this.threads)) : this.literal()); },
      () => { this.load(); },
    ];
    const sections = [() => { this.section(depth); }, () => { this.section(depth); }, () => { this.section(depth); }];
    const all = depth === 0 ? simple : [...simple, ...sections];
    all[this.pick(all.length)]!();
  }

  private step(code: readonly Action[], guard?: GExpr, lock?: NodeSpec['lock']): void {
    this.nodes.push({ ...(guard === undefined ? {} : { guard }), ...(lock === undefined ? {} : { lock }), code: [...code, goto(this.nodes.length + 1)] });
  }

  /** A value that is there for a while. */
  private pulse(): void {
    const place = this.place();
    this.step([write(place, 0, 1 + this.pick(VALUES - 1))]);
    this.step([write(place, 0, 0)]);
  }

  private effect(): Action {
    const [to, value] = [this.place(), this.value()];
    return [
      () => write(to, 0, cell(this.pick(CELLS))), () => when(this.literal(), [write(to, 0, value)]), () => write(to, 0, cond(this.literal(), 1, 0)),
      () => write(to, 0, ended(this.pick(this.threads))), () => when(this.literal(), [write(to, 0, 0)], [write(this.place(), 0, value)]),
    ][this.pick(5)]!();
  }

  /** Here is what was read before. */
  private load(): void {
    this.step([set(this.me, cell(this.pick(CELLS)))]);
    const use = this.pick(3);
    if (use === 0) this.step([write(this.place(), 0, reg(this.me))]);
    else if (use === 1) this.step([when(op('eq', reg(this.me), this.value()), [write(this.place(), 0, 1)])]);
    // Waits by going round.
    else this.nodes.push({ code: [when(op('eq', reg(this.me), 0), [goto(this.nodes.length - 1)]), goto(this.nodes.length + 1)] });
  }

  private section(depth: number): void {
    const place = LOCKS[this.pick(LOCKS.length)]!;
    const riding = this.pick(3) === 2 ? [this.effect()] : [];
    this.step([write(place, 0, 1), ...riding], op('eq', cell(place), 0), { op: 'acquire', place, cell: 0, mode: 'exclusive', spinning: true });
    this.statements(this.pick(3), depth - 1);
    if (this.pick(12) < 11) this.step([write(place, 0, 0), ...(this.pick(4) === 3 ? [this.effect()] : [])], undefined, { op: 'release', place, cell: 0, mode: 'exclusive', spinning: true });
  }

  /** Mostly the thread's own. */
  private place(): number {
    return this.pick(3) > 0 ? this.me : this.pick(CELLS);
  }

  private value(): number {
    return [1, 0, 2][this.pick(3)]!;
  }

  private literal(): GExpr {
    return this.pick(8) === 7 ? op('eq', cell(LOCKS[this.pick(2)]!), this.pick(2)) : op(this.pick(4) === 3 ? 'ne' : 'eq', cell(this.pick(CELLS)), this.pick(VALUES));
  }

  /** Of several cells at once. */
  private together(): GExpr {
    const first = this.pick(this.threads);
    const own = [first, (first + 1) % this.threads].map((t) => op('eq', cell(t), 1 + this.pick(VALUES - 1)));
    return [() => op('and', ...own), () => op('and', own[0]!, this.literal()), () => op('and', this.literal(), this.literal()), () => op('and', own[0]!, ended(this.pick(this.threads)))][this.pick(4)]!();
  }

  private claim(i: number): GProperty {
    const premise = [null, null, op('and', ...this.list(this.threads, (t) => ended(t))), this.literal()][this.pick(4)]!;
    return property(`P${i}`, op('not', this.together()), premise);
  }
}

/** A goto past the last node leads to `last`. */
function landed(a: Action, end: number, last: number): Action {
  if (a.a === 'if') return { ...a, then: a.then.map((x) => landed(x, end, last)), else: a.else.map((x) => landed(x, end, last)) };
  return a.a === 'goto' && a.node === end ? goto(last) : a;
}
