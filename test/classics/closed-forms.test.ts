/** State counts that are known without a checker: a formula each, over several sizes. */
import { describe, expect, test } from 'vitest';
import { anderson } from '../../model/classics/anderson.ts';
import { hanoi } from '../../model/classics/hanoi.ts';
import { philosophers } from '../../model/classics/philosophers.ts';
import { sliding } from '../../model/classics/sliding.ts';
import { ticketLock } from '../../model/classics/ticket.ts';
import { tokenRing } from '../../model/classics/token-ring.ts';
import { lower } from '../../model/language/lower.ts';
import type { Program } from '../../model/language/ir.ts';
import { check } from '../../schedules/check.ts';

/** Everything reachable: no property stops the search. */
async function counted(program: Program): Promise<{ states: number; transitions: number; depth: number }> {
  const { verdict, states, transitions, depth } = await check(lower(program), { properties: [] });
  expect(['holds', 'vacuous']).toContain(verdict);
  return { states, transitions, depth };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** Ordered choices of k among n. */
const arrangements = (n: number, k: number): number => range(n - k + 1, n).reduce((a, b) => a * b, 1);
const sum = (n: number, term: (k: number) => number): number => range(0, n).reduce((a, k) => a + term(k), 0);

test.each(range(1, 9))('Hanoi with %i disks: every legal position, three moves each but at the corners', async (n) => {
  expect(await counted(hanoi(n))).toEqual({ states: 3 ** n, transitions: 3 ** (n + 1) - 3, depth: 2 ** n - 1 });
});

describe('dining philosophers', () => {
  // A fork is free, in its left philosopher's hand or in its right one's. Of the nine states of two forks between which
  // a philosopher sits six let him move. All in the right hands is the one that cannot come about, for its last step
  // would let go of a fork that a neighbour holds; all n could move there.
  test.each(range(3, 9))('%i, all left fork first', async (n) => {
    const { states, transitions } = await counted(philosophers(n, { leftHanded: false, daemon: 'service' }));
    expect([states, transitions]).toEqual([3 ** n - 1, 2 * n * 3 ** (n - 1) - n]);
  });

  test.each(range(3, 9))('%i, one of them right fork first', async (n) => {
    const { states, transitions } = await counted(philosophers(n, { leftHanded: true }));
    expect([states, transitions]).toEqual([3 ** n, 2 * n * 3 ** (n - 1)]);
  });
});

describe('queue locks', () => {
  // n counter positions; k processes queue in some order, and the first of them is at one of `stages` places.
  // Whoever is outside can join, and the first can move.
  const states = (n: number, stages: number): number => n * sum(n, (k) => arrangements(n, k) * (k === 0 ? 1 : stages));
  const transitions = (n: number, stages: number): number => n * sum(n, (k) => arrangements(n, k) * (k === 0 ? n : stages * (n - k + 1)));

  test.each(range(2, 6))('ticket lock, %i processes: the first waits or is inside', async (n) => {
    expect(await counted(ticketLock(n))).toMatchObject({ states: states(n, 2), transitions: transitions(n, 2) });
  });

  test.each(range(2, 6))('Anderson\'s lock, %i processes: the first waits, takes its slot back or is inside', async (n) => {
    expect(await counted(anderson(n))).toMatchObject({ states: states(n, 3), transitions: transitions(n, 3) });
  });
});

test.each([[2, 3], [3, 3], [4, 6], [7, 5], [5, 9]])('token ring of %i machines with %i states: one round after the other', async (n, k) => {
  expect(await counted(tokenRing(n, k))).toEqual({ states: n * k, transitions: n * k, depth: n * k - 1 });
});

describe('sliding tiles: half of all arrangements, one transition for each neighbour of the blank', () => {
  test.each([[1, 4, 4, 3], [2, 2, 12, 6], [2, 3, 360, 21], [3, 3, 181_440, 31]])('%i×%i', async (rows, columns, states, depth) => {
    const n = rows * columns;
    const sides = 2 * (rows * (columns - 1) + columns * (rows - 1));
    expect(await counted(sliding(rows, columns, range(0, n - 1)))).toEqual({ states, transitions: (states * sides) / n, depth });
  });
});
