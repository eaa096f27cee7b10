/**
 * Where each part of a state lives in its 32-bit words. Fields never straddle a word; what never changes takes no bits.
 */
import type { Action, GExpr, GNode, Graph } from '../model/language/graph.ts';
import { bitsFor, bounds, constant } from './bounds.ts';
import type { State } from './interpret.ts';

/** A field: bits shift … shift+width-1 of a word. Width 0: always 0, stored nowhere. */
export interface Field {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
}

/** Consecutive cells of a place in one word, `width` bits apart: cell `first + i` is at `shift + i * width`. */
export interface Segment extends Field {
  readonly first: number;
  readonly count: number;
}

export interface Layout {
  /** 32-bit words a state, at least 1. */
  readonly words: number;
  /** By thread: holds the local number of the node it stands at. */
  readonly pcs: readonly Field[];
  /** Node id → position in its thread's `nodes`. */
  readonly local: readonly number[];
  readonly regs: readonly Field[];
  /** By place, in order of cells. A cell in no segment is constant: its initial value. */
  readonly places: readonly (readonly Segment[])[];
}

/** How a place is used: which cells are written, and whether any index is only known at run time. */
interface Usage {
  readonly written: Set<number>;
  dynamicRead: boolean;
  dynamicWrite: boolean;
}

/** Chooses the layout: first fit, largest blocks first. */
export function layout(graph: Graph): Layout {
  const packer = new Packer();
  const usage = usageOf(graph);
  const pcs = graph.threads.map((t) => packer.field(bitsFor(t.nodes.length)));
  const regs = graph.regs.map((r) => packer.field(r.transient ? 0 : bitsFor(r.size)));
  const places = graph.places.map((p, i) => segments(packer, usage[i]!, p.cells, bitsFor(p.size)));
  const words = packer.pack();
  const local: number[] = graph.nodes.map(() => 0);
  for (const thread of graph.threads) thread.nodes.forEach((node, i) => { local[node] = i; });
  return { words, pcs, local, regs, places };
}

/** The segment that holds a cell, or null when the cell is constant. */
export function segmentOf(segs: readonly Segment[], cell: number): Segment | null {
  return segs.find((s) => cell >= s.first && cell < s.first + s.count) ?? null;
}

/** Where a cell is, or null when it is constant. */
export function fieldOf(segs: readonly Segment[], cell: number): Field | null {
  const segment = segmentOf(segs, cell);
  return segment === null ? null : cellField(segment, cell - segment.first);
}

/** Writes a state at `words[offset …]`. Values must be in range. */
export function pack(at: Layout, state: State, words: Int32Array, offset: number): void {
  words.fill(0, offset, offset + at.words);
  at.pcs.forEach((f, t) => put(words, offset, f, at.local[state.pcs[t]!]!));
  at.regs.forEach((f, r) => put(words, offset, f, state.regs[r]!));
  at.places.forEach((segs, p) => {
    for (const s of segs) {
      for (let i = 0; i < s.count; i++) put(words, offset, cellField(s, i), state.cells[p]![s.first + i]!);
    }
  });
}

/** The state stored at `words[offset …]`. */
export function unpack(graph: Graph, at: Layout, words: Int32Array, offset: number): State {
  const pcs = at.pcs.map((f, t) => graph.threads[t]!.nodes[get(words, offset, f)]!);
  const regs = at.regs.map((f) => get(words, offset, f));
  const cells = graph.places.map((p, i) => p.initial.map((initial, cell) => {
    const s = segmentOf(at.places[i]!, cell);
    return s === null ? initial : get(words, offset, cellField(s, cell - s.first));
  }));
  return { pcs, regs, cells };
}

/** The i-th cell of a segment. */
function cellField(s: Segment, i: number): Field {
  return { word: s.word, shift: s.shift + i * s.width, width: s.width };
}

function put(words: Int32Array, offset: number, f: Field, value: number): void {
  if (f.width > 0) words[offset + f.word]! |= value << f.shift;
}

/** The value of a field of the state at `words[offset …]`. */
export function get(words: Int32Array, offset: number, f: Field): number {
  return f.width === 0 ? 0 : (words[offset + f.word]! >>> f.shift) & (f.width === 32 ? -1 : 2 ** f.width - 1);
}

/** Blocks of at most 32 bits that are given their place when all are known. */
class Packer {
  private readonly blocks: { word: number; shift: number; width: number; bits: number }[] = [];

  field(width: number): Field {
    return this.block({ word: 0, shift: 0, width, bits: width });
  }

  segment(first: number, count: number, width: number): Segment {
    return this.block({ first, count, word: 0, shift: 0, width, bits: count * width });
  }

  private block<B extends { word: number; shift: number; width: number; bits: number }>(b: B): B {
    this.blocks.push(b);
    return b;
  }

  /** Number of words used, at least 1. */
  pack(): number {
    const used: number[] = [0];
    for (const b of this.blocks.filter((x) => x.bits > 0).sort((x, y) => y.bits - x.bits)) {
      let word = used.findIndex((u) => u + b.bits <= 32);
      if (word < 0) word = used.push(0) - 1;
      b.word = word;
      b.shift = used[word]!;
      used[word]! += b.bits;
    }
    return used.length;
  }
}

/** Places indexed at run time keep a regular stride, as many cells a word as fit; others are packed cell by cell. */
function segments(packer: Packer, use: Usage, cells: number, width: number): Segment[] {
  if (width === 0 || (use.written.size === 0 && !use.dynamicWrite)) return [];
  if (!use.dynamicRead && !use.dynamicWrite) {
    return [...use.written].sort((a, b) => a - b).map((cell) => packer.segment(cell, 1, width));
  }
  const stride = Math.floor(32 / width);
  const out: Segment[] = [];
  for (let first = 0; first < cells; first += stride) out.push(packer.segment(first, Math.min(stride, cells - first), width));
  return out;
}

function usageOf(graph: Graph): Usage[] {
  const usage: Usage[] = graph.places.map(() => ({ written: new Set<number>(), dynamicRead: false, dynamicWrite: false }));
  for (const node of graph.nodes) {
    if (node.guard !== null) scanExpr(graph, usage, node.guard, node.choices);
    scanActions(graph, usage, node.code, node);
  }
  for (const c of graph.properties.flatMap((p) => p.conjuncts)) {
    if (c.premise !== null) scanExpr(graph, usage, c.premise, 1);
    scanExpr(graph, usage, c.holds, 1);
  }
  for (const p of graph.progress ?? []) for (const e of [p.from, p.to]) scanExpr(graph, usage, e, 1);
  for (const r of graph.reaches) scanExpr(graph, usage, r.expr, 1);
  return usage;
}

function scanActions(graph: Graph, usage: Usage[], code: readonly Action[], node: GNode): void {
  for (const a of code) {
    if (a.a === 'set') scanExpr(graph, usage, a.value, node.choices);
    if (a.a === 'if') {
      scanExpr(graph, usage, a.test, node.choices);
      scanActions(graph, usage, a.then, node);
      scanActions(graph, usage, a.else, node);
    }
    if (a.a === 'write') {
      scanExpr(graph, usage, a.value, node.choices);
      scanExpr(graph, usage, a.index, node.choices);
      const cell = constant(bounds(graph, a.index, node.choices));
      if (cell === null) usage[a.place]!.dynamicWrite = true;
      else usage[a.place]!.written.add(cell);
    }
  }
}

function scanExpr(graph: Graph, usage: Usage[], e: GExpr, choices: number): void {
  if (e.g === 'cell') {
    if (constant(bounds(graph, e.index, choices)) === null) usage[e.place]!.dynamicRead = true;
    scanExpr(graph, usage, e.index, choices);
  }
  if (e.g === 'op') for (const a of e.args) scanExpr(graph, usage, a, choices);
  if (e.g === 'cond') for (const a of [e.test, e.then, e.else]) scanExpr(graph, usage, a, choices);
}
