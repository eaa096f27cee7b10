/**
 * Expands many states at a time in WebAssembly, which is fast from its first second on: what V8 makes of generated
 * JavaScript is not until it was optimised, longer than many a search takes. Makes the keys by which states are kept,
 * leaves out what came by recently, and tests what is new. Whoever needs moves, or to know what is wrong with a state,
 * asks the Engine.
 */
import { DONE, NUMBERS, planOf, RECENT, SOURCES, TESTED, TRANSITIONS, type Folds, type Part, type Plan, type Shape } from './batch-plan.ts';
import { programOf, type Program } from './batch-program.ts';
import type { Engine } from './compile.ts';
import { exportsOf, isTrap, memoryOf } from './wasm.ts';
import { PAGE, type Memory } from './webassembly.ts';

/** Slots of the smallest index of parts, and how full an index may get. */
const FEWEST_SLOTS = 2 ** 12;
const LOAD = 0.5;
/** Most bytes that WebAssembly addresses. */
const MOST = 2 ** 32;
/** Most bits of the numbers of one part of several. */
const MOST_BITS = 24;

export class BatchExpander {
  /** 32-bit words a key. */
  readonly keyWords: number;
  private readonly plan: Plan;
  private readonly memory: Memory;
  private readonly program: Program;
  private readonly initial: Int32Array;
  /** Of all memory: made anew when it grows. */
  private all: Int32Array;

  /** For batches that are full at `shape.full` states; the last state may find `shape.most` more. `initial` is a state that was found before. */
  constructor(shape: Shape, initial: Int32Array) {
    const plan = planOf(shape);
    this.plan = plan;
    this.keyWords = plan.keyWords;
    this.initial = initial;
    this.memory = memoryOf(plan.end + plan.stride);
    this.all = new Int32Array(this.memory.buffer);
    plan.graph.places.forEach((p, i) => { this.ints(plan.tableAt[i]!, p.cells).set(p.initial); });
    for (const part of plan.parts) this.header(part.maskAt, Math.min(FEWEST_SLOTS, part.slots) - 1);
    this.divide(plan.parts.map((part) => part.bits));
    this.program = exportsOf(programOf(plan), this.memory) as Program;
    this.begin();
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
    const { plan: { parts, end } } = this;
    return parts.reduce((sum, part) => sum - part.room + this.bytesOf(part, this.slotsOf(part), this.count(part)), end);
  }

  /** Writes the keys of the batch's first n states to `to` and their hashes to `hashes`. */
  takeKeys(n: number, to: Int32Array, hashes: Int32Array): void {
    const { plan, all } = this;
    this.program.fold(n, 0);
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

  /** Appends a state, given in full, to a batch of n states; answers the number of states, which stays if it came by recently: then the next one takes its place. */
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
    if (plan.folds === null) {
      for (let i = 0; i < this.keyWords; i++) to[at + i] = keys[o + i]!;
      return;
    }
    to[at + plan.raw] = keys[o]!;
    for (const { words, shiftAt, bitsAt, entriesAt } of plan.parts) {
      const number = (keys[o + 1]! >>> all[shiftAt / 4]!) & all[bitsAt / 4]!;
      const entry = entriesAt / 4 + number * words.length;
      for (let i = 0; i < words.length; i++) to[at + words[i]!] = all[entry + i]!;
    }
  }

  /** Notes what ran, and what was true. */
  note({ ran, premises, reached }: Pick<Engine, 'ran' | 'premises' | 'reached'>): void {
    const { plan, memory } = this;
    for (const [seen, at] of [[ran, plan.ranAt], [premises, plan.premisesAt], [reached, plan.reachedAt]] as const) {
      const mine = new Uint8Array(memory.buffer, at, seen.length);
      for (let i = 0; i < seen.length; i++) seen[i]! |= mine[i]!;
    }
  }

  /** Makes room for another batch within `maxBytes`; answers what makes that impossible, or null. Must precede every batch. */
  reserve(maxBytes: number): 'memory' | 'numbers' | null {
    const { plan: { parts, full, most } } = this;
    for (const part of parts) {
      const count = this.count(part);
      const wanted = count + full + most;
      let slots = this.slotsOf(part);
      while (wanted > LOAD * slots) slots *= 2;
      if (slots > part.slots || wanted > 2 ** this.bitsOf(part)) return part.bits === NUMBERS ? 'memory' : 'numbers';
      if (this.bytes + this.bytesOf(part, slots, wanted) - this.bytesOf(part, this.slotsOf(part), count) > maxBytes || !this.grow(part.entriesAt + 4 * part.words.length * wanted)) return 'memory';
      if (slots > this.slotsOf(part)) this.growIndex(part, slots);
    }
    return null;
  }

  /** How the numbers of the parts can be divided anew when there are too few of one of them. */
  wider(): Folds {
    const { parts, full, most } = this.plan;
    const bits = parts.map((part) => 33 - Math.clz32(this.count(part) + full + most));
    const spare = NUMBERS - bits.reduce((a, b) => a + b, 0);
    // All words that are not raw in one part, otherwise.
    if (spare < 0 || Math.max(...bits) > MOST_BITS) return [NUMBERS];
    return bits.map((b, i) => Math.min(b <= parts[i]!.most ? parts[i]!.most : MOST_BITS, b + Math.floor(spare / 2)));
  }

  /**
   * Divides the numbers of the parts anew, if there is room: then `count` keys at `keys[o]` that were made before
   * mean the same after `again`.
   */
  redivide(folds: Folds): ((keys: Int32Array, o: number, count: number) => void) | null {
    const { plan: { parts } } = this;
    if (folds?.length !== parts.length || folds.some((bits, i) => bits > parts[i]!.most)) return null;
    const fields = (): readonly (readonly [number, number])[] => parts.map((part) => [this.all[part.shiftAt / 4]!, this.all[part.bitsAt / 4]!]);
    const before = fields();
    this.divide(folds);
    const moves = fields().map(([shift], i) => [...before[i]!, shift] as const);
    return (keys, o, count) => {
      for (let i = o + 1, end = i + 2 * count; i < end; i += 2) {
        const numbers = keys[i]!;
        let again = 0;
        for (const [from, mask, to] of moves) again |= ((numbers >>> from) & mask) << to;
        keys[i] = again;
      }
    };
  }

  private divide(folds: readonly number[]): void {
    let shift = 0;
    for (const [i, bits] of folds.entries()) {
      const { shiftAt, bitsAt } = this.plan.parts[i]!;
      this.header(shiftAt, shift);
      this.header(bitsAt, bits === NUMBERS ? -1 : 2 ** bits - 1);
      shift += bits;
    }
  }

  /** Bits of the part's numbers. */
  private bitsOf(part: Part): number {
    return 32 - Math.clz32(this.all[part.bitsAt / 4]!);
  }

  private count(part: Part): number {
    return this.all[part.countAt / 4]!;
  }

  private slotsOf(part: Part): number {
    return this.all[part.maskAt / 4]! + 1;
  }

  private bytesOf(part: Part, slots: number, count: number): number {
    return 4 * slots + 4 * part.words.length * count;
  }

  /** By a sixteenth at least, so that growing is rare; false when that is impossible. */
  private grow(bytes: number): boolean {
    const now = this.all.byteLength;
    if (bytes <= now) return true;
    const pages = Math.ceil(Math.max(bytes - now, Math.min(now >>> 4, MOST - now)) / PAGE);
    if (now + pages * PAGE > MOST) return false;
    this.memory.grow(pages);
    this.all = new Int32Array(this.memory.buffer);
    return true;
  }

  private growIndex(part: Part, slots: number): void {
    this.header(part.maskAt, slots - 1);
    this.ints(part.indexAt, slots).fill(0);
    this.program[`reindex${this.plan.parts.indexOf(part)}`]!(0, this.count(part));
  }

  /** The first parts are the initial state's, and all recent states are the initial one, to which no transition led. */
  private begin(): void {
    const { plan, initial } = this;
    const scratch = this.ints(plan.scratchAt, plan.layout.words);
    // Whatever differs from the state that is expanded is put into the table.
    scratch.set(initial.map((word) => ~word));
    this.keep(initial, 0, 0);
    this.takeKeys(1, new Int32Array(this.keyWords), new Int32Array(1));
    scratch.set(initial);
    for (const part of plan.parts) this.header(part.ownAt, 0);
    this.forget();
  }

  /** What was found since the last batch was not kept. */
  forget(): void {
    const { plan, initial } = this;
    this.header(TRANSITIONS, 0);
    const recent = this.ints(plan.recentAt, RECENT * initial.length);
    for (let i = 0; i < recent.length; i += initial.length) recent.set(initial, i);
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
