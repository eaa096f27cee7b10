/** The sliding-tile puzzle: the blank moves, a thread for each direction. */
import { and, atomic, eq, Forever, index, load, not, peek, program, property, shared, store, thread, type Thread, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic } from './classic.ts';

/** Tile 0 is the blank. Squares row by row. */
const tile_t = index('tile_t');
const square_t = index('square_t');
const at = shared('at', tile_t, [square_t], { display: 'square %0' });

const tileAt = (square: number): Value<'tile_t'> => peek(at.at(square_t.lit(square)));

/** Slides the tile on `from` into the blank on `to`. */
function slide(from: number, to: number): Thread {
  return thread(`slide${from}_${to}`, 0, () => {
    const [source, target] = [at.at(square_t.lit(from)), at.at(square_t.lit(to))];
    Forever(() => {
      atomic('a tile slides in one go', () => {
        store(target, load('tile', source));
        store(source, tile_t.lit(0));
      }, { when: eq(tileAt(to), tile_t.lit(0)) });
    });
  }, 'service');
}

/** Ordered pairs of neighbours. */
function neighbours(rows: number, columns: number): [number, number][] {
  const squares = Array.from({ length: rows * columns }, (_, i) => i);
  const next = (a: number, b: number): boolean => Math.abs(Math.floor(a / columns) - Math.floor(b / columns)) + Math.abs((a % columns) - (b % columns)) === 1;
  return squares.flatMap((a) => squares.filter((b) => next(a, b)).map((b): [number, number] => [a, b]));
}

const unsolved = (goal: readonly number[]) => property('unsolved', 'The goal is not reached: its counterexample is a shortest solution.', () => ({
  'goal not reached': not(and(...goal.map((tile, square) => eq(tileAt(square), tile_t.lit(tile))))),
}));

/** Begins in order, blank first. */
export function sliding(rows: number, columns: number, goal: readonly number[]): Program {
  const n = rows * columns;
  return program({
    name: `classic/sliding-${rows}x${columns}`, sizes: { tile_t: n, square_t: n }, threads: () => neighbours(rows, columns).map(([a, b]) => slide(a, b)), properties: [unsolved(goal)],
    init: (set) => { for (let i = 0; i < n; i++) set(at.at(square_t.lit(i)), tile_t.lit(i)); },
  });
}

/** The position of the 2×3 puzzle that is farthest from the ordered one. */
const FARTHEST = [3, 4, 5, 0, 1, 2];

export const slidings = [classic({
  name: 'sliding-2x3', title: 'Sliding tiles, 2×3: the trace is a shortest solution of the hardest position', processes: 1, build: () => sliding(2, 3, FARTHEST),
  expect: { verdict: 'violated', property: 'unsolved', steps: 21 },
  about: 'W. W. Johnson, W. E. Story, "Notes on the \'15\' puzzle", American Journal of Mathematics 2(4), 1879: half of all arrangements can be reached, n!/2. The 3×3 puzzle needs up to 31 moves (A. Reinefeld, IJCAI 1993).',
})];
