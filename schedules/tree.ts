/**
 * A second reference, which shares nothing with lowering: it runs the recorded statements as they stand, with a call
 * stack and names, and explores breadth-first. Slow; meant to be seen to be right.
 *
 * A thread's position is a stack of frames, each a list of statements and how far it got. A step runs the statement
 * at the top and then everything that is free up to the next step.
 */
import type { Expr, PlaceRef, Program, Stmt, ThreadDecl, TypeDecl } from '../model/language/ir.ts';

/** A number, or a record of them. */
type Value = number | { readonly [field: string]: Value };

/** A value or an index left its declared range. */
export class TreeFault extends Error {
  override readonly name = 'TreeFault';
}

export interface TreeResult {
  readonly verdict: 'holds' | 'violated' | 'deadlock' | 'incomplete';
  /** Properties that some state at the depth of the first violation breaks; `assertion` for an assert. */
  readonly violated: ReadonlySet<string>;
  /** Steps of the shortest schedule to the violation or deadlock. */
  readonly length: number | null;
  /** What the observed places hold in each reachable state, failing or beyond included. */
  readonly valuations: ReadonlySet<string>;
}

interface Frame {
  readonly stmts: readonly Stmt[];
  /** The statement that the thread stands at. */
  at: number;
  readonly locals: Map<number, Value>;
  /** Names of the frames below are visible. */
  readonly opens: 'block' | 'loop' | 'procedure';
  /** A ForEach: the index of this time round. */
  readonly round?: number;
}

interface State {
  /** By thread; empty when it has ended. */
  readonly stacks: Frame[][];
  /** By place, by indices joined with commas. */
  readonly cells: Map<string, Map<string, Value>>;
  /** The first assertion that failed. */
  failed: string | null;
}

/** Explores all of the program, unless it has more than `most` states. @throws TreeFault */
export function exploreTree(program: Program, observed: readonly string[], most = Infinity): TreeResult {
  const tree = new Tree(program);
  const seen = new Set<string>();
  const valuations = new Set<string>();
  let level = [tree.initial()];
  let verdict: TreeResult['verdict'] = 'holds';
  let length: number | null = null;
  const violated = new Set<string>();
  for (let depth = 0; level.length > 0; depth++) {
    level = level.filter((s) => {
      const key = tree.key(s);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    for (const s of level) valuations.add(tree.valuation(s, observed));
    if (verdict === 'holds') {
      for (const name of level.flatMap((s) => tree.broken(s))) violated.add(name);
      if (violated.size > 0) [verdict, length] = ['violated', depth];
      else if (level.some((s) => tree.deadlocked(s))) [verdict, length] = ['deadlock', depth];
    }
    if (seen.size > most) return { verdict: 'incomplete', violated, length: null, valuations };
    level = level.flatMap((s) => tree.successors(s));
  }
  return { verdict, violated, length, valuations };
}

class Tree {
  private readonly program: Program;
  private readonly types: ReadonlyMap<string, TypeDecl>;
  private readonly lists = new Map<readonly Stmt[], number>();

  constructor(program: Program) {
    this.program = program;
    this.types = new Map(program.types.map((t) => [t.name, t]));
  }

  initial(): State {
    const cells = new Map(this.program.places.map((p) => {
      const given = this.program.init[p.name] ?? {};
      return [p.name, new Map(this.indices(p.dims).map((index, i) => [index, this.unpacked(p.type, given[i] ?? 0)]))];
    }));
    const state: State = { stacks: this.program.threads.map((t) => [this.procedure(t.proc, new Map())]), cells, failed: null };
    this.program.threads.forEach((_, t) => { new Run(this, this.program, state, t, 0).free(); });
    return state;
  }

  /** All indices of an array, row by row. */
  private indices(dims: readonly string[]): string[] {
    const all = dims.reduce<number[][]>((rows, d) => rows.flatMap((row) => this.range(d).map((i) => [...row, i])), [[]]);
    return all.map((index) => index.join());
  }

  range(type: string): number[] {
    return Array.from({ length: this.size(type) }, (_, i) => i);
  }

  private size(type: string): number {
    const t = this.types.get(type)!;
    if (t.kind === 'bool') return 2;
    if (t.kind === 'int') return t.hi + 1;
    if (t.kind === 'enum') return t.values.length;
    if (t.kind === 'index') return t.size;
    throw new Error(`size of record ${type}`);
  }

  /** Initial values are given as words: each field in as few bits as hold its type, the first lowest. */
  private unpacked(type: string, word: number): Value {
    const t = this.types.get(type)!;
    if (t.kind !== 'record') return word;
    let rest = word;
    return Object.fromEntries(t.fields.map((f) => {
      const values = 2 ** Math.ceil(Math.log2(this.size(f.type)));
      const value = rest % values;
      rest = (rest - value) / values;
      return [f.name, value];
    }));
  }

  /** The value as one of the type, all fields present. @throws TreeFault if it is none */
  checked(type: string, value: Value): Value {
    const t = this.types.get(type)!;
    if (t.kind === 'record') {
      const given = value as Readonly<Record<string, Value>>;
      return Object.fromEntries(t.fields.map((f) => [f.name, this.checked(f.type, given[f.name] ?? 0)]));
    }
    if (typeof value !== 'number' || value < 0 || value >= this.size(type)) throw new TreeFault(`${JSON.stringify(value)} is no ${type}`);
    return value;
  }

  hi(type: string): number {
    return this.size(type) - 1;
  }

  procedure(name: string, locals: Map<number, Value>): Frame {
    return { stmts: this.program.procs.find((p) => p.name === name)!.body, at: 0, locals, opens: 'procedure' };
  }

  successors(state: State): State[] {
    return state.stacks.flatMap((_, t) => {
      if (!this.canMove(state, t)) return [];
      const step = new Run(this, this.program, state, t, 0).current()!;
      return Array.from({ length: step.s === 'choose' ? step.count : 1 }, (__, choice) => {
        const next = copy(state);
        new Run(this, this.program, next, t, choice).step();
        return next;
      });
    });
  }

  private canMove(state: State, t: number): boolean {
    return new Run(this, this.program, state, t, 0).ready();
  }

  ended(state: State): boolean {
    return this.program.threads.every((t, i) => t.daemon !== 'no' || state.stacks[i]!.length === 0);
  }

  deadlocked(state: State): boolean {
    return !this.ended(state) && !this.program.threads.some((t, i) => t.daemon !== 'optional' && this.canMove(state, i));
  }

  /** Names of the properties that the state breaks. */
  broken(state: State): string[] {
    const run = new Run(this, this.program, state, 0, 0);
    const names = this.program.properties
      .filter((p) => p.conjuncts.some((c) => (c.premise === null || run.truth(c.premise)) && !run.truth(c.holds)))
      .map((p) => p.name);
    return state.failed === null ? names : [...names, 'assertion'];
  }

  valuation(state: State, observed: readonly string[]): string {
    return observed.map((name) => `${name}: ${JSON.stringify([...state.cells.get(name)!.values()])}`).join('; ');
  }

  key(state: State): string {
    const stacks = state.stacks.map((stack) => stack.map((f) => [this.number(f.stmts), f.at, f.round ?? -1, [...f.locals].sort(([a], [b]) => a - b)]));
    return JSON.stringify([stacks, [...state.cells.values()].map((c) => [...c.values()]), state.failed]);
  }

  private number(list: readonly Stmt[]): number {
    const known = this.lists.get(list) ?? this.lists.size;
    this.lists.set(list, known);
    return known;
  }
}

function copy(state: State): State {
  return {
    stacks: state.stacks.map((stack) => stack.map((f) => ({ ...f, locals: new Map(f.locals) }))),
    cells: new Map([...state.cells].map(([name, cells]) => [name, new Map(cells)])),
    failed: state.failed,
  };
}

const STEPS: ReadonlySet<Stmt['s']> = new Set(['load', 'store', 'rmw', 'wait', 'atomic', 'choose', 'skip']);

/** One thread's move in a state, which it changes. */
class Run {
  private readonly tree: Tree;
  private readonly program: Program;
  private readonly state: State;
  private readonly stack: Frame[];
  private readonly thread: ThreadDecl;
  private readonly choice: number;

  constructor(tree: Tree, program: Program, state: State, thread: number, choice: number) {
    this.tree = tree;
    this.program = program;
    this.state = state;
    this.stack = state.stacks[thread]!;
    this.thread = program.threads[thread]!;
    this.choice = choice;
  }

  /** The step that the thread stands at. */
  current(): Stmt | undefined {
    const top = this.stack.at(-1);
    return top?.stmts[top.at];
  }

  ready(): boolean {
    const s = this.current();
    if (s === undefined) return false;
    if (s.s === 'wait') return this.truth(s.cond);
    if (s.s === 'atomic') return s.guard === undefined || this.truth(s.guard);
    if (s.s !== 'rmw' || s.guard === undefined) return true;
    return this.evaluate(s.guard, new Map([[s.old, this.read(s.place)]])) !== 0;
  }

  step(): void {
    const s = this.current()!;
    this.stack.at(-1)!.at++;
    this.access(s);
    this.free();
  }

  /** Runs statements up to the next step or the end. */
  free(): void {
    while (this.stack.length > 0) {
      const s = this.current();
      if (s === undefined) this.leave();
      else if (STEPS.has(s.s)) return;
      else this.control(s);
    }
  }

  /** The top frame is at its end: a loop's statement decides again, a block's or call's is done. */
  private leave(): void {
    const done = this.stack.pop()!;
    const below = this.stack.at(-1);
    if (below === undefined) return;
    const s = below.stmts[below.at]!;
    if (s.s === 'for' && done.round! < this.tree.hi(s.over)) this.round(s, done.round! + 1);
    else if (s.s !== 'while' && s.s !== 'forever') below.at++;
  }

  private control(s: Stmt): void {
    const top = this.stack.at(-1)!;
    switch (s.s) {
      case 'if': this.push(this.truth(s.test) ? s.then : s.else, 'block'); return;
      case 'while': if (this.truth(s.test)) this.push(s.body, 'loop'); else top.at++; return;
      case 'forever': this.push(s.body, 'loop'); return;
      case 'for': this.round(s, 0); return;
      case 'call': this.call(s); return;
      case 'return': this.return(s); return;
      case 'break': this.break(); return;
      default: top.at++; this.compute(s);
    }
  }

  private push(stmts: readonly Stmt[], opens: Frame['opens'], locals = new Map<number, Value>()): void {
    this.stack.push({ stmts, at: 0, locals, opens });
  }

  private round(s: Extract<Stmt, { s: 'for' }>, i: number): void {
    this.stack.push({ stmts: s.body, at: 0, locals: new Map([[s.var, i]]), opens: 'loop', round: i });
  }

  private call(s: Extract<Stmt, { s: 'call' }>): void {
    const { params } = this.program.procs.find((p) => p.name === s.proc)!;
    const locals = new Map(params.map((p, i) => [p.id, this.tree.checked(p.type, this.evaluate(s.args[i]!))]));
    this.stack.push(this.tree.procedure(s.proc, locals));
  }

  private return(s: Extract<Stmt, { s: 'return' }>): void {
    const value = s.value && this.evaluate(s.value);
    while (this.stack.pop()!.opens !== 'procedure');
    const caller = this.stack.at(-1);
    if (caller === undefined) return;
    const call = caller.stmts[caller.at++] as Extract<Stmt, { s: 'call' }>;
    if (call.into !== undefined) caller.locals.set(call.into, this.tree.checked(call.type!, value!));
  }

  private break(): void {
    while (this.stack.pop()!.opens !== 'loop');
    this.stack.at(-1)!.at++;
  }

  /** What a step does to memory and names. */
  private access(s: Stmt): void {
    switch (s.s) {
      case 'load': this.define(s.into, s.type, this.read(s.place)); return;
      case 'store': this.write(s.place, this.evaluate(s.value)); return;
      case 'rmw':
        this.define(s.old, s.type, this.read(s.place));
        this.write(s.place, this.evaluate(s.value));
        return;
      case 'choose': this.define(s.into, s.type, this.choice); return;
      case 'atomic': for (const x of s.body) this.within(x); return;
      default:
    }
  }

  /** A statement in an atomic section. */
  private within(s: Stmt): void {
    if (s.s === 'if') this.block(this.truth(s.test) ? s.then : s.else);
    else if (s.s === 'for') for (const i of this.tree.range(s.over)) this.block(s.body, new Map([[s.var, i]]));
    else if (STEPS.has(s.s)) this.access(s);
    else this.compute(s);
  }

  private block(list: readonly Stmt[], locals = new Map<number, Value>()): void {
    this.push(list, 'block', locals);
    for (const s of list) this.within(s);
    this.stack.pop();
  }

  private compute(s: Stmt): void {
    switch (s.s) {
      case 'let': case 'var': this.define(s.into, s.type, this.evaluate(s.value)); return;
      case 'assign': this.frameOf(s.into).set(s.into, this.tree.checked(s.type, this.evaluate(s.value))); return;
      case 'ghost': this.write(s.place, this.evaluate(s.value)); return;
      case 'assert': if (!this.truth(s.cond)) this.state.failed ??= s.name; return;
      default: throw new Error(`${s.s} here`);
    }
  }

  private define(id: number, type: string, value: Value): void {
    this.stack.at(-1)!.locals.set(id, this.tree.checked(type, value));
  }

  /** The names among which a local is: the frames of the procedure, innermost first. */
  private frameOf(id: number): Map<number, Value> {
    for (const f of [...this.stack].reverse()) {
      if (f.locals.has(id)) return f.locals;
      if (f.opens === 'procedure') break;
    }
    throw new Error(`local ${id} is not in scope`);
  }

  private read(ref: PlaceRef, bound?: ReadonlyMap<number, Value>): Value {
    const value = this.state.cells.get(ref.place)!.get(this.index(ref, bound));
    if (value === undefined) throw new TreeFault(`no such cell of ${ref.place}`);
    return value;
  }

  private index(ref: PlaceRef, bound?: ReadonlyMap<number, Value>): string {
    return ref.index.map((e) => this.evaluate(e, bound) as number).join();
  }

  private write(ref: PlaceRef, value: Value): void {
    const cells = this.state.cells.get(ref.place)!;
    const index = this.index(ref);
    if (!cells.has(index)) throw new TreeFault(`no such cell of ${ref.place}`);
    cells.set(index, this.tree.checked(this.program.places.find((p) => p.name === ref.place)!.type, value));
  }

  truth(e: Expr, bound?: ReadonlyMap<number, Value>): boolean {
    return this.evaluate(e, bound) !== 0;
  }

  /** `bound`: variables of quantifiers, and the old value in a guard. */
  private evaluate(e: Expr, bound: ReadonlyMap<number, Value> = new Map()): Value {
    const value = (x: Expr): Value => this.evaluate(x, bound);
    switch (e.e) {
      case 'const': return e.value;
      case 'local': return bound.get(e.id) ?? this.frameOf(e.id).get(e.id)!;
      case 'read': return this.read(e.place, bound);
      case 'field': return (value(e.of) as Readonly<Record<string, Value>>)[e.field] ?? 0;
      case 'with': return { ...(value(e.of) as Readonly<Record<string, Value>>), [e.field]: value(e.value) };
      case 'record': return Object.fromEntries(Object.entries(e.fields).map(([k, v]) => [k, value(v)]));
      case 'op': return this.operate(e, value);
      case 'cond': return value(e.test) !== 0 ? value(e.then) : value(e.else);
      case 'macro': return value(e.body);
      case 'cpu': return this.thread.cpu;
      case 'quiescent': return Number(this.tree.ended(this.state));
      case 'forall': case 'exists': case 'count': return this.quantify(e, bound);
    }
  }

  private quantify(e: Extract<Expr, { e: 'forall' | 'exists' | 'count' }>, bound: ReadonlyMap<number, Value>): number {
    const indices = this.tree.range(e.over);
    const n = indices.filter((i) => this.truth(e.body, new Map(bound).set(e.var, i))).length;
    if (e.e === 'count') return Math.min(n, this.tree.hi(e.type));
    return Number(e.e === 'forall' ? n === indices.length : n > 0);
  }

  private operate(e: Extract<Expr, { e: 'op' }>, value: (x: Expr) => Value): number {
    if (e.op === 'and') return Number(e.args.every((a) => value(a) !== 0));
    if (e.op === 'or') return Number(e.args.some((a) => value(a) !== 0));
    const [a, b] = e.args.map(value);
    switch (e.op) {
      case 'not': return Number(a === 0);
      case 'eq': return Number(same(this.tree, e.args[0]!.type, a!, b!));
      case 'ne': return Number(!same(this.tree, e.args[0]!.type, a!, b!));
      case 'lt': return Number((a as number) < (b as number));
      case 'le': return Number((a as number) <= (b as number));
      case 'add': return (a as number) + (b as number);
      case 'sub': return (a as number) - (b as number);
    }
  }
}

/** Records are equal when all fields are; those not written are 0. Numbers may lie outside their type. */
function same(tree: Tree, type: string, a: Value, b: Value): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return JSON.stringify(tree.checked(type, a)) === JSON.stringify(tree.checked(type, b));
}
