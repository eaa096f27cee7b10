/**
 * Random worlds in which reductions find something to do, as the worlds of a kernel are: CPUs that run the same or nearly
 * the same procedures, locks taken in nested and in conflicting order or against all rules, counters, bits that are only
 * set, daemons.
 */
import type fc from 'fast-check';
import type { Action, GExpr, GPlace, GProperty, Graph, GType } from '../../model/language/graph.ts';
import type { Daemon } from '../../model/language/ir.ts';
import { cell, choice, cond, ended, goto, graph, num, op, reg, set, when, write, type NodeSpec, type ThreadSpec } from '../schedules/build.ts';
import { decoded, Numbers } from './numbers.ts';
import { settle } from './settle.ts';

/** Worlds of a few states up to some ten thousand. */
export const worlds: fc.Arbitrary<Graph> = decoded(400, (numbers) => new Decoder(numbers).world());

type Lock = NonNullable<NodeSpec['lock']>;
type Wanted = Pick<GPlace, 'type' | 'size' | 'dimTypes'> & { readonly cells: number };

const NUM = 4;
/** Value of a reader-writer lock that is written under; below it: the number of readers. */
const WRITER = 8;

/** Places by number; `turn` holds the number of a CPU. */
const [X, A, M, TURN, COUNT, BITS, OWNER, LOCK, RW, REFS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

class Decoder extends Numbers {
  private cpus = 2;
  private mms = 1;
  /** The thread being made. */
  private me = 0;
  private nodes: NodeSpec[] = [];

  world(): Graph {
    this.cpus = 2 + this.pick(3);
    this.mms = 1 + this.pick(2);
    const start = this.at;
    const alike = this.pick(3) > 0;
    const threads: ThreadSpec[] = [];
    let after = start;
    for (let t = 0; t < this.cpus; t++) {
      if (alike) this.at = start + 1;
      threads.push(this.thread(t, alike && t === this.cpus - 1));
      after = Math.max(after, this.at);
    }
    this.at = after;
    const wanted = this.places();
    const made = graph({
      places: wanted.map(({ size, cells, type }) => ({ size, cells, initial: this.initial(size, cells, type) })),
      regs: threads.map(() => [NUM, this.cpus]), threads,
      properties: this.list(1 + this.pick(2), (i) => this.property(i)),
      reaches: this.pick(2) === 1 ? [{ name: 'reach', expr: this.overCpus(this.pick(2) === 1) }] : [],
    });
    const places = made.places.map((p, i): GPlace => ({ ...p, type: wanted[i]!.type, dimTypes: wanted[i]!.dimTypes, dims: wanted[i]!.dimTypes.map(() => wanted[i]!.cells) }));
    return settle({ ...made, types: this.types(), places }, (r) => (r % 2 === 0 ? 'num_t' : 'cpu_t'));
  }

  private types(): Graph['types'] {
    const width = this.cpuBits();
    const fields = [{ name: 'held', type: 'bool', shift: 0, width: 1 }, { name: 'cpu', type: 'cpu_t', shift: 1, width }];
    const all: GType[] = [
      { kind: 'bool', name: 'bool', size: 2 }, { kind: 'int', name: 'num_t', size: NUM }, { kind: 'index', name: 'cpu_t', size: this.cpus },
      { kind: 'index', name: 'mm_t', size: this.mms }, { kind: 'record', name: 'owner_t', size: 2 ** (1 + width), fields },
    ];
    return Object.fromEntries(all.map((t) => [t.name, t]));
  }

  private cpuBits(): number {
    return 32 - Math.clz32(this.cpus - 1);
  }

  private places(): Wanted[] {
    const one = (type: string, size: number): Wanted => ({ type, size, cells: 1, dimTypes: [] });
    const each = (by: 'cpu_t' | 'mm_t', type: string, size: number): Wanted => ({ type, size, cells: by === 'cpu_t' ? this.cpus : this.mms, dimTypes: [by] });
    const owner = each('mm_t', 'owner_t', 2 ** (1 + this.cpuBits()));
    return [
      one('num_t', NUM), each('cpu_t', 'num_t', NUM), each('mm_t', 'num_t', NUM), one('cpu_t', this.cpus), one('int', 8), each('cpu_t', 'bool', 2),
      owner, each('cpu_t', 'bool', 2), one('int', 2 * WRITER), each('mm_t', 'int', 8),
    ];
  }

  /** Mostly 0; locks are mostly free, counters mostly in the middle. */
  private initial(size: number, cells: number, type: string): number[] {
    const plain = type === 'int' && size === 8 ? this.pick(4) : 0;
    return this.list(cells, () => (this.pick(12) === 11 ? this.pick(size) : plain));
  }

  private thread(t: number, mayDiffer: boolean): ThreadSpec {
    this.me = t;
    this.nodes = [];
    const daemon: Daemon = (['no', 'no', 'no', 'no', 'no', 'service', 'optional', 'optional'] as const)[this.pick(8)]!;
    const before = daemon === 'no' ? 0 : this.pick(2);
    this.statements(before, 0);
    const loop = this.nodes.length;
    this.statements(daemon === 'no' ? 2 + this.pick(3) : 1 + this.pick(2), 1);
    if (this.nodes.length === loop) this.step([]);
    const differs = this.pick(6) === 5 && mayDiffer;
    const nodes = this.nodes.map((n, i) => ({ ...n, code: n.code.map((a) => this.landed(a, daemon === 'no' ? -1 : loop)).map((a) => (differs && i === 0 ? other(a) : a)) }));
    return { daemon, nodes, init: this.pick(6) === 5 ? [{ reg: 2 * t, value: this.pick(NUM) }] : [] };
  }

  /** A goto past the last node leads to `last`. */
  private landed(a: Action, last: number): Action {
    if (a.a === 'if') return { ...a, then: a.then.map((x) => this.landed(x, last)), else: a.else.map((x) => this.landed(x, last)) };
    return a.a === 'goto' && a.node === this.nodes.length ? goto(last) : a;
  }

  private statements(n: number, depth: number): void {
    for (let i = 0; i < n; i++) this.statement(depth);
  }

  private statement(depth: number): void {
    const simple = [
      () => { this.step([this.store()]); }, () => { this.load(); }, () => { this.step([this.count()]); }, () => { this.step([this.latch()]); },
      () => { this.step([write(TURN, 0, this.me)]); }, () => { this.step(this.list(2, () => this.effect())); },
    ];
    const rest = [
      () => { this.section(depth); }, () => { this.section(depth); }, () => { this.section(depth); }, () => { this.step([], this.test()); },
      () => { this.retry(); }, () => { this.choose(); }, () => { this.rule(); }, () => { this.branch(depth); },
    ];
    const all = depth < 0 ? simple : [...simple, ...rest];
    all[this.pick(all.length)]!();
  }

  private step(code: readonly Action[], guard?: GExpr, lock?: Lock): void {
    this.nodes.push({ ...(guard === undefined ? {} : { guard }), ...(lock === undefined ? {} : { lock }), code: [...code, goto(this.nodes.length + 1)] });
  }

  private effect(): Action {
    return [() => this.store(), () => this.count(), () => this.latch(), () => when(this.test(), [this.store()])][this.pick(4)]!();
  }

  private store(): Action {
    const value = [num(this.pick(NUM)), num(1), num(0), num(NUM - 1), reg(this.r(0)), op('bitand', op('add', cell(X), 1), NUM - 1)][this.pick(6)]!;
    return [write(A, this.me, value), write(X, 0, value), write(M, this.mm(), value), write(A, reg(this.r(1)), value)][this.pick(4)]!;
  }

  private load(): void {
    const load = [set(this.r(0), cell(X)), set(this.r(0), cell(A, this.pick(2) === 1 ? reg(this.r(1)) : this.me)), set(this.r(1), cell(TURN)), set(this.r(0), cell(M, this.mm()))][this.pick(4)]!;
    this.step([load]);
    if (this.pick(2) === 1) this.step([write(X, 0, reg(this.r(0)))]);
  }

  /** Counts up or down, without looking or nearly so. */
  private count(): Action {
    const [place, index] = this.pick(2) === 1 ? [REFS, this.mm()] as const : [COUNT, 0] as const;
    const by = this.pick(2) === 1 ? 'sub' : 'add';
    return write(place, index, op(by, cell(place, index), 1));
  }

  private latch(): Action {
    const own = cell(BITS, this.me);
    return [write(BITS, this.me, 1), write(BITS, this.me, op('or', own, this.test())), write(BITS, 0, op('or', cell(BITS, 0), this.test()))][this.pick(3)]!;
  }

  private retry(): void {
    const back = this.nodes.length;
    this.step([set(this.r(0), cell(this.pick(2) === 1 ? M : X, 0))]);
    this.nodes.push({ code: [when(op('eq', reg(this.r(0)), this.pick(3)), [goto(back)]), goto(this.nodes.length + 1)] });
  }

  private choose(): void {
    this.nodes.push({ choices: 2, code: [write(this.pick(2) === 1 ? X : A, 0, choice), goto(this.nodes.length + 1)] });
  }

  private branch(depth: number): void {
    const head = this.nodes.length;
    this.step([]);
    this.statements(1, depth - 1);
    this.nodes[head] = { code: [when(this.test(), [goto(this.nodes.length)]), goto(head + 1)] };
  }

  /** Statements under a lock, given back or not. */
  private section(depth: number): void {
    const kind = this.pick(8);
    const index = kind < 4 ? 0 : this.lockIndex(kind);
    if (kind === 4) this.step([set(this.r(1), cell(TURN))]);
    this.acquire(kind, index);
    this.statements(this.pick(3), depth - 1);
    if (this.pick(12) < 11) this.release(kind, index);
  }

  private lockIndex(kind: number): GExpr | number {
    return kind === 4 ? reg(this.r(1)) : kind === 5 ? this.mm() : kind === 6 ? this.me : 0;
  }

  /** Kinds: 0 … 2 an owner lock, 3 a reader, 4 … 6 a lock bit or an owner lock found by an index, 7 a writer. */
  private acquire(kind: number, index: GExpr | number): void {
    const lock = lockOf(kind, 'acquire');
    const v = cell(lock.place, index);
    const riding = this.pick(6) === 5 ? [this.riding(lock.place)] : [];
    const odd = this.pick(16);
    if (odd === 15) this.step([when(this.free(kind, v), [write(lock.place, index, this.taken(kind, v))]), ...riding], undefined, { ...lock, op: 'tryAcquire' });
    else if (odd === 14) this.step([write(lock.place, index, this.taken(kind, v)), ...riding], undefined, lock);
    else this.step([write(lock.place, index, this.taken(kind, v)), ...riding], this.free(kind, v), lock);
  }

  /** Something that is done in the very step that takes a lock. */
  private riding(place: number): Action {
    return [this.effect(), write(X, 0, op('bitand', cell(place, 0), NUM - 1)), set(this.r(0), op('bitand', cell(place, 0), NUM - 1))][this.pick(3)]!;
  }

  private release(kind: number, index: GExpr | number): void {
    const lock = lockOf(kind, 'release');
    const v = cell(lock.place, index);
    const value = kind === 3 ? op('sub', v, 1) : kind === 7 ? op('sub', v, WRITER) : num(0);
    const wrong = kind < 3 && this.pick(2) === 1 ? [write(BITS, this.me, op('or', cell(BITS, this.me), op('ne', v, this.owner())))] : [];
    this.step([...wrong, write(lock.place, index, value)], undefined, lock);
  }

  private free(kind: number, v: GExpr): GExpr {
    if (kind === 3) return op('lt', v, WRITER);
    return kind < 3 || kind === 5 ? op('eq', op('bitand', v, 1), 0) : op('eq', v, 0);
  }

  private taken(kind: number, v: GExpr): GExpr {
    if (kind === 3) return op('add', v, 1);
    if (kind === 7) return num(WRITER);
    return kind < 3 || kind === 5 ? this.owner() : num(1);
  }

  private owner(): GExpr {
    return num(1 | (this.me << 1));
  }

  /** Against the rules: gives back what may not be held, or takes two at once. */
  private rule(): void {
    switch (this.pick(4)) {
      case 1: this.release([0, 3, 6, 7][this.pick(4)]!, 0); break;
      case 2: this.step([write(OWNER, 0, this.owner()), write(LOCK, this.me, 1)], op('and', op('eq', cell(OWNER), 0), op('eq', cell(LOCK, this.me), 0)), lockOf(0, 'acquire')); break;
      case 3: this.step([write(LOCK, this.me, 0)]); break;
      default: this.step([]);
    }
  }

  /** A condition on one or two cells, and what is in registers. */
  private test(): GExpr {
    const literal = (): GExpr => [
      () => op('eq', cell(X), this.pick(NUM)), () => op('ne', cell(A, this.me), 1), () => op('eq', cell(TURN), this.me), () => op('lt', cell(M, this.mm()), 2),
      () => cell(BITS, this.pick(2) === 1 ? this.me : 0), () => op('eq', op('bitand', cell(OWNER), 1), 0), () => op('eq', cell(COUNT), this.pick(4)),
      () => op('eq', reg(this.r(0)), 1), () => op('eq', reg(this.r(1)), this.me), () => op('not', op('eq', cell(A, reg(this.r(1))), 0)),
    ][this.pick(10)]!();
    return [() => literal(), () => op('or', literal(), literal()), () => op('and', literal(), literal()), () => op('not', literal())][this.pick(4)]!();
  }

  private property(i: number): GProperty {
    const premise = [null, null, this.quiescent(), this.overCpus(true)][this.pick(4)]!;
    return { name: `P${i}`, prose: '', conjuncts: [{ name: `P${i}.0`, premise, holds: op('not', this.pick(4) === 3 ? cell(BITS, this.pick(this.cpus)) : this.overCpus(this.pick(4) > 0)) }] };
  }

  private quiescent(): GExpr {
    return op('and', ...this.list(this.cpus, (t) => ended(t)));
  }

  /** Every CPU, some CPU, so many CPUs; `and` also speaks of what belongs to nobody. */
  private overCpus(and: boolean): GExpr {
    const which = this.pick(6);
    const value = this.pick(NUM);
    const of = (c: number): GExpr => [
      op('eq', cell(A, c), value), cell(BITS, c), cell(LOCK, c), op('and', cell(BITS, c), op('eq', cell(A, c), value)), op('eq', cell(OWNER), 1 | (c << 1)), op('eq', cell(TURN), c),
    ][which]!;
    const each = this.list(this.cpus, of);
    const counted = op('eq', each.map((e) => cond(e, 1, 0)).reduce((a, b) => op('add', a, b)), this.pick(this.cpus + 1));
    const all = [op('and', ...each), op('or', ...each), counted][this.pick(3)]!;
    const scalar = [op('eq', cell(X), value), op('lt', cell(COUNT), 2), op('eq', cell(RW), 0), op('eq', cell(OWNER), 0), this.quiescent()][this.pick(5)]!;
    return and ? op('and', all, scalar) : all;
  }

  private r(i: 0 | 1): number {
    return 2 * this.me + i;
  }

  private mm(): number {
    return this.me % this.mms;
  }
}

function lockOf(kind: number, what: 'acquire' | 'release'): Lock {
  const place = kind < 3 || kind === 5 ? OWNER : kind === 3 || kind === 7 ? RW : LOCK;
  return { op: what, place, cell: null, mode: kind === 3 ? 'shared' : 'exclusive', spinning: true };
}

/** Another constant written, where one is. */
function other(a: Action): Action {
  return a.a === 'write' && a.place === X && a.value.g === 'const' ? { ...a, value: num((a.value.value + 1) % NUM) } : a;
}
