/** The set of keys against a Set, through growth, and a search whose list of them forgets. */
import { expect, test } from 'vitest';
import { BatchExpander, commonFor } from '../../schedules/batch.ts';
import { breadthFirst } from '../../schedules/bfs.ts';
import { compile } from '../../schedules/compile.ts';
import { KeyList } from '../../schedules/key-list.ts';
import { KeySet } from '../../schedules/key-set.ts';
import { KeyedExplorer } from '../../schedules/keyed-explorer.ts';
import { Prng } from '../../schedules/prng.ts';
import type { CheckResult } from '../../schedules/result.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { cell, goto, graph, op, property, write } from './build.ts';

const BATCH = 512;

/** Of keys that are states, of so many words. */
function setOf(words: number): { expander: BatchExpander; set: KeySet } {
  const g = graph({ places: Array.from({ length: words }, () => ({ size: 2 ** 31 })), threads: [{ nodes: [{ code: Array.from({ length: words }, (_, p) => write(p, 0, cell(p))).concat([goto(0)]) }] }] });
  const engine = compile(g, []);
  expect(engine.layout.words).toBe(words);
  const expander = new BatchExpander(commonFor(engine, null, 1));
  return { expander, set: new KeySet(expander) };
}

/** Puts keys into the batch, all of them. */
function fill({ expander }: { expander: BatchExpander }, keys: readonly (readonly number[])[]): void {
  keys.forEach((key, i) => { expander.all.set(key, expander.common.at.keysAt / 4 + i * key.length); });
}

function found({ expander }: { expander: BatchExpander }, words: number, n: number): string[] {
  return Array.from({ length: n }, (_, i) => expander.found.words.subarray(expander.found.offset + i * words, expander.found.offset + (i + 1) * words).join());
}

test.each([1, 2])('finds what was inserted and nothing else: %i words', (words) => {
  const x = setOf(words);
  const prng = new Prng(words);
  const seen = new Set([Array.from({ length: words }, () => 0).join()]);
  for (let batch = 0; batch < 300; batch++) {
    // The words of the initial state among them.
    const keys = Array.from({ length: BATCH }, () => Array.from({ length: words }, (_, k) => prng.below(k === 0 ? 100_000 : 2)));
    expect(x.set.reserve(seen.size + BATCH, Infinity)).toBe(true);
    fill(x, keys);
    const fresh = keys.map((key) => key.join()).filter((key) => !seen.has(key) && seen.add(key));
    expect(found(x, words, x.expander.insert(BATCH, BATCH))).toEqual(fresh);
  }
  expect(seen.size).toBeGreaterThan(70_000);
  const listed = new Set<string>();
  let n = 0;
  for (const { count } of x.set.keys()) {
    for (const key of found(x, words, count)) listed.add(key);
    n += count;
  }
  expect(n).toBe(seen.size - 1);
  seen.delete(Array.from({ length: words }, () => 0).join());
  expect(listed).toEqual(seen);
});

test('takes other keys instead', () => {
  const x = setOf(2);
  fill(x, [[5, 1], [6, 2], [0, 0], [7, 0]]);
  expect(x.expander.insert(4, 4)).toBe(3);
  x.set.replace(Int32Array.of(8, 1, 9, 2, 5, 0));
  fill(x, [[5, 1], [8, 1], [0, 0], [5, 0], [9, 2], [6, 2]]);
  expect([x.expander.insert(6, 6), found(x, 2, 2)]).toEqual([2, ['5,1', '6,2']]);
});

test('takes no more than there is room for and says so', () => {
  const x = setOf(1);
  fill(x, [[5], [6], [5], [7], [8]]);
  expect([x.expander.insert(5, 2), found(x, 1, 2)]).toEqual([~2, ['5', '6']]);
  fill(x, [[6], [5], [0]]);
  expect(x.expander.insert(3, 0)).toBe(0);
});

test('refuses to grow beyond the memory it is given', () => {
  const { set } = setOf(1);
  expect(set.reserve(1000, set.bytes - 1)).toBe(false);
  expect(set.reserve(100_000, set.bytes)).toBe(false);
  expect(set.reserve(100_000, 10_000_000)).toBe(true);
  expect(set.bytes).toBeLessThan(2_000_000);
});

test('a list forgets chunks that lie below an id, and uses them again', () => {
  const list = new KeyList(2);
  list.reserve(150_000);
  list.write(65_535, Int32Array.of(0, 1, 2, 3, 4), 1, 2);
  const { words, offset } = [...list.pieces(65_536, 65_537)][0]!;
  expect([...words.subarray(offset, offset + 2)]).toEqual([3, 4]);
  const bytes = list.bytesFor(0);
  list.forget(65_535);
  expect(list.forgets).toBe(false);
  list.forget(131_071);
  expect(list.forgets).toBe(true);
  expect([...list.pieces(0, 140_000)].map((p) => p.count)).toEqual([65_536, 8928]);
  list.reserve(200_000);
  expect([list.bytesFor(0), list.bytesFor(200_000)]).toEqual([bytes, bytes]);
});

test.each([1, 1.2, 14])('loses nothing and finds nothing twice when it grows at once to %f times what it needs', (factor) => {
  const x = setOf(1);
  const keys = Array.from({ length: 40_960 }, (_, i) => [i + 1]);
  const insert = (): number => {
    let found = 0;
    for (let i = 0; i < keys.length; i += BATCH) {
      expect(x.set.reserve(Math.max(found, i) + BATCH, Infinity)).toBe(true);
      fill(x, keys.slice(i, i + BATCH));
      found += x.expander.insert(BATCH, BATCH);
    }
    return found;
  };
  expect(insert()).toBe(keys.length);
  expect(x.set.reserve(keys.length * factor, Infinity)).toBe(true);
  expect(insert()).toBe(0);
  expect([...x.set.keys()].reduce((sum, { count }) => sum + count, 0)).toBe(keys.length);
});

/** Two counters that fail together at the end. */
const COUNTERS = graph({
  places: [{ size: 512 }, { size: 512 }],
  threads: [0, 1].map((t) => ({ nodes: [{ guard: op('lt', cell(t), 511), code: [write(t, 0, op('add', cell(t), 1)), goto(0)] }] })),
  properties: [property('never both', op('lt', op('add', cell(0), cell(1)), 1000))],
});

test('states on the way to a failure that were forgotten are found again', async () => {
  const conjuncts = selectConjuncts(COUNTERS, undefined);
  const x = new KeyedExplorer(COUNTERS, conjuncts, {}, 0);
  expect(x.begin()).toBe(true);
  for (let next = 0; x.failures.count === 0;) next = x.expand(next, x.count)!;
  expect(x.forgets).toBe(true);
  const answer = async (most: number): Promise<CheckResult> => ({ ...await breadthFirst(COUNTERS, conjuncts, {}, null, most), seconds: 0 });
  const again = await answer(0);
  expect(again).toEqual(await answer(Infinity));
  expect([again.verdict, again.schedule?.length]).toEqual(['violated', 1000]);
});
