/** Symmetries at work on packed states. */
import type { Graph } from '../../model/language/graph.ts';
import { fieldOf, get, type Field, type Layout } from '../layout.ts';
import type { Symmetry } from './symmetry.ts';

/** A part of a state and where its image goes. */
interface Part {
  readonly from: Field;
  readonly to: Field;
  /** Image by value; null: unchanged. By `at * size + value` when the type of a register depends on where its thread stands. */
  readonly table: Int32Array | null;
  readonly at: Field | null;
  readonly size: number;
}

/** Replaces a state by the least of its images, word by word. */
export class Canonical {
  private readonly words: number;
  private readonly images: readonly (readonly Part[])[];
  private readonly image: Int32Array;

  constructor(graph: Graph, layout: Layout, symmetries: readonly Symmetry[]) {
    this.words = layout.words;
    this.images = symmetries.map((s) => partsOf(graph, layout, s));
    this.image = new Int32Array(layout.words);
  }

  /**
   * Makes the state at `states[o]` canonical in place; the symmetries applied, by index, are appended to `trail`. A lesser
   * image has the same images as the state itself, because symmetries are a group: so the search goes on from it.
   */
  apply(states: Int32Array, o: number, trail?: number[]): void {
    for (let again = true; again;) {
      again = false;
      for (let i = 0; i < this.images.length; i++) {
        this.permute(this.images[i]!, states, o);
        if (!this.less(states, o)) continue;
        states.set(this.image, o);
        trail?.push(i);
        again = true;
      }
    }
  }

  private permute(parts: readonly Part[], states: Int32Array, o: number): void {
    const { image } = this;
    image.fill(0);
    for (const { from, to, table, at, size } of parts) {
      const value = get(states, o, from);
      const out = table === null ? value : table[at === null ? value : get(states, o, at) * size + value]!;
      image[to.word]! |= out << to.shift;
    }
  }

  private less(states: Int32Array, o: number): boolean {
    for (let w = 0; w < this.words; w++) {
      const d = (this.image[w]! >>> 0) - (states[o + w]! >>> 0);
      if (d !== 0) return d < 0;
    }
    return false;
  }
}

function partsOf(graph: Graph, layout: Layout, s: Symmetry): Part[] {
  const parts = [...pcParts(graph, layout, s), ...registerParts(graph, layout, s), ...cellParts(graph, layout, s)];
  return parts.filter((p) => p.from.width > 0);
}

function pcParts(graph: Graph, layout: Layout, s: Symmetry): Part[] {
  return graph.threads.map((t, i) => ({
    from: layout.pcs[i]!, to: layout.pcs[s.threads[i]!]!, at: null, size: 0,
    table: Int32Array.from(t.nodes, (n) => layout.local[s.nodes[n]!]!),
  }));
}

/** The type of a register is that of the local that it holds where its thread stands. */
function registerParts(graph: Graph, layout: Layout, s: Symmetry): Part[] {
  const own = (t: number): number[] => [...graph.regs.keys()].filter((r) => graph.regs[r]!.thread === t);
  return graph.threads.flatMap((thread, t) => own(t).map((r, i): Part => {
    const { size } = graph.regs[r]!;
    const maps = thread.nodes.map((n) => s.values.get(graph.nodes[n]!.live.find((l) => l.reg === r)?.type ?? ''));
    const moved = maps.some((m) => m !== undefined);
    const table = moved ? Int32Array.from(maps.flatMap((m) => Array.from({ length: size }, (_, v) => m?.[v] ?? v))) : null;
    return { from: layout.regs[r]!, to: layout.regs[own(s.threads[t]!)[i]!]!, table, at: moved ? layout.pcs[t]! : null, size };
  }));
}

function cellParts(graph: Graph, layout: Layout, s: Symmetry): Part[] {
  return graph.places.flatMap((p, i) => {
    const map = s.values.get(p.type);
    const table = map === undefined ? null : Int32Array.from(map);
    return Array.from({ length: p.cells }, (_, cell): Part[] => {
      const [from, to] = [fieldOf(layout.places[i]!, cell), fieldOf(layout.places[i]!, s.cells[i]![cell]!)];
      return from === null || to === null ? [] : [{ from, to, table, at: null, size: 0 }];
    }).flat();
  });
}
