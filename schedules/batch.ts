/**
 * Expands many states at a time in WebAssembly, which is fast from its first second on: what V8 makes of generated
 * JavaScript is not until it was optimised, longer than many a search takes. Whoever needs moves, or to know what is
 * wrong with a state, asks the Engine.
 */
import type { GNode, Graph } from '../model/language/graph.ts';
import { actions, ended, get, loadAt, num, put, truth, type WasmScope } from './emit-wasm.ts';
import { largestNode } from './graph-size.ts';
import type { Layout } from './layout.ts';
import { assemble, isTrap, memoryOf, OP, unsigned, VOID, type Func } from './wasm.ts';

/** Most states expanded at a time. */
const SOURCES = 128;
/**
 * Most expressions and actions of a node. V8 takes gigabytes to optimise functions that are much larger, and refuses the
 * largest; a step of the kernel model has at most some hundred.
 */
const LARGEST = 4096;
/** Addresses: where the states expanded end, then the states to expand. */
const DONE_AT = 0;
const SOURCES_AT = 16;
/** Parameters: the address of a state, and the number of states in the batch. */
const STATE = 0;
const N = 1;

/** Where things lie in memory, in bytes. */
interface Plan {
  readonly graph: Graph;
  readonly layout: Layout;
  /** Enough successors. */
  readonly full: number;
  readonly stride: number;
  readonly batchAt: number;
  readonly ranAt: number;
  readonly tableAt: readonly number[];
}

export class BatchExpander {
  /** Successors. */
  readonly batch: Int32Array;
  /** By node: 1 once it ran. */
  private readonly ran: Uint8Array;
  private readonly done: Int32Array;
  private readonly sources: Int32Array;
  private readonly words: number;
  /** Null when a node is too large. */
  private readonly run: ((count: number, n: number) => number) | null;

  /** For batches that are full at `full` states; the last state may find `most` more. */
  constructor(graph: Graph, layout: Layout, full: number, most: number) {
    this.words = layout.words;
    const stride = 4 * layout.words;
    const batchAt = SOURCES_AT + SOURCES * stride;
    const ranAt = batchAt + (full + most) * stride;
    const tableAt: number[] = [];
    let end = (ranAt + graph.nodes.length + 3) & ~3;
    for (const p of graph.places) {
      tableAt.push(end);
      end += 4 * p.cells;
    }
    const memory = memoryOf(end);
    const ints = (at: number, length: number): Int32Array => new Int32Array(memory.buffer, at, length);
    graph.places.forEach((p, i) => { ints(tableAt[i]!, p.cells).set(p.initial); });
    this.done = ints(DONE_AT, 1);
    this.sources = ints(SOURCES_AT, SOURCES * layout.words);
    this.batch = ints(batchAt, (full + most) * layout.words);
    this.ran = new Uint8Array(memory.buffer, ranAt, graph.nodes.length);
    this.run = null;
    if (largestNode(graph) > LARGEST) return;
    const { funcs, table } = program({ graph, layout, full, stride, batchAt, ranAt, tableAt });
    this.run = assemble(funcs, table, memory);
  }

  /** States expanded by the last call of `expand`. */
  get expanded(): number {
    return (this.done[0]! - SOURCES_AT) / (4 * this.words);
  }

  /**
   * Appends the successors of the first of `count` states from `src[o]` on to a batch of n, until it is full. Answers
   * the number of states in the batch, or -1 when a state is a deadlock, a step leaves a declared range, or the graph is
   * not one for WebAssembly.
   */
  expand(src: Int32Array, o: number, count: number, n: number): number {
    if (this.run === null) return -1;
    const most = Math.min(count, SOURCES);
    const { sources } = this;
    for (let i = 0, end = most * this.words; i < end; i++) sources[i] = src[o + i]!;
    try {
      return this.run(most, n);
    } catch (error) {
      if (isTrap(error)) return -1;
      throw error;
    }
  }

  /** Notes in `ran` which nodes ran. */
  note(ran: Uint8Array): void {
    for (let i = 0; i < ran.length; i++) ran[i]! |= this.ran[i]!;
  }
}

/** A function a node, then `expand`, which calls them by thread and position. */
function program(p: Plan): { readonly funcs: Func[]; readonly table: number[] } {
  const funcs = p.graph.nodes.map((node) => (node.kind === 'end' ? { locals: 0, body: get(N) } : step(p, node)));
  const first: number[] = [];
  const table: number[] = [];
  for (const thread of p.graph.threads) {
    first.push(table.length);
    table.push(...thread.nodes);
  }
  return { funcs: [...funcs, expandAll(p, first)], table };
}

/** Appends the successors by one node's thread of a state in which it stands there; answers the number of states. */
function step(p: Plan, node: GNode): Func {
  const { words } = p.layout;
  const choice = 2 + words;
  const s: WasmScope = { graph: p.graph, layout: p.layout, locals: choice + 1, word: 2, choice, choices: 1, transients: new Map(), traps: 0, tableAt: p.tableAt };
  const guard = node.guard === null ? [] : [...truth(s, node.guard), OP.eqz, OP.if, VOID, ...get(N), OP.return, OP.end];
  s.choices = node.choices;
  const once = [...loads(p, s), OP.block, VOID, ...actions(s, node.code, 0), OP.end, ...stores(p, s), ...get(N), ...num(1), OP.add, ...put(N)];
  const all = node.choices <= 1 ? once : [
    OP.loop, VOID, ...once, ...get(choice), ...num(1), OP.add, OP.tee, ...unsigned(choice), ...num(node.choices), OP.ltS, OP.brIf, 0, OP.end,
  ];
  const ran = [...num(p.ranAt + node.id), ...num(1), OP.store8, 0, 0];
  return { body: [...(guard.length === 0 ? [] : loads(p, s)), ...guard, ...ran, ...all, ...get(N)], locals: s.locals - 2 };
}

function loads(p: Plan, s: WasmScope): number[] {
  return Array.from({ length: p.layout.words }, (_, i) => [...get(STATE), ...loadAt(4 * i), ...put(s.word + i)]).flat();
}

function stores(p: Plan, s: WasmScope): number[] {
  const to = s.locals++;
  return [
    ...get(N), ...num(p.stride), OP.mul, ...put(to),
    ...Array.from({ length: p.layout.words }, (_, i) => [...get(to), ...get(s.word + i), OP.store, 2, ...unsigned(p.batchAt + 4 * i)]).flat(),
  ];
}

/** `(count, n)`: expands states until all are or the batch is full; answers n, or -1 at a deadlock. */
function expandAll(p: Plan, first: readonly number[]): Func {
  const [state, end, before, word] = [2, 3, 4, 5];
  const s: WasmScope = { graph: p.graph, layout: p.layout, locals: 5 + p.layout.words, word, choice: 0, choices: 1, transients: new Map(), traps: 0, tableAt: p.tableAt };
  const threads = p.graph.threads.map((t, i) => ({ daemon: t.daemon, i }));
  const call = (t: number): number[] => {
    const pc = p.layout.pcs[t]!;
    const local = pc.width === 0 ? num(0) : [...get(state), ...loadAt(4 * pc.word), ...num(pc.shift), OP.shrU, ...num(2 ** pc.width - 1), OP.and];
    return [...get(state), ...get(N), ...local, ...num(first[t]!), OP.add, OP.callIndirect, 0, 0, ...put(N)];
  };
  const finished = threads.filter((t) => t.daemon === 'no').map((t) => ended(s, t.i)).reduce<readonly number[]>((a, b) => [...a, ...b, OP.and], num(1));
  const words = Array.from({ length: p.layout.words }, (_, i) => [...get(state), ...loadAt(4 * i), ...put(word + i)]).flat();
  const body = [
    ...num(SOURCES_AT), ...put(state), ...get(state), ...get(0), ...num(p.stride), OP.mul, OP.add, ...put(end),
    OP.block, VOID, OP.loop, VOID,
    ...get(end), ...get(state), OP.leS, OP.brIf, 1, ...num(p.full), ...get(N), OP.leS, OP.brIf, 1,
    ...get(N), ...put(before),
    ...threads.filter((t) => t.daemon !== 'optional').flatMap((t) => call(t.i)),
    ...get(N), ...get(before), OP.eq, OP.if, VOID, ...words, ...finished, OP.eqz, OP.if, VOID, ...num(-1), OP.return, OP.end, OP.end,
    ...threads.filter((t) => t.daemon === 'optional').flatMap((t) => call(t.i)),
    ...get(state), ...num(p.stride), OP.add, ...put(state), OP.br, 0,
    OP.end, OP.end,
    ...num(DONE_AT), ...get(state), OP.store, 2, 0, ...get(N),
  ];
  return { locals: s.locals - 2, body };
}
