/**
 * Expands many states at a time in WebAssembly, which is fast from its first second on: what V8 makes of generated
 * JavaScript is not until it was optimised, longer than many a search takes. Makes the keys by which states are kept,
 * leaves out what came by recently, and tests what is new. Whoever needs moves, or to know what is wrong with a state,
 * asks the Engine.
 */
import { planOf, DONE, ENTRIES, MASK, RECENT, REST, RESTS, SOURCES, TESTED, TRANSITIONS, type Plan, type Shape } from './batch-plan.ts';
import { programOf, type Program } from './batch-program.ts';
import type { Engine } from './compile.ts';
import { exportsOf, isTrap, memoryOf } from './wasm.ts';
import { PAGE, type Memory } from './webassembly.ts';

/** Slots of the smallest index of rests, and the largest part of an index in use. */
const FEWEST_SLOTS = 2 ** 12;
const LOAD = 0.6;
/** Most bytes that WebAssembly addresses. */
const MOST = 2 ** 32;

export class BatchExpander {
  /** 32-bit words a key. */
  readonly keyWords: number;
  private readonly plan: Plan;
  private readonly memory: Memory;
  private readonly program: Program;
  /** Key of the initial state. */
  private readonly first: Int32Array;
  /** Of all memory: made anew when it grows. */
  private all: Int32Array;
  private slots = FEWEST_SLOTS;

  /** For batches that are full at `shape.full` states; the last state may find `shape.most` more. `initial` is a state that was found before. */
  constructor(shape: Shape, initial: Int32Array) {
    const plan = planOf(shape);
    this.plan = plan;
    this.keyWords = plan.keyWords;
    this.first = new Int32Array(plan.keyWords);
    this.memory = memoryOf(plan.indexAt + 4 * FEWEST_SLOTS);
    this.all = new Int32Array(this.memory.buffer);
    plan.graph.places.forEach((p, i) => { this.ints(plan.tableAt[i]!, p.cells).set(p.initial); });
    this.header(MASK, this.slots - 1);
    this.header(ENTRIES, plan.indexAt + 4 * this.slots);
    this.program = exportsOf(programOf(plan), this.memory) as Program;
    this.reserve(Infinity);
    this.begin(initial);
  }

  /** States expanded by the last call of `expand`. */
  get expanded(): number {
    return (this.all[DONE / 4]! - this.plan.sourcesAt) / (4 * this.keyWords);
  }

  /** Successors found since the last call, those left out of the batch included. */
  takeTransitions(): number {
    const n = this.all[TRANSITIONS / 4]!;
    this.header(TRANSITIONS, 0);
    return n;
  }

  /** Bytes of all that is kept. */
  get bytes(): number {
    return this.all.byteLength;
  }

  /** Writes the keys of the batch's first n states to `to` and their hashes to `hashes`. */
  takeKeys(n: number, to: Int32Array, hashes: Int32Array): void {
    const { plan, all } = this;
    copy(all, plan.keysAt / 4, to, n * this.keyWords);
    copy(all, plan.hashesAt / 4, hashes, n);
  }

  /**
   * Appends the successors of the first of `count` states, whose keys begin at `src[o]`, to a batch of n, until it is
   * full. Answers the number of states in the batch, or -1 when a state is a deadlock, a step leaves a declared range,
   * or is too large for WebAssembly: then the batch is lost.
   */
  expand(src: Int32Array, o: number, count: number, n: number): number {
    const { plan } = this;
    const most = Math.min(count, SOURCES);
    const { all } = this;
    for (let i = 0, at = plan.sourcesAt / 4, end = most * this.keyWords; i < end; i++) all[at + i] = src[o + i]!;
    const after = untrapped(() => this.program.expand(most, n));
    if (after < 0) this.forget();
    return after;
  }

  /** Appends a state, given in full, to a batch of n states, unless it came by recently; answers the number of states. */
  keep(words: Int32Array, o: number, n: number): number {
    const { plan } = this;
    const at = (plan.wordsAt + n * plan.stride) / 4;
    for (let i = 0; i < plan.layout.words; i++) this.all[at + i] = words[o + i]!;
    return this.program.keep(n, plan.graph.nodes.length);
  }

  /** Tests states of the batch, by their numbers in it; answers the positions in the list of those that something is wrong with. */
  test(fresh: Int32Array, count: number): readonly number[] {
    copy(fresh, 0, this.ints(this.plan.freshAt, count), count);
    const wrong: number[] = [];
    for (let from = 0; from < count; from++) {
      const found = untrapped(() => this.program.testAll(from, count));
      from = found < 0 ? this.all[TESTED / 4]! : found;
      if (from < count) wrong.push(from);
    }
    return wrong;
  }

  /** Writes the state of the key at `keys[o]` in full. */
  unfold(keys: Int32Array, o: number, to: Int32Array, at: number): void {
    const { plan, all } = this;
    if (!plan.folds) {
      for (let i = 0; i < this.keyWords; i++) to[at + i] = keys[o + i]!;
      return;
    }
    const { rest } = plan;
    const entry = (all[ENTRIES / 4]! >>> 0) / 4 + keys[o + 1]! * rest.length;
    to[at + plan.raw] = keys[o]!;
    for (let i = 0; i < rest.length; i++) to[at + rest[i]!] = all[entry + i]!;
  }

  /** Notes what ran, and what was true. */
  note({ ran, premises, reached }: Pick<Engine, 'ran' | 'premises' | 'reached'>): void {
    const { plan, memory } = this;
    for (const [seen, at] of [[ran, plan.ranAt], [premises, plan.premisesAt], [reached, plan.reachedAt]] as const) {
      const mine = new Uint8Array(memory.buffer, at, seen.length);
      for (let i = 0; i < seen.length; i++) seen[i]! |= mine[i]!;
    }
  }

  /** Makes room for another batch within `maxBytes`; false when that is impossible. Must precede every batch. */
  reserve(maxBytes: number): boolean {
    const { plan, all } = this;
    if (!plan.folds) return true;
    const rests = all[RESTS / 4]!;
    const wanted = rests + plan.full + plan.most;
    let { slots } = this;
    while (wanted > LOAD * slots) slots *= 2;
    const entriesAt = plan.indexAt + 4 * slots;
    if (!this.grow(entriesAt + wanted * 4 * plan.rest.length, maxBytes)) return false;
    if (slots > this.slots) this.moveEntries(slots, entriesAt / 4);
    return true;
  }

  /** Grows by a sixteenth at least, so that growing is rare. */
  private grow(bytes: number, maxBytes: number): boolean {
    const now = this.bytes;
    if (bytes <= now) return true;
    const pages = Math.max(Math.ceil((bytes - now) / PAGE), Math.min(now >> 4, maxBytes - now) / PAGE | 0);
    if (now + pages * PAGE > Math.min(maxBytes, MOST)) return false;
    this.memory.grow(pages);
    this.all = new Int32Array(this.memory.buffer);
    return true;
  }

  private moveEntries(slots: number, to: number): void {
    const { all, plan } = this;
    const rests = all[RESTS / 4]!;
    const from = (all[ENTRIES / 4]! >>> 0) / 4;
    all.copyWithin(to, from, from + rests * plan.rest.length);
    all.fill(0, plan.indexAt / 4, to);
    this.slots = slots;
    this.header(MASK, slots - 1);
    this.header(ENTRIES, 4 * to);
    this.program.reindex(0, rests);
  }

  /** The first rest is the initial state's, and all recent states are the initial one, to which no transition led. */
  private begin(initial: Int32Array): void {
    const { plan } = this;
    const scratch = this.ints(plan.scratchAt, plan.layout.words);
    // Whatever differs from the state that is expanded is put into the table.
    scratch.set(initial.map((word) => ~word));
    this.keep(initial, 0, 0);
    scratch.set(initial);
    this.header(REST, 0);
    copy(this.all, plan.keysAt / 4, this.first, this.keyWords);
    this.forget();
  }

  /** What was found since the last batch was not kept. */
  forget(): void {
    this.header(TRANSITIONS, 0);
    const recent = this.ints(this.plan.recentAt, RECENT * this.keyWords);
    for (let i = 0; i < recent.length; i += this.keyWords) recent.set(this.first, i);
  }

  private ints(at: number, length: number): Int32Array {
    return this.all.subarray(at / 4, at / 4 + length);
  }

  private header(at: number, value: number): void {
    this.all[at / 4] = value;
  }
}

/** Answers -1 where a function trapped. */
function untrapped(run: () => number): number {
  try {
    return run();
  } catch (error) {
    if (isTrap(error)) return -1;
    throw error;
  }
}

function copy(from: Int32Array, o: number, to: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) to[i] = from[o + i]!;
}
