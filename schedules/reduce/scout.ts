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
/** A thread is favoured for 2, 4, 8, … steps at a time, up to two to this power, as is drawn for each walk. */
const FAITHFUL = 9;
/** An optional daemon is let go once in so many times that its turn comes. */
const RELUCTANCE = 4;

/** By node: 1 where a thread was seen to stand. The same walks every time. */
export function scout(engine: Engine): Uint8Array {
  const scouts = new Scout(engine);
  const nodes = engine.graph.nodes.length;
  while (scouts.live.includes(0) && scouts.steps < STEPS * nodes && scouts.fruitless < FRUITLESS * nodes) scouts.walk();
  return scouts.live;
}

/** Walks from the start and from wherever a node was seen for the first time: what is rare leads to what is rarer. */
class Scout {
  readonly live: Uint8Array;
  /** Steps made, and those of them since a node was seen for the first time. */
  steps = 0;
  fruitless = 0;
  private readonly engine: Engine;
  private readonly prng = new Prng(1);
  private readonly next: Int32Array;
  private readonly moves: Int32Array;
  private readonly state: Int32Array;
  private favourite = 0;
  private faithful = 1;
  /** States where a node was seen for the first time. */
  private readonly finds: Int32Array[] = [];

  constructor(engine: Engine) {
    const { graph, layout } = engine;
    this.engine = engine;
    this.live = Uint8Array.from(graph.nodes, (n) => (n.kind === 'end' ? 1 : 0));
    this.next = new Int32Array(layout.words * engine.maxSuccessors);
    this.moves = new Int32Array(engine.maxSuccessors);
    this.state = engine.initial.slice();
    this.note();
    this.finds.push(engine.initial.slice());
  }

  walk(): void {
    const { words } = this.engine.layout;
    this.state.set(this.finds[this.prng.below(this.finds.length)]!);
    this.favourite = this.prng.below(this.engine.graph.threads.length);
    this.faithful = 2 ** (1 + this.prng.below(FAITHFUL));
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

  /** Mostly the favourite thread: what comes of one thread's delay is rarely met when all move evenly. */
  private pick(n: number): number {
    const { prng, moves } = this;
    if (prng.below(this.faithful) === 0) this.favourite = prng.below(this.engine.graph.threads.length);
    for (let i = 0; i < n; i++) if (moveThread(moves[i]!) === this.favourite && prng.below(this.faithful) > 0) return i;
    const first = prng.below(n);
    // Daemons can nearly always move: walks that let them get nowhere.
    const idle = this.engine.graph.threads[moveThread(moves[first]!)]!.daemon === 'optional' && prng.below(RELUCTANCE) > 0;
    return idle ? prng.below(n) : first;
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
