/**
 * Expands many states at a time in WebAssembly, which is fast from its first second on: what V8 makes of generated
 * JavaScript is not until it was optimised, longer than many a search takes. Makes the keys by which states are kept,
 * leaves out what came by recently, and tests what is new. Whoever needs moves, or to know what is wrong with a state,
 * asks the Engine.
 */
import { addressesOf, DONE, FOLDED, NUMBERS, RECENT, SOURCES, TESTED, TRANSITIONS, type Addresses, type Folds, type Part, type Shape } from './batch-plan.ts';
import { programOf, type Program } from './batch-program.ts';
import type { Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import { exportsOf, isTrap, memoryOf } from './wasm.ts';
import { PAGE, type Memory } from './webassembly.ts';

/** Slots of the smallest index of parts, and how full an index may get. */
const FEWEST_SLOTS = 2 ** 12;
const LOAD = 0.5;
/** Most bytes that WebAssembly addresses. */
const MOST = 2 ** 32;
/** Most bits of the numbers of one part of several. */
const MOST_BITS = 24;

/** What the expanders of all threads of a search have in common; can be sent to a thread. */
export interface Common {
  readonly at: Addresses;
  readonly module: object;
  readonly memory: Memory<ArrayBufferLike>;
  /** A state that was found before. */
  readonly initial: Int32Array;
}

/** For batches that are full at `shape.full` states; the last state may find `shape.most` more. */
export function commonOf(shape: Shape, initial: Int32Array): Common {
  const at = addressesOf(shape);
  const memory = memoryOf(at.end + at.stride, shape.threads > 1);
  const all = new Int32Array(memory.buffer);
  shape.graph.places.forEach((p, i) => { all.set(p.initial, at.tableAt[i]! / 4); });
  for (const part of at.parts) all[part.maskAt / 4] = Math.min(FEWEST_SLOTS, part.slots) - 1;
  const common = { at, module: programOf({ ...shape, ...at }), memory, initial };
  new BatchExpander(common).begin();
  return common;
}

/** Of an engine, for batches of the usual size; states of few words are their own keys, whatever `folds` says. */
export function commonFor({ graph, layout, conjuncts, initial, maxSuccessors }: Engine, folds: Folds, threads: number): Common {
  return commonOf({ graph, layout, conjuncts, full: BATCH, most: maxSuccessors, folds: layout.words < FOLDED ? null : folds, threads }, initial);
}

export class BatchExpander {
  readonly common: Common;
  /** 32-bit words a key. */
  readonly keyWords: number;
  private readonly at: Addresses;
  private readonly memory: Memory<ArrayBufferLike>;
  /** What KeySet calls too. */
  readonly program: Program;
  private readonly initial: Int32Array;
  /** Where its region of memory begins. */
  private readonly base: number;
  /** Of all memory: made anew when it grows. */
  all: Int32Array;

  /** One of a thread, by its number. */
  constructor(common: Common, thread = 0) {
    const { at, module, memory, initial } = common;
    this.common = common;
    this.at = at;
    this.keyWords = at.keyWords;
    this.initial = initial;
    this.memory = memory;
    this.base = thread * at.region;
    this.all = new Int32Array(memory.buffer);
    this.program = exportsOf(module, memory, this.base) as Program;
    this.own(at.scratchAt, at.words).set(initial);
    this.forget();
  }

  /** States expanded by the last call of `expand`. */
  get expanded(): number {
    return (this.all[(this.base + DONE) / 4]! - this.base - this.at.sourcesAt) / (4 * this.keyWords);
  }

  /** Successors found since the last call, those left out of the batch included. */
  takeTransitions(): number {
    const n = this.all[(this.base + TRANSITIONS) / 4]!;
    this.all[(this.base + TRANSITIONS) / 4] = 0;
    return n;
  }

  /** Bytes of all that is kept. */
  get bytes(): number {
    const { at: { parts, end, threads } } = this;
    // Where threads share the table, it may be filled to its limit before anybody looks.
    return parts.reduce((sum, part) => sum - part.room + this.bytesOf(part, this.slotsOf(part), threads === 1 ? this.count(part) : this.limit(part)), end);
  }

  /** Writes the keys of the batch's first n states to `to`. */
  takeKeys(n: number, to: Int32Array): void {
    this.makeKeys(n);
    copy(this.all, (this.base + this.at.keysAt) / 4, to, n * this.keyWords);
  }

  /** Puts the first n keys of the batch into the set where they are new, at most `room`; answers how many that were, or the complement when there was one more. */
  insert(n: number, room: number): number {
    this.program.mix(n, 0);
    return this.program.insert(n, Math.min(room, n));
  }

  /** The keys that were new, in the order of the batch. */
  get found(): { readonly words: Int32Array; readonly offset: number } {
    return { words: this.all, offset: (this.base + this.at.set!.newAt) / 4 };
  }

  /** Makes the keys of the batch's first n states. */
  makeKeys(n: number): void {
    this.program.fold(n, 0);
  }

  /**
   * Appends the successors of the first of `count` states, whose keys begin at `src[o]`, to a batch of n, until it is
   * full. Answers the number of states in the batch, or -1 when a state is a deadlock, a step leaves a declared range,
   * or is too large for WebAssembly: then the batch is lost.
   */
  expand(src: Int32Array, o: number, count: number, n: number): number {
    const most = Math.min(count, SOURCES);
    const { all } = this;
    all.set(src.subarray(o, o + most * this.keyWords), (this.base + this.at.sourcesAt) / 4);
    const after = untrapped(() => this.program.expand(most, n));
    if (after < 0) this.forget();
    return after;
  }

  /** Appends a state, given in full, to a batch of n states; answers the number of states, which stays if it came by recently: then the next one takes its place. */
  keep(words: Int32Array, o: number, n: number): number {
    const { at: { wordsAt, stride, words: length, nodes } } = this;
    const at = (this.base + wordsAt + n * stride) / 4;
    for (let i = 0; i < length; i++) this.all[at + i] = words[o + i]!;
    return this.program.keep(n, nodes);
  }

  /** Tests states of the batch, by their numbers in it; answers the positions in the list of those that something is wrong with. */
  test(fresh: Int32Array, count: number): readonly number[] {
    copy(fresh, 0, this.own(this.at.freshAt, count), count);
    return this.testNew(count);
  }

  /** As `test`, for as many states that `insert` has just found to be new; answers their numbers among these. */
  testNew(count: number): readonly number[] {
    const wrong: number[] = [];
    for (let from = 0; from < count; from++) {
      const found = untrapped(() => this.program.testAll(from, count));
      from = found < 0 ? this.all[(this.base + TESTED) / 4]! : found;
      if (from < count) wrong.push(from);
    }
    return wrong;
  }

  /** Writes the state of the key at `keys[o]` in full. */
  unfold(keys: Int32Array, o: number, to: Int32Array, at: number): void {
    const { at: { folds, raw, parts }, all } = this;
    if (folds === null) {
      for (let i = 0; i < this.keyWords; i++) to[at + i] = keys[o + i]!;
      return;
    }
    to[at + raw] = keys[o]!;
    for (const { words, shiftAt, bitsAt, entriesAt } of parts) {
      const number = (keys[o + 1]! >>> all[shiftAt / 4]!) & all[bitsAt / 4]!;
      const entry = entriesAt / 4 + number * words.length;
      for (let i = 0; i < words.length; i++) to[at + words[i]!] = all[entry + i]!;
    }
  }

  /** Notes what ran, and what was true, in any thread. */
  note({ ran, premises, reached }: Pick<Engine, 'ran' | 'premises' | 'reached'>): void {
    const { at, memory } = this;
    for (const [seen, from] of [[ran, at.ranAt], [premises, at.premisesAt], [reached, at.reachedAt]] as const) {
      for (let thread = 0; thread < at.threads; thread++) {
        const theirs = new Uint8Array(memory.buffer, thread * at.region + from, seen.length);
        for (let i = 0; i < seen.length; i++) seen[i]! |= theirs[i]!;
      }
    }
  }

  /**
   * Makes room for another batch of each thread within `maxBytes`; answers what makes that impossible, or null. Must precede
   * every batch of one thread; threads ask whether there is `room` before each, and whoever calls this does so when all stand still.
   */
  reserve(maxBytes: number): 'memory' | 'numbers' | null {
    const { at: { parts, threads, full, most } } = this;
    for (const part of parts) {
      const count = this.count(part);
      const needed = count + threads * (full + most);
      const few = 2 ** this.bitsOf(part);
      if (needed > few) return 'numbers';
      // Threads do not stop for each batch.
      const wanted = threads === 1 ? [needed] : [Math.min(few, needed + Math.max(count, FEWEST_SLOTS)), needed];
      if (!wanted.some((n) => this.makeRoom(part, n, maxBytes))) return 'memory';
    }
    return null;
  }

  /** True when all threads have room for the parts of a batch. */
  get room(): boolean {
    const { at: { parts, threads, full, most } } = this;
    return parts.every((part) => this.count(part) + threads * (full + most) <= this.limit(part));
  }

  /** Must follow what another thread's `reserve` has done. */
  refresh(): void {
    this.all = new Int32Array(this.memory.buffer);
  }

  private makeRoom(part: Part, wanted: number, maxBytes: number): boolean {
    const { threads } = this.at;
    let slots = this.slotsOf(part);
    while (wanted > LOAD * slots) slots *= 2;
    if (slots > part.slots || (part.most === NUMBERS && 4 * part.words.length * wanted > part.room - 4 * part.slots)) return false;
    const now = threads === 1 ? this.count(part) : this.limit(part);
    if (this.bytes + this.bytesOf(part, slots, wanted) - this.bytesOf(part, this.slotsOf(part), now) > maxBytes || !this.grow(part.entriesAt + 4 * part.words.length * wanted)) return false;
    if (slots > this.slotsOf(part)) this.growIndex(part, slots);
    this.header(part.limitAt, wanted);
    return true;
  }

  /** How the numbers of the parts can be divided anew when there are too few of one of them. */
  wider(): Folds {
    const { parts, full, most, threads } = this.at;
    const bits = parts.map((part) => 33 - Math.clz32(this.count(part) + threads * (full + most)));
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
    const { at: { parts } } = this;
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
      const { shiftAt, bitsAt } = this.at.parts[i]!;
      this.header(shiftAt, shift);
      this.header(bitsAt, bits === NUMBERS ? -1 : 2 ** bits - 1);
      shift += bits;
    }
  }

  /** Bits of the part's numbers. */
  private bitsOf(part: Part): number {
    return 32 - Math.clz32(this.all[part.bitsAt / 4]!);
  }

  private limit(part: Part): number {
    return this.all[part.limitAt / 4]!;
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

  /** Makes memory as large; twice as large at least, so that growing is rare: what is not touched takes no room. False when that is impossible. */
  grow(bytes: number): boolean {
    const now = this.all.byteLength;
    if (bytes <= now) return true;
    const pages = Math.ceil(Math.max(bytes - now, Math.min(now, MOST - now)) / PAGE);
    if (now + pages * PAGE > MOST) return false;
    this.memory.grow(pages);
    this.all = new Int32Array(this.memory.buffer);
    return true;
  }

  private growIndex(part: Part, slots: number): void {
    this.header(part.maskAt, slots - 1);
    this.all.fill(0, part.indexAt / 4, part.indexAt / 4 + slots);
    this.program[`reindex${this.at.parts.indexOf(part)}`]!(0, this.count(part));
  }

  /** The first parts are the initial state's. Once in a memory, before anything else. */
  begin(): void {
    const { at, initial } = this;
    this.divide(at.parts.map((part) => part.bits));
    // Whatever differs from the state that is expanded is put into the table.
    const scratch = this.own(at.scratchAt, at.words);
    scratch.set(initial.map((word) => ~word));
    this.keep(initial, 0, 0);
    this.makeKeys(1);
    scratch.set(initial);
    this.forget();
  }

  /** What was found since the last batch was not kept: all recent states are the initial one, to which no transition led. */
  forget(): void {
    const { at, initial } = this;
    this.all[(this.base + TRANSITIONS) / 4] = 0;
    const recent = this.own(at.recentAt, RECENT * initial.length);
    for (let i = 0; i < recent.length; i += initial.length) recent.set(initial, i);
  }

  private own(at: number, length: number): Int32Array {
    return this.all.subarray((this.base + at) / 4, (this.base + at) / 4 + length);
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
