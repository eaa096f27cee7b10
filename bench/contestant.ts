/** What is measured: a checker with its options. */
import type { Graph } from '../model/language/graph.ts';

export interface Question {
  readonly id: string;
  readonly graph: Graph;
  /** Recorded number of states, which sets the size of hash tables. */
  readonly states: number;
}

export interface Run {
  /** Of the checker's process, from start to end. */
  readonly seconds: number;
  /** Of its search alone, by its own clock; null where that only knows whole seconds. */
  readonly searchSeconds: number | null;
  readonly rssBytes: number;
  readonly states: number;
  readonly transitions: number;
}

/** A checker ready to run as often as wanted. */
export interface Built {
  /** Writing the model, generating the verifier and compiling it; 0 where there is none. */
  readonly seconds: number;
  run(): Run;
}

export interface Contestant {
  readonly tool: 'pterace' | 'spin' | 'rumur';
  /** As the table calls it. */
  readonly name: string;
  /** The commands, for those who want to repeat it. */
  readonly how: string;
  /** It searches fewer states than there are, by design. */
  readonly reduces: boolean;
  /** @param folder Empty, for its files. */
  build(question: Question, folder: string): Built;
}

/** A number in what a program said. @throws Error where there is none. */
export function numberIn(out: string, pattern: RegExp): number {
  const found = pattern.exec(out)?.[1];
  if (found === undefined) throw new Error(`no ${pattern.source} in what the checker said: ${out.trim().slice(-600)}`);
  return Number(found);
}
