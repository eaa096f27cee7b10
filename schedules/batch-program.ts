/** The WebAssembly module of a BatchExpander. */
import { fold, intern, keep, reindex } from './batch-keys.ts';
import type { Plan } from './batch-plan.ts';
import { insert, list, mix, widen } from './batch-set.ts';
import { expand, step } from './batch-steps.ts';
import { anyOf, conjunctTest, reachTest, testAll, testsNeeded } from './batch-tests.ts';
import { get, num } from './emit-wasm.ts';
import { codeSizes } from './graph-size.ts';
import { codeOf, moduleOf, OP, type Code, type Func } from './wasm.ts';

/**
 * Most expressions and actions of a function. V8 takes gigabytes to optimise functions that are much larger, and refuses
 * the largest; a step of the kernel model has at most some hundred. What is larger traps, and is left to the Engine.
 */
export const LARGEST = 4096;
const TOO_LARGE: Func = { locals: 0, body: OP.unreachable };
/** A test that is too large finds something wrong with every state. */
const SUSPECT: Func = { locals: 0, body: num(1) };
/** Answers its second parameter. */
const NOTHING: Func = { locals: 0, body: get(1) };

/** Functions that JavaScript calls; see those of the same names. */
export interface Program {
  readonly expand: (count: number, n: number) => number;
  readonly keep: (n: number, node: number) => number;
  readonly fold: (n: number, zero: number) => number;
  readonly testAll: (from: number, to: number) => number;
  /** Only where there is a set. */
  readonly mix: (n: number, zero: number) => number;
  readonly insert: (n: number, room: number) => number;
  readonly widen: (from: number, to: number) => number;
  readonly list: (from: number, to: number) => number;
  /** `reindex`, by part. */
  readonly [reindex: `reindex${number}`]: (from: number, to: number) => number;
}

export function programOf(p: Plan): object {
  const size = codeSizes();
  const { nodes, reaches, threads } = p.graph;
  const funcs: Code[] = [];
  const add = (f: Func): number => funcs.push(codeOf(f)) - 1;
  const interns = p.parts.map((part) => add(intern(p, part)));
  const folded = add(p.folds === null ? NOTHING : fold(p, interns));
  const kept = add(keep(p));
  const reindexed = p.parts.map((part) => add(reindex(part)));
  const stepOf = nodes.map((node) => add(node.kind === 'end' ? NOTHING : size([node.guard, ...node.code]) > LARGEST ? TOO_LARGE : step(p, node, kept)));
  const tests = [
    ...p.conjuncts.map((c, i) => add(size([c.premise, c.holds]) > LARGEST ? SUSPECT : conjunctTest(p, i))),
    ...reaches.map((r, i) => add(size([r.expr]) > LARGEST ? SUSPECT : reachTest(p, i))),
  ];
  const table: number[] = [];
  const first = threads.map((thread) => table.push(...thread.nodes.map((n) => stepOf[n]!)) - thread.nodes.length);
  const expanded = add(expand(p, first));
  const tested = add(testAll(p, table.length));
  const bySet = new Map<string, number>();
  for (const needed of testsNeeded(p)) {
    const key = needed.join();
    const known = bySet.get(key) ?? add(anyOf(needed.map((i) => tests[i]!)));
    bySet.set(key, known);
    table.push(known);
  }
  const setFuncs = p.set === null ? {} : { mix: add(mix(p, p.set)), insert: add(insert(p, p.set)), widen: add(widen(p.set)), list: add(list(p, p.set)) };
  return moduleOf(funcs, table, { expand: expanded, keep: kept, fold: folded, testAll: tested, ...setFuncs, ...Object.fromEntries(reindexed.map((f, i) => [`reindex${i}`, f])) }, p.threads > 1);
}
