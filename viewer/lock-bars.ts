/** From the locks held after each step: the bars that are drawn beside the steps. */
import type { LockBar } from './data.ts';

interface HeldLock {
  readonly cpu: number;
  /** `mm0.mmap_sem (shared)` */
  readonly lock: string;
}

const SHARED = ' (shared)';

interface Open {
  readonly key: string;
  readonly bar: LockBar;
}

/** `held` is by step; a bar covers the steps from the one that took the lock to the one that gave it back. */
export function lockBars(held: readonly (readonly HeldLock[])[]): LockBar[] {
  let open: readonly Open[] = [];
  const closed: LockBar[] = [];
  held.forEach((locks, i) => {
    const number = i + 1;
    const now = new Map(locks.map((lock) => [`${lock.cpu} ${lock.lock}`, lock]));
    closed.push(...open.filter(({ key }) => !now.has(key)).map(({ bar }) => ({ ...bar, to: number })));
    const kept = open.filter(({ key }) => now.has(key));
    const taken = [...now].filter(([key]) => !kept.some((o) => o.key === key));
    open = taken.reduce((bars, [key, lock]) => [...bars, { key, bar: begin(lock, number, bars) }], kept);
  });
  return [...closed, ...open.map(({ bar }) => bar)].sort((a, b) => a.from - b.from || a.slot - b.slot);
}

function begin({ cpu, lock }: HeldLock, from: number, open: readonly Open[]): LockBar {
  const taken = new Set(open.filter(({ bar }) => bar.cpu === cpu).map(({ bar }) => bar.slot));
  const slot = Array.from({ length: taken.size + 1 }, (_, i) => i).find((i) => !taken.has(i))!;
  return { cpu, lock: lock.replace(SHARED, ''), shared: lock.endsWith(SHARED), from, to: null, slot };
}
