/**
 * Compiles a graph to JavaScript functions over packed states. Each thread is cut into functions small enough for
 * the optimising compiler, and no state costs an allocation.
 */
import type { GNode, Graph } from '../model/language/graph.ts';
import { actions, ended, load, newScope, truth } from './emit.ts';
import type { Scope } from './emit.ts';
import { RangeFault } from './errors.ts';
import { initialState } from './interpret.ts';
import type { SelectedConjunct } from './interpret.ts';
import { layout, pack } from './layout.ts';
import type { Layout } from './layout.ts';

/**
 * Characters of source in one generated function. Small ones are optimised soon and apart from what never runs; beyond
 * about 60 KB of bytecode V8 does not optimise at all.
 */
const CHUNK = 1_500;
/** The same for tests: all run in every state. */
const TESTS_CHUNK = 12_000;
/** Bits of a move that hold the thread; the rest is the choice. */
const THREAD_BITS = 8;

/** A compiled graph. */
export interface Engine {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly conjuncts: readonly SelectedConjunct[];
  readonly initial: Int32Array;
  /** Most successors a state can have, at least 1. */
  readonly maxSuccessors: number;
  /**
   * Writes the successors of the state at `src[o]` to `dst` from the n-th state on and their moves to `moves[n …]`.
   * Answers the number of states then in `dst`, or its complement (`~n`) when the state is a deadlock.
   * @throws RangeFault when a step leaves a declared range.
   */
  readonly expand: (src: Int32Array, o: number, dst: Int32Array, n: number, moves: Int32Array) => number;
  /**
   * By thread, like `expand` for that thread alone, which answers the number of states; deadlocks are not looked for.
   * @throws RangeFault
   */
  readonly moveOf: readonly Engine['expand'][];
  /** By thread: whether it can move in the state at `src[o]`. @throws RangeFault */
  readonly canMove: readonly ((src: Int32Array, o: number) => boolean)[];
  /** True when all threads that must end have. */
  readonly finished: (src: Int32Array, o: number) => boolean;
  /** Index of the first violated conjunct in a state, or -1. Notes true premises. @throws RangeFault */
  readonly check: (src: Int32Array, o: number) => number;
  /** Notes which `reaches` hold in a state; answers how many were never seen. @throws RangeFault */
  readonly observe: (src: Int32Array, o: number) => number;
  /** By node: 1 once it ran. */
  readonly ran: Uint8Array;
  /** By conjunct: 1 once its premise was true. */
  readonly premises: Uint8Array;
  /** By reach: 1 once it was true. */
  readonly reached: Uint8Array;
}

/** Thread of a move written by `expand`. */
export function moveThread(move: number): number {
  return move & (2 ** THREAD_BITS - 1);
}

/** Choice of a move written by `expand`. */
export function moveChoice(move: number): number {
  return move >>> THREAD_BITS;
}

type Functions = Pick<Engine, 'expand' | 'moveOf' | 'canMove' | 'finished' | 'check' | 'observe'>;

/**
 * Compiles a graph with the conjuncts to be checked; its functions when the first of them is asked for, because most
 * searches that find nothing never call any. @throws RangeError for more than 256 threads.
 */
export function compile(graph: Graph, conjuncts: readonly SelectedConjunct[]): Engine {
  if (graph.threads.length > 2 ** THREAD_BITS) throw new RangeError(`more than ${2 ** THREAD_BITS} threads`);
  const at = layout(graph);
  const initial = new Int32Array(at.words);
  pack(at, initialState(graph), initial, 0);
  const ran = new Uint8Array(graph.nodes.length);
  const premises = Uint8Array.from(conjuncts, (c) => (c.premise === null ? 1 : 0));
  const reached = new Uint8Array(graph.reaches.length);
  const maxSuccessors = Math.max(1, graph.threads.reduce((sum, t) => sum + Math.max(0, ...t.nodes.map((n) => graph.nodes[n]!.choices)), 0));
  let functions: Functions | null = null;
  const built = (): Functions => {
    functions ??= build(graph, at, conjuncts, { ran, premises, reached });
    return functions;
  };
  return {
    graph, layout: at, conjuncts, initial, maxSuccessors, ran, premises, reached,
    get expand() { return built().expand; },
    get moveOf() { return built().moveOf; },
    get canMove() { return built().canMove; },
    get finished() { return built().finished; },
    get check() { return built().check; },
    get observe() { return built().observe; },
  };
}

function build(graph: Graph, at: Layout, conjuncts: readonly SelectedConjunct[], { ran, premises, reached }: Pick<Engine, 'ran' | 'premises' | 'reached'>): Functions {
  const program = new Function('ran', 'premises', 'reached', 'tables', 'fail', sourceOf(graph, at, conjuncts));
  const tables = graph.places.map((p) => Int32Array.from(p.initial));
  return program(ran, premises, reached, tables, fail) as Functions;
}

/** Source of the whole engine, for `new Function`. */
export function sourceOf(graph: Graph, at: Layout, conjuncts: readonly SelectedConjunct[]): string {
  const tables = new Set<number>();
  const body = [
    ...graph.threads.map((_, t) => threadSource(graph, at, t, tables)),
    ...graph.threads.map((_, t) => canMoveSource(graph, at, t, tables)),
    expandSource(graph, at),
    checkSource(graph, at, conjuncts, tables),
    observeSource(graph, at, conjuncts.length, tables),
    `return { expand, moveOf: [${graph.threads.map((_, t) => `next${t}`).join(', ')}], canMove: [${graph.threads.map((_, t) => `can${t}`).join(', ')}], finished, check, observe };`,
  ];
  return ["'use strict';", ...[...tables].map((p) => `const table${p} = tables[${p}];`), ...body].join('\n');
}

function fail(where: number, choice: number): never {
  throw new RangeFault(where, choice);
}

/** Groups consecutive items so that a group's source stays below `most` characters. */
function chunked<T>(items: readonly T[], most: number, size: (item: T) => number): T[][] {
  const out: T[][] = [];
  let room = 0;
  for (const item of items) {
    room -= size(item);
    if (room < 0 || out.length === 0) {
      out.push([]);
      room = most - size(item);
    }
    out.at(-1)!.push(item);
  }
  return out;
}

/** `nextT(s, o, d, n, m)`: appends the successors by thread T and answers the new number of states. */
function threadSource(graph: Graph, at: Layout, thread: number, tables: Set<number>): string {
  const scope = { ...newScope(graph, at), tables };
  const cases = graph.threads[thread]!.nodes
    .map((id) => graph.nodes[id]!)
    .filter((node) => node.kind === 'step')
    .map((node) => ({ local: at.local[node.id]!, source: caseSource(scope, node), temps: scope.temps }));
  const groups = chunked(cases, CHUNK, (c) => c.source.length);
  const pc = load(scope, at.pcs[thread]!);
  const functions = groups.map((group, i) => [
    `function next${thread}_${i}(s, o, d, n, m) {`,
    loads(at, 'let'), temps(Math.max(0, ...group.map((c) => c.temps))), transients(graph, thread),
    `switch (${pc}) {`, ...group.map((c) => c.source), 'default: return n;', '}',
    stores(at), `m[n] = ${thread};`, 'return n + 1;', '}',
  ].join('\n'));
  const last = groups.length - 1;
  const dispatch = (from: number, to: number): string => {
    if (from === to) return `return next${thread}_${from}(s, o, d, n, m);`;
    const half = (from + to) >> 1;
    return `if (pc <= ${groups[half]!.at(-1)!.local}) { ${dispatch(from, half)} }\n${dispatch(half + 1, to)}`;
  };
  const word = at.pcs[thread]!.word;
  return [
    ...functions,
    `function next${thread}(s, o, d, n, m) {`,
    groups.length > 1 ? `const w${word} = s[o + ${word}], pc = ${pc};` : '',
    last >= 0 ? dispatch(0, last) : 'return n;', '}',
  ].join('\n');
}

/** `canT(s, o)`: the guard of the node where thread T stands. */
function canMoveSource(graph: Graph, at: Layout, thread: number, tables: Set<number>): string {
  const scope = { ...newScope(graph, at), tables };
  const nodes = graph.threads[thread]!.nodes.map((id) => graph.nodes[id]!);
  const cases = nodes.filter((n) => n.kind === 'end' || n.guard !== null).map((n) => {
    scope.where = n.id;
    return `case ${at.local[n.id]!}: return ${n.guard === null ? 'false' : truth(scope, n.guard)};`;
  });
  const pc = load(scope, at.pcs[thread]!);
  return [
    `function can${thread}(s, o) {`, loads(at, 'const', scope.words), temps(scope.temps),
    `switch (${pc}) {`, ...cases, 'default: return true;', '}', '}',
  ].join('\n');
}

/** One case of a thread's switch: a single alternative falls out to the shared stores, several loop over their own. */
function caseSource(scope: Scope, node: GNode): string {
  scope.where = node.id;
  scope.temps = 0;
  scope.choices = 1;
  const guard = node.guard === null ? '' : `if (!(${truth(scope, node.guard)})) return n;`;
  scope.choices = node.choices;
  const head = `case ${scope.layout.local[node.id]!}: {\n${guard}\nran[${node.id}] = 1;`;
  if (node.choices <= 1) return `${head}\nstep: {\n${actions(scope, node.code, '')}\n}\nbreak;\n}`;
  const reload = Array.from({ length: scope.layout.words }, (_, i) => `w${i} = s[o + ${i}];`).join(' ');
  return [
    head, `for (let c = 0; c < ${node.choices}; c++) {`, reload,
    `step: {\n${actions(scope, node.code, '')}\n}`,
    stores(scope.layout), `m[n++] = ${node.thread} | c << ${THREAD_BITS};`, '}', 'return n;', '}',
  ].join('\n');
}

/** Threads that are relied on to move go first, so that their absence shows a deadlock. */
function expandSource(graph: Graph, at: Layout): string {
  const call = (t: number): string => `n = next${t}(s, o, d, n, m);`;
  const threads = graph.threads.map((t, i) => ({ daemon: t.daemon, i }));
  const scope = newScope(graph, at);
  const finished = threads.filter((t) => t.daemon === 'no').map((t) => ended(scope, t.i)).join(' && ') || 'true';
  return [
    `function finished(s, o) {`, loads(at, 'const', scope.words), `return ${finished};`, '}',
    'function expand(s, o, d, n, m) {', 'const n0 = n;',
    ...threads.filter((t) => t.daemon !== 'optional').map((t) => call(t.i)),
    'const stuck = n === n0 && !finished(s, o);',
    ...threads.filter((t) => t.daemon === 'optional').map((t) => call(t.i)),
    'return stuck ? ~n : n;', '}',
  ].join('\n');
}

function checkSource(graph: Graph, at: Layout, conjuncts: readonly SelectedConjunct[], tables: Set<number>): string {
  const tests = conjuncts.map((c, i) => test(graph, at, tables, i, (s) => {
    const violated = `if (!${truth(s, c.holds)}) return ${i};`;
    return c.premise === null ? violated : `if (${truth(s, c.premise)}) { premises[${i}] = 1; ${violated} }`;
  }));
  return testFunctions(at, 'check', tests, '-1', (call) => `r = ${call}; if (r >= 0) return r;`);
}

/** A reach seen once is not evaluated again. */
function observeSource(graph: Graph, at: Layout, conjuncts: number, tables: Set<number>): string {
  const tests = graph.reaches.map((r, i) => test(graph, at, tables, conjuncts + i, (s) =>
    `if (reached[${i}] === 0) { if (${truth(s, r.expr)}) reached[${i}] = 1; else missing++; }`));
  return testFunctions(at, 'observe', tests, 'missing', (call) => `missing += ${call};`);
}

interface Test {
  readonly source: string;
  readonly scope: Scope;
}

function test(graph: Graph, at: Layout, tables: Set<number>, index: number, emit: (s: Scope) => string): Test {
  const scope = { ...newScope(graph, at), tables, where: -1 - index };
  return { source: emit(scope), scope };
}

/** `name(s, o)` calling one function a chunk of tests. */
function testFunctions(at: Layout, name: string, tests: readonly Test[], result: string, use: (call: string) => string): string {
  const groups = chunked(tests, TESTS_CHUNK, (t) => t.source.length);
  const functions = groups.map((group, i) => [
    `function ${name}_${i}(s, o) {`,
    loads(at, 'const', new Set(group.flatMap((t) => [...t.scope.words]))),
    temps(Math.max(0, ...group.map((t) => t.scope.temps))),
    'let missing = 0;', ...group.map((t) => t.source), `return ${result};`, '}',
  ].join('\n'));
  return [...functions, `function ${name}(s, o) {`, 'let r = 0, missing = 0;', ...groups.map((_, i) => use(`${name}_${i}(s, o)`)), `return ${result};`, '}'].join('\n');
}

function loads(at: Layout, keyword: 'let' | 'const', only?: ReadonlySet<number>): string {
  const words = Array.from({ length: at.words }, (_, i) => i).filter((i) => only?.has(i) ?? true);
  return words.length === 0 ? '' : `${keyword} ${words.map((i) => `w${i} = s[o + ${i}]`).join(', ')};`;
}

function stores(at: Layout): string {
  const words = Array.from({ length: at.words }, (_, i) => `d[e + ${i}] = w${i};`);
  return `{ const e = Math.imul(n, ${at.words}); ${words.join(' ')} }`;
}

function transients(graph: Graph, thread: number): string {
  const names = graph.regs.flatMap((r, i) => (r.transient && r.thread === thread ? [`r${i} = 0`] : []));
  return names.length === 0 ? '' : `let ${names.join(', ')};`;
}

function temps(count: number): string {
  return count === 0 ? '' : `let ${Array.from({ length: count }, (_, i) => `t${i} = 0`).join(', ')};`;
}
