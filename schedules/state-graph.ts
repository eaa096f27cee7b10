/** The reachable states of a small graph, numbered as they are met and each expanded when asked. */
import type { Graph } from '../model/language/graph.ts';
import { compile, type Engine } from './compile.ts';
import type { State } from './interpret.ts';
import { unpack, type Layout } from './layout.ts';

export interface Move {
  /** Thread and choice, as the engine writes them. */
  readonly move: number;
  readonly to: number;
}

export class StateGraph {
  private readonly engine: Engine;
  private readonly ids = new Map<string, number>();
  private readonly states: Int32Array[] = [];
  private readonly out: Int32Array;
  private readonly moves: Int32Array;
  private readonly real: readonly number[];
  /** By word: the bits that hold places, and not where threads stand or what they remember. */
  private readonly mask: readonly number[];

  constructor(graph: Graph) {
    this.engine = compile(graph, []);
    this.out = new Int32Array(this.engine.maxSuccessors * this.engine.layout.words);
    this.moves = new Int32Array(this.engine.maxSuccessors);
    this.mask = placeBits(this.engine.layout);
    this.real = graph.places.flatMap((p, i) => (p.ghost ? [] : [i]));
  }

  /** States met so far. */
  get size(): number {
    return this.states.length;
  }

  /** The initial state is 0. */
  begin(): void {
    this.id(this.engine.initial);
  }

  state(id: number): State {
    return unpack(this.engine.graph, this.engine.layout, this.states[id]!, 0);
  }

  /** The same for states in which all places hold the same and the same threads have ended. */
  look(id: number): string {
    const state = this.states[id]!;
    const ended = this.positions(id).map((node) => (this.engine.graph.nodes[node]!.kind === 'end' ? '1' : '0')).join('');
    return `${this.mask.map((bits, word) => state[word]! & bits).join()} ${ended}`;
  }

  /** What all shared places but ghosts hold. */
  contents(id: number): string {
    const { cells } = this.state(id);
    return this.real.map((p) => cells[p]!.join()).join(';');
  }

  /** By thread: the node it stands at. */
  positions(id: number): number[] {
    const { graph, layout } = this.engine;
    const state = this.states[id]!;
    return layout.pcs.map(({ word, shift, width }, t) => graph.threads[t]!.nodes[width === 0 ? 0 : (state[word]! >>> shift) & (2 ** width - 1)]!);
  }

  /** @throws RangeFault */
  successors(id: number): Move[] {
    const { words } = this.engine.layout;
    const answer = this.engine.expand(this.states[id]!, 0, this.out, 0, this.moves);
    const n = answer < 0 ? ~answer : answer;
    return Array.from({ length: n }, (_, i) => ({ move: this.moves[i]!, to: this.id(this.out.subarray(i * words, (i + 1) * words)) }));
  }

  private id(state: Int32Array): number {
    const key = state.join();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.ids.set(key, this.states.length);
    return this.states.push(state.slice()) - 1;
  }
}

function placeBits({ words, places }: Layout): number[] {
  const mask = Array.from({ length: words }, () => 0);
  for (const { word, shift, count, width } of places.flat()) {
    for (let bit = shift; bit < shift + count * width; bit++) mask[word]! |= 1 << bit;
  }
  return mask;
}
