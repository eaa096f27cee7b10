/**
 * Ids of the states that a parallel search finds. A thread takes them in blocks, so that threads rarely meet and what one finds lies
 * together; it has its blocks at hand until they are used up, over several levels if need be.
 */

/** Ids in a block, which never crosses a chunk of the list. */
export const BLOCK = 512;

/** Cells of `control`, which all threads see. */
export const NEXT = 0;
export const CAP = 1;
export const TAKEN = 2;
export const STOP = 3;

/** First id not given out; ids below CAP may be; ranges of the task taken so far; 1 when all shall stop. */
export function newControl(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(16));
}

export class IdHand {
  private readonly control: Int32Array;
  /** Ids at hand, in order, as pairs from, to. */
  private readonly blocks: number[] = [];
  /** Ids used since the last `found`, as such pairs, of which none crosses a block. */
  private used: number[] = [];

  constructor(control: Int32Array) {
    this.control = control;
  }

  /** Ids at hand, as ranges. */
  get spare(): Int32Array {
    return Int32Array.from(this.blocks);
  }

  /** Takes blocks until n ids are at hand or none is left; answers how many are. */
  reserve(n: number): number {
    const { blocks } = this;
    let some = 0;
    for (let i = 0; i < blocks.length; i += 2) some += blocks[i + 1]! - blocks[i]!;
    while (some < n) {
      const more = this.more();
      if (more === 0) break;
      some += more;
    }
    return some;
  }

  /** Writes the next n ids to `to`: there are as many at hand. */
  use(n: number, to: Int32Array): void {
    const { blocks, used } = this;
    for (let done = 0; done < n;) {
      const from = blocks[0]!;
      const some = Math.min(n - done, blocks[1]! - from);
      for (let i = 0; i < some; i++) to[done + i] = from + i;
      done += some;
      if (used.at(-1) === from && from % BLOCK !== 0) used[used.length - 1] = from + some;
      else used.push(from, from + some);
      blocks[0] = from + some;
      if (blocks[0] === blocks[1]) blocks.splice(0, 2);
    }
  }

  /** Ranges of the ids used since the last call. */
  found(): Int32Array {
    const ranges = Int32Array.from(this.used);
    this.used = [];
    return ranges;
  }

  /** Takes another block; answers its size, 0 when there is none. */
  private more(): number {
    const { control, blocks } = this;
    for (;;) {
      const from = Atomics.load(control, NEXT);
      const to = Math.min((from | (BLOCK - 1)) + 1, control[CAP]!);
      if (from >= to) return 0;
      if (Atomics.compareExchange(control, NEXT, from, to) !== from) continue;
      blocks.push(from, to);
      return to - from;
    }
  }
}
