/** Several cases at a time, with the line that shows which are under way. */
import { Board } from './board.ts';
import type { Case } from './cases.ts';
import type { Io } from './io.ts';

/** Begins the cases in the order given, `jobs` at a time. */
export interface Order {
  readonly cases: readonly Case[];
  readonly jobs: number;
}

/**
 * What a task answered, by case; without the cases that it answered null for, and those not begun because of Ctrl-C.
 * When a task throws, no more cases are begun. @throws what a task throws
 */
export async function sideBySide<T>({ cases, jobs }: Order, io: Io, task: (c: Case, board: Board) => Promise<T | null>): Promise<Map<Case, T>> {
  const board = new Board(io, cases.length);
  const waiting = [...cases];
  const done = new Map<Case, T>();
  const work = async (): Promise<void> => {
    for (let c = waiting.shift(); c !== undefined && !io.signal.aborted; c = waiting.shift()) {
      board.begin(c.id);
      const answer = await task(c, board);
      board.end(c.id);
      if (answer !== null) done.set(c, answer);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    waiting.length = 0;
    board.clear();
  }
  return done;
}
