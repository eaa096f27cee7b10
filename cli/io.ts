/** Where a command prints to, and what it may know of the terminal. */
import type { Style } from '../counterexamples/style.ts';

export interface Io {
  /** Results. */
  out(text: string): void;
  /** Progress, notes and errors. */
  err(text: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  /** Columns of stdout. */
  readonly width: number;
  readonly color: boolean;
  /** Stderr is a terminal: a progress line can be rewritten in place. */
  readonly live: boolean;
  /** No progress, no notes, and of searches only the line that must be known. */
  readonly quiet: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Prints the one JSON object that a command answers with. */
export function printJson(io: Io, value: object): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}

export type Colors = Style['colors'];
