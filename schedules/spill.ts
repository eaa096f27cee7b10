/**
 * Breadth-first search of spaces that are larger than memory. All states lie in a file, level by level. In memory is
 * what was found lately; when it is full it is sorted, written away as a run and forgotten. What has been forgotten
 * may be found again, so at the end of a level the states found are sorted, and those that are in a run are taken out
 * by one pass over the runs (delayed duplicate detection). Counts and answers are those of the search in memory.
 */
import os from 'node:os';
import type { Graph } from '../model/language/graph.ts';
import { compile } from './compile.ts';
import type { Engine } from './compile.ts';
import { BATCH } from './explorer.ts';
import { Inspector } from './inspector.ts';
import type { SelectedConjunct } from './interpret.ts';
import { judge } from './judge.ts';
import type { Levels, Piece } from './levels.ts';
import { complete, incomplete } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import { LOAD, MAX_INDEX_BITS } from './passes.ts';
import type { CheckOptions, CheckResult, Limit } from './result.ts';
import { SpillFile } from './spill-file.ts';
import { Merge, readRun, readSorted, type Run, type RunReader } from './spill-run.ts';
import { Visited } from './visited.ts';

/** Runs that are read at the same time; more are merged first. */
const MOST_RUNS = 8;
/** Bytes that a state in memory takes besides its words: index when it has just grown, and sorting. */
const OVERHEAD = 18;
/** Fewest states kept in memory, however little there is. */
const FEWEST = 64;
/** Most states kept in memory, however much there is: what an index can find. */
const MOST = LOAD * 2 ** MAX_INDEX_BITS;
/** States merged between two looks at the clock. */
const STRIDE = 4096;

/** As `breadthFirst`, with the states in `options.spill`. @throws ModelError @throws UsageError when nothing can be written there */
export async function spillingBreadthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions & { readonly spill: string }): Promise<CheckResult> {
  const search = new SpillingSearch(graph, conjuncts, options);
  try {
    return await search.run();
  } finally {
    search.close();
  }
}

class SpillingSearch {
  private readonly engine: Engine;
  private readonly inspector: Inspector;
  private readonly pace: Pace;
  private readonly folder: string;
  private readonly maxDepth: number;
  private readonly maxStates: number;
  /** What was found lately: first the states known to be new, then from `mark` on those of the level being found. */
  private readonly lately: Visited;
  private mark = 0;
  /** States that fit memory, and successors collected at a time. */
  private readonly room: number;
  private readonly batch: number;
  private readonly moves: Int32Array;
  /** All states by level, the first state of each level, and the files that are open. */
  private readonly states: SpillFile;
  private readonly starts: number[] = [0];
  private readonly files = new Set<SpillFile>();
  /** States that were forgotten: those found before this level, and those found on it. */
  private old: Run[] = [];
  private candidates: Run[] = [];
  private transitions = 0;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions & { readonly spill: string }) {
    this.engine = compile(graph, conjuncts);
    this.inspector = new Inspector(this.engine);
    this.pace = new Pace(options);
    this.folder = options.spill;
    this.maxDepth = options.maxDepth ?? Infinity;
    this.maxStates = options.maxStates ?? Infinity;
    const { words } = this.engine.layout;
    const fits = Math.floor((options.maxMemory ?? os.totalmem() / 2) / (4 * words + OVERHEAD));
    this.batch = Math.max(1, Math.min(BATCH, fits >> 4));
    const capacity = this.batch + this.engine.maxSuccessors;
    this.room = Math.min(Math.max(FEWEST, fits, 2 * capacity), MOST);
    this.moves = new Int32Array(capacity);
    this.lately = new Visited(words, capacity, Infinity);
    this.states = this.open();
  }

  async run(): Promise<CheckResult> {
    const { engine, inspector: { failures } } = this;
    this.keep(engine.initial, 0);
    this.lately.batch.set(engine.initial);
    this.insert(1);
    let limit: Limit | null = null;
    while (limit === null && this.starts.at(-1)! < this.states.count && failures.count === 0) {
      if (this.starts.length > this.maxDepth) limit = 'depth';
      else limit = await this.expandLevel();
    }
    if (failures.count > 0) return judge({ engine, failures, levels: this.levels(), tally: this.tally() }, this.pace);
    return limit === null ? complete(engine, this.tally()) : incomplete(this.tally(), limit);
  }

  close(): void {
    for (const file of this.files) file.close();
  }

  /** Expands the states found last; answers the limit that stopped it, or null. */
  private async expandLevel(): Promise<Limit | null> {
    const from = this.starts.at(-1)!;
    const to = this.states.count;
    this.starts.push(to);
    this.mark = this.lately.count;
    let id = from;
    for (const piece of this.states.pieces(from, to)) {
      for (let done = 0; done < piece.count;) {
        const { next, n } = this.fill(piece, done, id);
        if (this.lately.count + n > this.room) await this.forget();
        this.insert(n);
        this.transitions += n;
        id += next - done;
        done = next;
        const limit = await this.rest();
        if (limit !== null) return limit;
      }
    }
    return this.settle();
  }

  /** Fills the batch from a piece's states from the `first` on, whose id is `id`. Answers the first state not expanded and the number in the batch. */
  private fill(piece: Piece, first: number, id: number): { next: number; n: number } {
    const { lately, inspector, moves } = this;
    let at = first;
    let n = 0;
    for (let o = piece.offset + first * lately.words; at < piece.count && n < this.batch; at++, o += lately.words) {
      n = inspector.expand(id + at - first, piece.words, o, lately.batch, n, moves);
    }
    return { next: at, n };
  }

  private insert(n: number): void {
    this.lately.reserve(n, Infinity);
    this.lately.insert(n);
  }

  /** Writes what is in memory away as runs. */
  private async forget(): Promise<void> {
    const { lately, mark } = this;
    if (mark > 0) this.old.push(await this.write([await this.sorted(0, mark)]));
    if (lately.count > mark) this.candidates.push(await this.write([await this.sorted(mark, lately.count)]));
    lately.clear();
    this.mark = 0;
    this.old = await this.fewer(this.old);
    this.candidates = await this.fewer(this.candidates);
  }

  /** Ends a level: keeps those of the states found that are new. */
  private async settle(): Promise<Limit | null> {
    const { lately, mark } = this;
    if (this.old.length + this.candidates.length === 0) return this.keepAll(lately.pieces(mark, lately.count));
    const found = [...this.candidates.map(readRun), await this.sorted(mark, lately.count)];
    const limit = await this.keepNew(new Merge(lately.words, found), this.old.map(readRun));
    if (this.candidates.length > 0) {
      this.drop(this.candidates);
      this.candidates = [];
      lately.clear();
      this.old = await this.fewer([...this.old, { file: this.states, from: this.starts.at(-1)!, to: this.states.count }]);
    }
    return limit;
  }

  private async keepAll(pieces: Iterable<Piece>): Promise<Limit | null> {
    for (const { words, offset, count } of pieces) {
      for (let i = 0; i < count; i++) if (!this.keep(words, offset + i * this.lately.words)) return 'states';
      const limit = await this.rest();
      if (limit !== null) return limit;
    }
    return null;
  }

  private async keepNew(found: Merge, old: readonly RunReader[]): Promise<Limit | null> {
    const state = new Int32Array(this.lately.words);
    for (let i = 1; found.next(state); i++) {
      const known = old.some((run) => run.seek(state, 0));
      if (!known && !this.keep(state, 0)) return 'states';
      const limit = i % STRIDE === 0 ? await this.rest() : null;
      if (limit !== null) return limit;
    }
    return null;
  }

  /** Keeps a state that is new, and checks it; false when there may be no more. */
  private keep(words: Int32Array, offset: number): boolean {
    if (this.states.count >= this.maxStates) return false;
    this.inspector.check(this.states.count, words, offset);
    this.states.append(words, offset);
    return true;
  }

  private sorted(from: number, to: number): Promise<RunReader> {
    return readSorted(this.lately, from, to, () => this.rest());
  }

  /** One run of what the readers give; a limit that is reached meanwhile is noticed afterwards. */
  private async write(readers: readonly RunReader[]): Promise<Run> {
    const file = this.open();
    const state = new Int32Array(file.words);
    const merge = new Merge(file.words, readers);
    for (let i = 1; merge.next(state); i++) {
      file.append(state, 0);
      if (i % STRIDE === 0) await this.rest();
    }
    return { file, from: 0, to: file.count };
  }

  private async fewer(runs: Run[]): Promise<Run[]> {
    if (runs.length <= MOST_RUNS) return runs;
    const merged = await this.write(runs.map(readRun));
    this.drop(runs);
    return [merged];
  }

  private drop(runs: readonly Run[]): void {
    for (const { file } of runs) {
      if (file !== this.states && this.files.delete(file)) file.close();
    }
  }

  private open(): SpillFile {
    const file = new SpillFile(this.folder, this.engine.layout.words);
    this.files.add(file);
    return file;
  }

  /** Lets the event loop run if it is time to; answers the limit that has been reached, or null. */
  private async rest(): Promise<Limit | null> {
    return this.pace.due() ? this.pace.pause(() => this.progress()) : null;
  }

  private levels(): Levels {
    const { starts, states } = this;
    return {
      last: starts.length - 1,
      pieces: (level) => states.pieces(starts[level]!, starts[level + 1] ?? states.count),
      stateOf: (id) => states.pieces(id, id + 1).next().value!,
    };
  }

  private tally(): Tally {
    const { states, starts, transitions, lately, pace } = this;
    const depth = starts.findLastIndex((start) => start < states.count);
    return { states: states.count, transitions, depth, seconds: pace.seconds, engineBytes: lately.bytes + this.moves.byteLength };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: states - this.starts.at(-1)!, memory: engineBytes };
  }
}
