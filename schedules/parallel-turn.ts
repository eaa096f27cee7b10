/**
 * How the thread that leads a parallel search and another one wait for each other: by a number that both see, odd from when the
 * thread is given something to do until it is done. Messages lie ready before it changes, so that nobody needs an event loop.
 */
export type Turn = Int32Array<SharedArrayBuffer>;

/** Milliseconds in which to look again and again: to wake a thread that sleeps takes as long as a small level. */
const AWAKE = 0.1;

export function newTurn(): Turn {
  return new Int32Array(new SharedArrayBuffer(4));
}

export function isBusy(turn: Turn): boolean {
  return (Atomics.load(turn, 0) & 1) === 1;
}

/** Gives the turn to the other. */
export function pass(turn: Turn): void {
  Atomics.add(turn, 0, 1);
  Atomics.notify(turn, 0);
}

/** Waits until the thread is busy, or is not, `ms` milliseconds at most; answers whether it is so. */
export function waitFor(busy: boolean, turn: Turn, ms = Infinity): boolean {
  const start = performance.now();
  while (performance.now() - start < AWAKE) if (isBusy(turn) === busy) return true;
  for (;;) {
    const now = Atomics.load(turn, 0);
    if (((now & 1) === 1) === busy) return true;
    const left = start + ms - performance.now();
    if (left <= 0) return false;
    // Being woken says nothing: the other may have been held up between the two lines of `pass`, and wake who has gone on long since.
    Atomics.wait(turn, 0, now, left);
  }
}
