/** How two threads wait for each other: being woken is not enough to go on. */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { isBusy, newTurn, pass, waitFor, type Turn } from '../../schedules/parallel-turn.ts';

/** A thread that wakes whoever waits, late, as one does that was held up after it gave the turn away; then gives it, if it is to. */
function late(turn: Turn, gives: boolean): Worker {
  const code = `
    const { workerData: { turn, gives } } = require('node:worker_threads');
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    const woken = () => { while (Atomics.notify(turn, 0) === 0) Atomics.wait(sleeper, 0, 0, 1); };
    woken();
    woken();
    if (gives) { Atomics.wait(sleeper, 0, 0, 20); Atomics.add(turn, 0, 1); Atomics.notify(turn, 0); }`;
  return new Worker(code, { eval: true, workerData: { turn, gives } });
}

test.each([true, false])('until the thread is as asked, however often it is woken: busy %s', async (busy) => {
  const turn = newTurn();
  if (!busy) pass(turn);
  const worker = late(turn, true);
  expect(waitFor(busy, turn)).toBe(true);
  expect(isBusy(turn)).toBe(busy);
  await worker.terminate();
});

test('no longer than it may, and only says what is so', async () => {
  const turn = newTurn();
  const worker = late(turn, false);
  const start = performance.now();
  expect(waitFor(true, turn, 300)).toBe(false);
  expect(performance.now() - start).toBeGreaterThanOrEqual(299);
  await worker.terminate();
  expect(waitFor(false, turn, 0)).toBe(true);
});
