/** Which nodes threads come to stand at, as far as a few random walks tell. */
import { moveThread, type Engine } from '../compile.ts';
import { RangeFault } from '../errors.ts';
import { get } from '../layout.ts';
import { Prng } from '../prng.ts';

/** Steps a node of the graph: in all, and in a row that may show nothing new. */
const STEPS = 600;
const FRUITLESS = 200;
/** Steps of a walk that show nothing new before it ends. */
const LENGTH = 100;
/** The ranks of threads last for 2, 4, 8, … steps, up to two to this power, as is drawn for each walk. */
const FAITHFUL = 9;
/** An optional daemon is let go once in so many times that its turn comes. */
const RELUCTANCE = 4;

/**
 * Walks from the start and from wherever a node was seen for the first time: what is rare leads to what is rarer. The same walks
 * every time.
 */
export class Scout {
  /** By node: 1 where a thread was seen to stand. */
  readonly live: Uint8Array;
  /** Steps made, and those of them since a node was seen for the first time. */
  private steps = 0;
  private fruitless = 0;
  private readonly engine: Engine;
  private readonly prng = new Prng(1);
  private readonly next: Int32Array;
  private readonly moves: Int32Array;
  private readonly state: Int32Array;
  /** By thread: the more, the sooner it moves. */
  private readonly ranks: Int32Array;
  private highest = 0;
  /** By thread: 1 for an optional daemon. These can nearly always move: walks that let them get nowhere. */
  private readonly idle: Uint8Array;
  private faithful = 1;
  /** States where a node was seen for the first time. */
  private finds: Int32Array[] = [];

  constructor(engine: Engine) {
    const { graph, layout } = engine;
    this.engine = engine;
    this.live = Uint8Array.from(graph.nodes, (n) => (n.kind === 'end' ? 1 : 0));
    this.next = new Int32Array(layout.words * engine.maxSuccessors);
    this.moves = new Int32Array(engine.maxSuccessors);
    this.state = engine.initial.slice();
    this.ranks = new Int32Array(graph.threads.length);
    this.idle = Uint8Array.from(graph.threads, (t) => (t.daemon === 'optional' ? 1 : 0));
    this.note();
    this.walkFrom([engine.initial.slice()]);
  }

  /** Walks on from states that it had not come to, and from what is found from there. */
  walkFrom(states: readonly Int32Array[]): void {
    const nodes = this.live.length;
    this.finds = [...states];
    this.steps = 0;
    this.fruitless = 0;
    while (this.live.includes(0) && this.steps < STEPS * nodes && this.fruitless < FRUITLESS * nodes) this.walk();
  }

  private walk(): void {
    const { words } = this.engine.layout;
    this.state.set(this.finds[this.prng.below(this.finds.length)]!);
    this.faithful = 2 ** (1 + this.prng.below(FAITHFUL));
    for (let t = 0; t < this.ranks.length; t++) {
      const other = this.prng.below(t + 1);
      this.ranks[t] = this.ranks[other]!;
      this.ranks[other] = t;
    }
    this.highest = this.ranks.length;
    for (let left = LENGTH; left > 0; left--) {
      this.steps++;
      this.fruitless++;
      const after = successors(this.engine, this.state, this.next, this.moves);
      if (after <= 0) return;
      const from = this.pick(after) * words;
      for (let w = 0; w < words; w++) this.state[w] = this.next[from + w]!;
      if (!this.note()) continue;
      this.finds.push(this.state.slice());
      this.fruitless = 0;
      left = LENGTH;
    }
  }

  /** Marks where threads stand; true when one of the nodes was not marked. */
  private note(): boolean {
    const { graph, layout } = this.engine;
    let found = false;
    for (let t = 0; t < layout.pcs.length; t++) {
      const node = graph.threads[t]!.nodes[get(this.state, 0, layout.pcs[t]!)]!;
      if (this.live[node] === 1) continue;
      this.live[node] = 1;
      found = true;
    }
    return found;
  }

  /** Mostly the thread of the highest rank: what comes of one thread's delay is rarely met when all move evenly. */
  private pick(n: number): number {
    const { prng, moves, ranks } = this;
    if (prng.below(this.faithful) === 0) this.promote(prng.below(ranks.length));
    if (prng.below(this.faithful) === 0) return prng.below(n);
    let best = -1;
    for (let i = 0; i < n; i++) {
      const t = moveThread(moves[i]!);
      if (this.idle[t] === 1 && prng.below(RELUCTANCE) > 0) continue;
      if (best < 0 || ranks[t]! > ranks[moveThread(moves[best]!)]!) best = i;
    }
    if (best < 0) return prng.below(n);
    const t = moveThread(moves[best]!);
    let end = best + 1;
    while (end < n && moveThread(moves[end]!) === t) end++;
    return best + prng.below(end - best);
  }

  /** Gives a thread the highest rank. */
  private promote(t: number): void {
    this.ranks[t] = ++this.highest;
  }
}

/** None where a step leaves its range: the search itself will come to tell. */
function successors(engine: Engine, state: Int32Array, next: Int32Array, moves: Int32Array): number {
  try {
    return engine.expand(state, 0, next, 0, moves);
  } catch (error) {
    if (error instanceof RangeFault) return 0;
    throw error;
  }
}
