/** The states that a breadth-first search found, level by level: what is needed to find the way back. */

/** Consecutive states: `count` of them from `words[offset]` on. */
export interface Piece {
  readonly words: Int32Array;
  readonly offset: number;
  readonly count: number;
}

export interface Levels {
  /** Number of the level found last; the initial state is level 0. */
  readonly last: number;
  /** The states of a level, each piece to be read before the next is asked for. Some may be missing at the last level. */
  pieces(level: number): Iterable<Piece>;
  /** Where a state that failed is kept. */
  stateOf(id: number): { readonly words: Int32Array; readonly offset: number };
}
