/** Which nodes threads come to stand at, as far as a few random walks tell. */
import { moveThread, type Engine } from '../compile.ts';
import { RangeFault } from '../errors.ts';
import { get } from '../layout.ts';
import { Prng } from '../prng.ts';

const WALKS = 300;
const LENGTH = 600;
/** Walks in a row that may show nothing new. */
const FRUITLESS = 75;
/** An optional daemon is let go once in so many times that its turn comes. */
const RELUCTANCE = 4;

/** By node: 1 where a thread was seen to stand. The same walks every time. */
export function scout(engine: Engine): Uint8Array {
  const { graph, layout } = engine;
  const live = Uint8Array.from(graph.nodes, (n) => (n.kind === 'end' ? 1 : 0));
  const prng = new Prng(1);
  const next = new Int32Array(layout.words * engine.maxSuccessors);
  const moves = new Int32Array(engine.maxSuccessors);
  const state = new Int32Array(layout.words);
  const note = (): void => {
    for (const [t, f] of layout.pcs.entries()) live[graph.threads[t]!.nodes[get(state, 0, f)]!] = 1;
  };
  // Daemons can nearly always move: walks that let them get nowhere.
  const idle = (i: number): boolean => graph.threads[moveThread(moves[i]!)]!.daemon === 'optional' && prng.below(RELUCTANCE) > 0;
  const pick = (n: number): number => {
    const first = prng.below(n);
    return idle(first) ? prng.below(n) : first;
  };
  const seen = (): number => live.reduce((a, b) => a + b, 0);
  for (let walk = 0, fruitless = 0, known = 0; walk < WALKS && fruitless < FRUITLESS && live.includes(0); walk++) {
    fruitless = seen() > known ? 0 : fruitless + 1;
    known = seen();
    state.set(engine.initial);
    note();
    for (let step = 0; step < LENGTH; step++) {
      const after = successors(engine, state, next, moves);
      if (after <= 0) break;
      const i = pick(after);
      state.set(next.subarray(i * layout.words, (i + 1) * layout.words));
      note();
    }
  }
  return live;
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
