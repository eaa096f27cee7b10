/**
 * WebAssembly that tests the states found. A test whose answer depends on nothing that the last step wrote has the
 * answer that it had before, and is left out: premises noted, reaches seen and conjuncts kept are so already.
 */
import type { GExpr, GNode } from '../model/language/graph.ts';
import { TESTED, type Plan } from './batch-plan.ts';
import { loads, wordScope } from './batch-steps.ts';
import { BASE, get, loadAt, nth, mark, num, put, storeAt, tee, truth } from './emit-wasm.ts';
import { bitsRead, bitsWritten, overlap } from './written.ts';
import { OP, unsigned, VOID, type Bytes, type Func } from './wasm.ts';

/** Parameters: the address of a state, or the number of the first to be tested and of the one after the last. */
const STATE = 0;
const FROM = 0;
const TO = 1;

/** `(state, 0)`: 1 when a conjunct is violated. */
export function conjunctTest(p: Plan, i: number): Func {
  const { premise, holds } = p.conjuncts[i]!;
  const s = wordScope(p, 2);
  const words = loads(p, s, STATE);
  const when = premise === null ? '' : truth(s, premise) + OP.eqz + OP.if + VOID + num(0) + OP.return + OP.end + mark(p.premisesAt + i);
  const body = words + when + truth(s, holds) + OP.eqz;
  return { locals: s.locals - 2, body };
}

/** `(state, 0)`: notes whether a reach is true; answers 0. One seen once is not evaluated again. */
export function reachTest(p: Plan, i: number): Func {
  const s = wordScope(p, 2);
  const unseen = BASE + OP.load8 + '\0' + unsigned(p.reachedAt + i) + OP.eqz;
  const body = unseen + OP.if + VOID + loads(p, s, STATE) + truth(s, p.graph.reaches[i]!.expr) + OP.if + VOID + mark(p.reachedAt + i) + OP.end + OP.end + num(0);
  return { locals: s.locals - 2, body };
}

/** `(state, 0)`: 1 when one of some tests, functions by number, says so. */
export function anyOf(tests: readonly number[]): Func {
  return { locals: 0, body: tests.map((f) => get(STATE) + num(0) + OP.call + unsigned(f) + OP.if + VOID + num(1) + OP.return + OP.end).join('') + num(0) };
}

/** `(from, to)`: tests those of the batch's states that `freshAt` lists from … to-1; answers the first that something is wrong with, or `to`. `first`: of the functions in the table that test what a node led to. */
export function testAll(p: Plan, first: number): Func {
  const at = 2;
  const body: Bytes = OP.block + VOID + OP.loop + VOID
    + get(TO) + get(FROM) + OP.leS + OP.brIf + '\x01'
    + BASE + get(FROM) + storeAt(TESTED)
    + nth(FROM) + loadAt(p.freshAt) + tee(at) + num(p.stride) + OP.mul + num(p.wordsAt) + OP.add + BASE + OP.add + num(0)
    + nth(at) + loadAt(p.nodesAt) + num(first) + OP.add + OP.callIndirect + '\0\0' + OP.brIf + '\x01'
    + get(FROM) + num(1) + OP.add + put(FROM) + OP.br + '\0'
    + OP.end + OP.end + get(FROM);
  return { locals: 1, body };
}

/** By node, then for states of unknown origin: the tests that are needed, as indices of conjuncts, then of reaches. */
export function testsNeeded({ graph, layout, conjuncts }: Plan): readonly (readonly number[])[] {
  const read = (parts: readonly (GExpr | null)[]): Int32Array => {
    const masks = parts.flatMap((e) => (e === null ? [] : [bitsRead(graph, layout, e)]));
    return Int32Array.from({ length: layout.words }, (_, w) => masks.reduce((bits, m) => bits | m[w]!, 0));
  };
  const reads = [...conjuncts.map((c) => read([c.premise, c.holds])), ...graph.reaches.map((r) => read([r.expr]))];
  const all = reads.map((_, i) => i);
  const needed = (node: GNode): number[] => {
    const written = bitsWritten(graph, layout, node);
    return all.filter((i) => overlap(reads[i]!, written));
  };
  return [...graph.nodes.map(needed), all];
}
