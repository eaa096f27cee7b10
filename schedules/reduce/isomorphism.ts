/** Proves that a permutation of values and cells maps the threads of a graph onto each other. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { writesIn } from './accesses.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { fold } from './fold.ts';

type ValueMap = readonly number[] | undefined;

/** The thread's own view of a step: which register stands for which, and what type it has. */
interface Context {
  readonly regs: ReadonlyMap<number, number>;
  readonly types: Map<number, string>;
}

/** Valuations tried an expression. */
const MOST = 4096;

export class Isomorphism {
  private readonly graph: Graph;
  private readonly values: ReadonlyMap<string, readonly number[]>;
  private readonly cells: readonly (readonly number[])[];
  private readonly threads: number[];

  constructor(graph: Graph, values: ReadonlyMap<string, readonly number[]>, cells: readonly (readonly number[])[]) {
    this.graph = graph;
    this.values = values;
    this.cells = cells;
    this.threads = graph.threads.map(() => -1);
  }

  /** The images of threads and nodes, or null when the permutation is no symmetry. */
  automorphism(conjuncts: readonly SelectedConjunct[]): { threads: number[]; nodes: number[]; cells: readonly (readonly number[])[]; values: ReadonlyMap<string, readonly number[]> } | null {
    const { graph } = this;
    const nodes = graph.nodes.map(() => -1);
    for (const t of graph.threads.keys()) {
      const found = this.candidates(t).flatMap((u) => {
        const pairs = this.pairUp(t, u);
        return pairs === null ? [] : [{ u, pairs }];
      })[0];
      if (found === undefined) return null;
      this.threads[t] = found.u;
      for (const [n, m] of found.pairs) nodes[n] = m;
    }
    if (!this.constantsAgree() || nodes.includes(-1) || new Set(nodes).size !== nodes.length || !this.claimsAgree(conjuncts)) return null;
    return { threads: this.threads, nodes, cells: this.cells, values: this.values };
  }

  private candidates(t: number): number[] {
    const { threads } = this.graph;
    const own = threads[t]!;
    const cpus = Object.values(this.graph.types).find((x) => x.name === 'cpu_t');
    const cpu = cpus === undefined ? own.cpu : this.values.get('cpu_t')?.[own.cpu] ?? own.cpu;
    return [...threads.keys()].filter((u) => !this.threads.includes(u) && threads[u]!.cpu === cpu && threads[u]!.daemon === own.daemon && threads[u]!.nodes.length === own.nodes.length);
  }

  /** Nodes of two threads paired by walking both from the start; null where they differ. */
  private pairUp(t: number, u: number): Map<number, number> | null {
    const { graph } = this;
    const [a, b] = [graph.threads[t]!, graph.threads[u]!];
    const regs = this.registers(t, u);
    if (regs === null) return null;
    const pairs = new Map([[a.start, b.start]]);
    const work = [a.start];
    for (let n = work.pop(); n !== undefined; n = work.pop()) {
      const next = this.sameStep(graph.nodes[n]!, graph.nodes[pairs.get(n)!]!, regs);
      if (next === null) return null;
      for (const [x, y] of next) {
        const known = pairs.get(x);
        if (known !== undefined && known !== y) return null;
        if (known === undefined) work.push(x);
        pairs.set(x, y);
      }
    }
    return pairs;
  }

  /** Registers in their order in the two threads. */
  private registers(t: number, u: number): Map<number, number> | null {
    const own = (thread: number): number[] => [...this.graph.regs.keys()].filter((r) => this.graph.regs[r]!.thread === thread);
    const [a, b] = [own(t), own(u)];
    const alike = a.length === b.length && a.every((r, i) => this.graph.regs[r]!.size === this.graph.regs[b[i]!]!.size && this.graph.regs[r]!.transient === this.graph.regs[b[i]!]!.transient);
    return alike ? new Map(a.map((r, i) => [r, b[i]!])) : null;
  }

  private sameStep(n: GNode, m: GNode, regs: ReadonlyMap<number, number>): [number, number][] | null {
    if (n.kind !== m.kind || n.choices !== m.choices || (n.guard === null) !== (m.guard === null)) return null;
    const context: Context = { regs, types: new Map(n.live.map((l) => [l.reg, l.type])) };
    if (!sameLive(n, m, regs)) return null;
    if (n.guard !== null && !this.same(n.guard, m.guard!, undefined, context)) return null;
    const out: [number, number][] = [];
    return this.sameCode(n.code, m.code, context, out) ? out : null;
  }

  private sameCode(a: readonly Action[], b: readonly Action[], context: Context, out: [number, number][]): boolean {
    return a.length === b.length && a.every((x, i) => this.sameAction(x, b[i]!, context, out));
  }

  private sameAction(a: Action, b: Action, c: Context, out: [number, number][]): boolean {
    if (a.a === 'goto') {
      if (b.a !== 'goto') return false;
      out.push([a.node, b.node]);
      return this.graph.nodes[a.node]!.live.every((l) => this.values.get(l.type) === this.values.get(c.types.get(l.reg) ?? ''));
    }
    if (a.a === 'set') {
      if (b.a !== 'set' || c.regs.get(a.reg) !== b.reg) return false;
      const type = this.typeOf(a.value, c) ?? '';
      const same = this.same(a.value, b.value, this.values.get(type), c);
      c.types.set(a.reg, type);
      return same;
    }
    if (a.a === 'write') {
      return b.a === 'write' && b.place === a.place && this.same(a.index, b.index, this.cells[a.place], c)
        && this.same(a.value, b.value, this.values.get(this.graph.places[a.place]!.type), c);
    }
    if (b.a !== 'if' || !this.same(a.test, b.test, undefined, c)) return false;
    const inner = [{ ...c, types: new Map(c.types) }, { ...c, types: new Map(c.types) }] as const;
    if (!this.sameCode(a.then, b.then, inner[0], out) || !this.sameCode(a.else, b.else, inner[1], out)) return false;
    // A register whose type depends on the way taken has none; a moved one would then be refused where it is used.
    for (const reg of new Set([...inner[0].types.keys(), ...inner[1].types.keys()])) {
      const [x, y] = [inner[0].types.get(reg) ?? '', inner[1].types.get(reg) ?? ''];
      if (this.values.get(x) !== this.values.get(y)) return false;
      c.types.set(reg, x);
    }
    return true;
  }

  private typeOf(e: GExpr, c: Context): string | undefined {
    if (e.g === 'cell') return this.graph.places[e.place]!.type;
    return e.g === 'reg' ? c.types.get(e.reg) : undefined;
  }

  /** True when `b`, on the image of a state, is the image under `map` of what `a` is on the state. */
  private same(a: GExpr, b: GExpr, map: ValueMap, c: Context): boolean {
    const type = this.typeOf(a, c);
    if (type !== undefined && this.values.get(type) === map && this.sameLeaf(a, b, c)) return true;
    return (isIdentity(map) && this.sameShape(a, b, c)) || this.tried(a, b, map, c);
  }

  private sameShape(a: GExpr, b: GExpr, c: Context): boolean {
    if (a.g === 'const') return b.g === 'const' && a.value === b.value;
    if (a.g === 'choice') return b.g === 'choice';
    if (a.g === 'op') return b.g === 'op' && a.op === b.op && a.args.length === b.args.length && a.args.every((x, i) => this.same(x, b.args[i]!, undefined, c));
    if (a.g === 'cond') return b.g === 'cond' && this.same(a.test, b.test, undefined, c) && this.same(a.then, b.then, undefined, c) && this.same(a.else, b.else, undefined, c);
    return a.g === 'ended' && b.g === 'ended' && this.threads[a.thread] === b.thread;
  }

  private sameLeaf(a: GExpr, b: GExpr, c: Context): boolean {
    if (a.g === 'reg') return b.g === 'reg' && c.regs.get(a.reg) === b.reg;
    return a.g === 'cell' && b.g === 'cell' && a.place === b.place && this.same(a.index, b.index, this.cells[a.place], c);
  }

  /** By all values of all leaves; false when there are too many, or a leaf has no counterpart. */
  private tried(a: GExpr, b: GExpr, map: ValueMap, c: Context): boolean {
    const [left, right] = [leaves(a), leaves(b)];
    const sizes = left.map((l) => this.sizeOf(l));
    if (left.length !== right.length || sizes.reduce((n, s) => n * s, 1) > MOST) return false;
    if (!left.every((l, i) => this.sameLeaf(l, right[i]!, c))) return false;
    const maps = left.map((l) => this.values.get(this.typeOf(l, c) ?? ''));
    const at = left.map(() => 0);
    const [valueOf, imageOf] = [valuer(a, left), valuer(b, right)];
    for (;;) {
      const value = valueOf(at);
      if ((map?.[value] ?? value) !== imageOf(at.map((v, i) => maps[i]?.[v] ?? v))) return false;
      let i = 0;
      while (i < at.length && ++at[i]! === sizes[i]) at[i++] = 0;
      if (i === at.length) return true;
    }
  }

  private sizeOf(e: GExpr): number {
    if (e.g === 'reg') return this.graph.regs[e.reg]!.size;
    return e.g === 'cell' ? this.graph.places[e.place]!.size : Infinity;
  }

  /** What no step writes is as symmetric as the steps. */
  private constantsAgree(): boolean {
    const written = this.graph.places.map(() => new Set<number>());
    for (const w of this.graph.nodes.flatMap((n) => writesIn(n.code))) {
      const cells = w.index.g === 'const' ? [w.index.value] : this.graph.places[w.place]!.initial.keys();
      for (const cell of cells) written[w.place]!.add(cell);
    }
    return this.graph.places.every((p, i) => p.initial.every((v, cell) => {
      const to = this.cells[i]![cell]!;
      return written[i]!.has(cell) === written[i]!.has(to) && (written[i]!.has(cell) || (this.values.get(p.type)?.[v] ?? v) === p.initial[to]);
    }));
  }

  /** Every conjunct and reach is mapped to itself, up to the order of operands. */
  private claimsAgree(conjuncts: readonly SelectedConjunct[]): boolean {
    const claims = [...conjuncts.flatMap((c) => [c.holds, ...(c.premise === null ? [] : [c.premise])]), ...this.graph.reaches.map((r) => r.expr)];
    return claims.every((e) => {
      const image = this.image(e);
      return image !== null && JSON.stringify(ordered(image)) === JSON.stringify(ordered(e));
    });
  }

  /** The expression over the images of its cells; null where it looks at a moved value. */
  private image(e: GExpr): GExpr | null {
    const none: Context = { regs: new Map(), types: new Map() };
    if (e.g === 'const') return e;
    if (e.g === 'ended') return { ...e, thread: this.threads[e.thread]! };
    if (e.g === 'cell') return this.values.has(this.graph.places[e.place]!.type) ? null : this.moved(e);
    if (e.g === 'op' || e.g === 'cond') {
      const renamed = rename(e, (cell) => this.moved(cell));
      if (renamed !== null && this.tried(e, renamed, undefined, none)) return renamed;
      const parts = (e.g === 'op' ? e.args : [e.test, e.then, e.else]).map((x) => this.image(x));
      if (parts.includes(null)) return null;
      const [test, then, otherwise] = parts as [GExpr, GExpr, GExpr];
      return e.g === 'op' ? { ...e, args: parts as GExpr[] } : { ...e, test, then, else: otherwise };
    }
    return null;
  }

  private moved(e: Extract<GExpr, { g: 'cell' }>): GExpr | null {
    const map = this.cells[e.place]!;
    if (e.index.g === 'const') return { ...e, index: { g: 'const', value: map[e.index.value]! } };
    const index = this.image(e.index);
    return index === null || map.some((v, i) => v !== i) ? null : { ...e, index };
  }
}

function isIdentity(map: ValueMap): boolean {
  return map === undefined || map.every((v, i) => v === i);
}

function sameLive(n: GNode, m: GNode, regs: ReadonlyMap<number, number>): boolean {
  return n.live.length === m.live.length && n.live.every((l) => m.live.some((k) => regs.get(l.reg) === k.reg && k.type === l.type));
}

/** The cells and registers that an expression reads, outermost cells, each once, in order. */
function leaves(e: GExpr): GExpr[] {
  const found = new Map<string, GExpr>();
  const walk = (x: GExpr): void => {
    if (x.g === 'reg' || x.g === 'cell' || x.g === 'choice' || x.g === 'ended') found.set(JSON.stringify(x), x);
    else if (x.g === 'op') x.args.forEach(walk);
    else if (x.g === 'cond') [x.test, x.then, x.else].forEach(walk);
  };
  walk(e);
  return [...found.values()];
}

/** The value of an expression by those of its leaves. */
function valuer(e: GExpr, names: readonly GExpr[]): (values: readonly number[]) => number {
  const slots = new Map(names.map((n, i) => [JSON.stringify(n), i]));
  const slotOf = new Map<GExpr, number>();
  const walk = (x: GExpr): void => {
    const slot = slots.get(JSON.stringify(x));
    if (slot !== undefined) slotOf.set(x, slot);
    else if (x.g === 'op') x.args.forEach(walk);
    else if (x.g === 'cond') [x.test, x.then, x.else].forEach(walk);
  };
  walk(e);
  let now: readonly number[] = [];
  const read = (x: GExpr): number | null => now[slotOf.get(x)!] ?? null;
  return (values) => {
    now = values;
    return fold(e, { read }) ?? NaN;
  };
}

function rename(e: GExpr, cell: (e: Extract<GExpr, { g: 'cell' }>) => GExpr | null): GExpr | null {
  if (e.g === 'cell') return cell(e);
  if (e.g === 'op') {
    const args = e.args.map((a) => rename(a, cell));
    return args.includes(null) ? null : { ...e, args: args as GExpr[] };
  }
  if (e.g === 'cond') {
    const [test, then, otherwise] = [e.test, e.then, e.else].map((x) => rename(x, cell));
    return test && then && otherwise ? { ...e, test, then, else: otherwise } : null;
  }
  return e.g === 'const' ? e : null;
}

const COMMUTATIVE: ReadonlySet<string> = new Set(['and', 'or', 'eq', 'ne', 'add', 'bitand', 'bitor']);

/** Operands of commutative operators in one order. */
function ordered(e: GExpr): GExpr {
  if (e.g === 'cell') return { ...e, index: ordered(e.index) };
  if (e.g === 'cond') return { ...e, test: ordered(e.test), then: ordered(e.then), else: ordered(e.else) };
  if (e.g !== 'op') return e;
  const args = e.args.map(ordered);
  return { ...e, args: COMMUTATIVE.has(e.op) ? args.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : args };
}
