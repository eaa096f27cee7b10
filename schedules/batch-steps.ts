/** WebAssembly that runs the steps of a graph: a function a node, and one that calls them by thread and position. */
import type { GNode } from '../model/language/graph.ts';
import { unfold } from './batch-keys.ts';
import { DONE, TRANSITIONS, type Plan } from './batch-plan.ts';
import { actions, BASE, ended, get, loadAt, mark, num, put, storeAt, tee, truth, type WasmScope } from './emit-wasm.ts';
import { OP, unsigned, VOID, type Bytes, type Func } from './wasm.ts';

/** Parameters: the address of a state, and the number of states in the batch. */
const STATE = 0;
const N = 1;

/** A scope of code over the words of a state, whose locals begin at `word`. */
export function wordScope(p: Plan, word: number, choices = 1): WasmScope {
  const choice = word + p.layout.words;
  return { graph: p.graph, layout: p.layout, locals: choice + 1, word, choice, choices, transients: new Map(), traps: 0, tableAt: p.tableAt };
}

/** Code that loads the words of the state at the address in a local. */
export function loads(p: Plan, s: WasmScope, state: number): Bytes {
  return Array.from({ length: p.layout.words }, (_, i) => get(state) + loadAt(4 * i) + put(s.word + i)).join('');
}

/** `(state, n)`: appends the successors by one node's thread of a state in which it stands there; answers the number of states. `keep` is the function that counts them. */
export function step(p: Plan, node: GNode, keep: number): Func {
  const s = wordScope(p, 2);
  const guard = node.guard === null ? '' : loads(p, s, STATE) + truth(s, node.guard) + OP.eqz + OP.if + VOID + get(N) + OP.return + OP.end;
  s.choices = node.choices;
  const once = loads(p, s, STATE) + OP.block + VOID + actions(s, node.code, 0) + OP.end + stores(p, s) + get(N) + num(node.id) + OP.call + unsigned(keep) + put(N);
  const all = node.choices <= 1 ? once
    : OP.loop + VOID + once + get(s.choice) + num(1) + OP.add + tee(s.choice) + num(node.choices) + OP.ltS + OP.brIf + '\0' + OP.end;
  return { body: guard + mark(p.ranAt + node.id) + all + get(N), locals: s.locals - 2 };
}

function stores(p: Plan, s: WasmScope): Bytes {
  const to = s.locals++;
  return get(N) + num(p.stride) + OP.mul + BASE + OP.add + put(to)
    + Array.from({ length: p.layout.words }, (_, i) => get(to) + get(s.word + i) + storeAt(p.wordsAt + 4 * i)).join('');
}

/** `(count, n)`: expands states until all are or the batch is full; answers n, or -1 at a deadlock. `first` is, by thread, the first of its functions in the table. */
export function expand(p: Plan, first: readonly number[]): Func {
  const [source, end, before, entry, state, word] = [2, 3, 4, 5, 6, 7];
  const s = wordScope(p, word);
  const threads = p.graph.threads.map((t, i) => ({ daemon: t.daemon, i }));
  const size = 4 * p.keyWords;
  const call = (t: number): Bytes => {
    const pc = p.layout.pcs[t]!;
    const local = pc.width === 0 ? num(0) : get(state) + loadAt(4 * pc.word) + num(pc.shift) + OP.shrU + num(2 ** pc.width - 1) + OP.and;
    return get(state) + get(N) + local + num(first[t]!) + OP.add + OP.callIndirect + '\0\0' + put(N);
  };
  const calls = (optional: boolean): Bytes => threads.filter((t) => (t.daemon === 'optional') === optional).map((t) => call(t.i)).join('');
  const finished = threads.filter((t) => t.daemon === 'no').map((t) => ended(s, t.i)).reduce((a, b) => a + b + OP.and, num(1));
  const transitions = BASE + loadAt(TRANSITIONS);
  const body = num(p.sourcesAt) + BASE + OP.add + tee(source) + get(0) + num(size) + OP.mul + OP.add + put(end)
    + OP.block + VOID + OP.loop + VOID
    + get(end) + get(source) + OP.leS + OP.brIf + '\x01' + num(p.full) + get(N) + OP.leS + OP.brIf + '\x01'
    + (p.folds === null ? get(source) : unfold(p, source, entry) + num(p.scratchAt) + BASE + OP.add) + put(state)
    + transitions + put(before) + calls(false)
    + transitions + get(before) + OP.eq + OP.if + VOID + loads(p, s, state) + finished + OP.eqz + OP.if + VOID + num(-1) + OP.return + OP.end + OP.end
    + calls(true)
    + get(source) + num(size) + OP.add + put(source) + OP.br + '\0'
    + OP.end + OP.end
    + BASE + get(source) + storeAt(DONE) + get(N);
  return { locals: s.locals - 2, body };
}
