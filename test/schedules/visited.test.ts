/** The visited set against a Map, through growth of its index and its arenas. */
import { expect, test } from 'vitest';
import { Prng } from '../../schedules/prng.ts';
import { Visited } from '../../schedules/visited.ts';

test.each([1, 2, 5])('finds what was inserted and nothing else: %i words', (words) => {
  const visited = new Visited(words, 512, Infinity);
  const prng = new Prng(words);
  const ids = new Map<string, number>();
  for (let batch = 0; batch < 600; batch++) {
    for (let i = 0; i < 512; i++) visited.batch.set(Array.from({ length: words }, (_, k) => prng.below(k === 0 ? 100_000 : 2)), i * words);
    expect(visited.reserve(512, Infinity)).toBe(true);
    visited.insert(512);
    for (let i = 0; i < 512; i++) {
      const key = visited.batch.subarray(i * words, (i + 1) * words).join();
      if (!ids.has(key)) ids.set(key, ids.size);
      if (visited.ids[i] !== ids.get(key)) expect.fail(`state ${key} has id ${visited.ids[i]!}, not ${ids.get(key)!}`);
    }
  }
  expect(visited.count).toBe(ids.size);
  expect(visited.refused).toBe(false);
});

test('keeps no more than its limit and says so', () => {
  const visited = new Visited(1, 10, 3);
  visited.batch.set([5, 6, 5, 7, 8, 5]);
  visited.reserve(6, Infinity);
  visited.insert(6);
  expect([...visited.ids.subarray(0, 6)]).toEqual([0, 1, 0, 2, -1, 0]);
  expect(visited.count).toBe(3);
  expect(visited.refused).toBe(true);
});

test('refuses to grow beyond the memory it is given', () => {
  const visited = new Visited(4, 10, Infinity);
  expect(visited.reserve(10, visited.bytes)).toBe(false);
  expect(visited.reserve(10, 10_000_000)).toBe(true);
});

test('finds without inserting', () => {
  const visited = new Visited(1, 10, Infinity);
  visited.batch.set([5, 6]);
  visited.reserve(2, Infinity);
  visited.insert(2);
  visited.batch.set([6, 7, 5]);
  visited.find(3);
  expect([...visited.ids.subarray(0, 3)]).toEqual([1, -1, 0]);
  expect([visited.count, visited.refused]).toEqual([2, false]);
});

test('yields its states in pieces', () => {
  const visited = new Visited(1, 70_000, Infinity);
  visited.batch.forEach((_, i) => { visited.batch[i] = 3 * i; });
  visited.reserve(70_000, Infinity);
  visited.insert(70_000);
  const pieces = [...visited.pieces(65_000, 66_000)].map(({ words, offset, count }) => [...words.subarray(offset, offset + count)]);
  expect(pieces.map((p) => p.length)).toEqual([536, 464]);
  expect(pieces.flat()).toEqual(Array.from({ length: 1000 }, (_, i) => 3 * (65_000 + i)));
});

test('says which states of a batch were new, and starts afresh when it was cleared', () => {
  const visited = new Visited(1, 10, Infinity);
  for (let round = 0; round < 2; round++) {
    visited.batch.set([5, 6, 5, 7]);
    visited.reserve(4, Infinity);
    visited.insert(4);
    expect([visited.count, ...visited.fresh.subarray(0, 3)]).toEqual([3, 0, 1, 3]);
    visited.batch.set([6, 8]);
    visited.reserve(2, Infinity);
    visited.insert(2);
    expect([visited.count, visited.fresh[0]]).toEqual([4, 1]);
    visited.clear();
  }
});
