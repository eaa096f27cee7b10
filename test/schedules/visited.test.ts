/** The visited set against a Map, through growth of its index and its arenas. */
import { expect, test } from 'vitest';
import { Prng } from '../../schedules/prng.ts';
import { Visited } from '../../schedules/visited.ts';

test.each([1, 2, 5])('finds what was inserted and nothing else: %i words', (words) => {
  const visited = new Visited(words, 512, Infinity, 600);
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
  const visited = new Visited(1, 10, 3, 600);
  visited.batch.set([5, 6, 5, 7, 8, 5]);
  visited.reserve(6, Infinity);
  visited.insert(6);
  expect([...visited.ids.subarray(0, 6)]).toEqual([0, 1, 0, 2, -1, 0]);
  expect(visited.count).toBe(3);
  expect(visited.refused).toBe(true);
});

test('refuses to grow beyond the memory it is given', () => {
  const visited = new Visited(4, 10, Infinity, 600);
  expect(visited.reserve(10, visited.bytes)).toBe(false);
  expect(visited.reserve(10, 10_000_000)).toBe(true);
});

test('knows how a state was reached', () => {
  const visited = new Visited(1, 10, Infinity, 3);
  const insert = (from: number, ...states: number[]): void => {
    visited.batch.set(states);
    visited.from.fill(from, 0, states.length);
    visited.reserve(states.length, Infinity);
    visited.insert(states.length);
  };
  insert(-1, 50);
  insert(0, 51, 52);
  insert(1, 50, 53);
  insert(2, 53, 54, 55);
  expect(visited.lineage(5)).toEqual([0, 2, 5]);
  expect(visited.lineage(3)).toEqual([0, 1, 3]);
  expect(visited.lineage(0)).toEqual([0]);
});
