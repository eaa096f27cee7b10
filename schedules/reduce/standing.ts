/** Where the threads stand in the state that is looked at. */
import type { Graph } from '../../model/language/graph.ts';
import type { Layout } from '../layout.ts';

export class Standing {
  /** By thread: the node. */
  readonly at: Int32Array;
  /** The node taken to be unreachable where a thread was found since this was last set, or -1. */
  astray = -1;
  private readonly live: Uint8Array;
  private readonly nodesOf: readonly Int32Array[];
  private readonly word: Int32Array;
  private readonly shift: Int32Array;
  private readonly mask: Int32Array;

  /** `live`: by node, 0 where it is taken to be unreachable. */
  constructor(graph: Graph, { pcs }: Layout, live: Uint8Array) {
    // A copy: what is learnt meanwhile must not change what a state's successors are.
    this.live = live.slice();
    this.nodesOf = graph.threads.map((t) => Int32Array.from(t.nodes));
    this.word = Int32Array.from(pcs, (f) => f.word);
    this.shift = Int32Array.from(pcs, (f) => f.shift);
    this.mask = Int32Array.from(pcs, (f) => 2 ** f.width - 1);
    this.at = new Int32Array(graph.threads.length);
  }

  /** Notes where all threads stand in the state at `src[o]`. */
  locate(src: Int32Array, o: number): void {
    for (let t = 0; t < this.at.length; t++) this.locateOne(t, src, o);
  }

  /** The same for the one thread that has moved. */
  locateOne(t: number, src: Int32Array, o: number): void {
    const local = (src[o + this.word[t]!]! >>> this.shift[t]!) & this.mask[t]!;
    const node = this.nodesOf[t]![local]!;
    this.at[t] = node;
    if (this.live[node] === 0) this.astray = node;
  }
}
