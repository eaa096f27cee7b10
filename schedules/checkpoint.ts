/** When a search writes a checkpoint, and what it finds in one. */
import type { Engine } from './compile.ts';
import { writeCheckpoint } from './checkpoint-write.ts';
import { layoutDigest, type Header } from './checkpoint-format.ts';
import type { Piece } from './levels.ts';
import type { Pace } from './pace.ts';
import type { CheckOptions } from './result.ts';

/** Seconds between two checkpoints. */
const EVERY = 60;

/** States that a search keeps until it knows whether it needs them to find the way back to a failure: more are found again then. */
export const KEPT = 2 ** 14;

/** As many as are kept, at `most` where nothing else needs them: a checkpoint keeps all states, and one who goes on from there is not to begin anew. */
export function keptOf({ checkpoint }: CheckOptions, resumed: Resumed | null, most: number): number {
  return checkpoint === undefined && resumed === null ? most : Infinity;
}

/** A search at the end of a level: everything that is needed to go on from there. */
export interface Standing {
  /** States by level; those of the last level are not expanded yet. */
  readonly levels: readonly number[];
  readonly transitions: number;
  /** The states, level by level. */
  readonly pieces: Iterable<Piece>;
}

/** A checkpoint that is open for reading. */
export interface Resumed {
  readonly header: Header;
  /** The states. @throws UsageError when the file turns out to be damaged, at the latest after the last piece */
  pieces(): Iterable<Piece>;
}

export class Checkpoints {
  private readonly options: CheckOptions;
  private readonly engine: Engine;
  private readonly pace: Pace;
  /** When the last one was written; the first is written at once, so that a file that cannot be written is known early. */
  private last = -Infinity;

  constructor(engine: Engine, options: CheckOptions, pace: Pace, resumed: Resumed | null) {
    this.engine = engine;
    this.options = options;
    this.pace = pace;
    if (resumed !== null) this.last = pace.seconds;
  }

  get wanted(): boolean {
    return this.options.checkpoint !== undefined;
  }

  /** True when it is time for a checkpoint. */
  due(): boolean {
    const { checkpoint } = this.options;
    return checkpoint !== undefined && this.pace.seconds - this.last >= (checkpoint.everySeconds ?? EVERY);
  }

  /** Writes a checkpoint if there shall be any. @throws UsageError */
  write(standing: Standing): void {
    const { checkpoint, properties } = this.options;
    if (checkpoint === undefined) return;
    const { graph, layout, ran, premises, reached } = this.engine;
    const { levels, transitions, pieces } = standing;
    writeCheckpoint(checkpoint.file, {
      scenario: checkpoint.scenario, hash: graph.hash, layout: layoutDigest(layout), words: layout.words, properties: properties ?? null,
      levels: [...levels], transitions, seconds: this.pace.seconds,
      ran: encode(ran), premises: encode(premises), reached: encode(reached),
    }, pieces);
    this.last = this.pace.seconds;
  }
}

/** What the engine had seen when the checkpoint was written. */
export function recall(engine: Engine, { header }: Resumed): void {
  for (const what of ['ran', 'premises', 'reached'] as const) engine[what].set(Buffer.from(header[what], 'base64'));
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
