/** What came of a mistake made on purpose. Types, and how several worlds are taken together. */
import type { MessagePort } from 'node:worker_threads';
import type { Loc } from '../model/language/ir.ts';
import type { Operator } from '../model/language/mutation/operators.ts';

/** Strongest first: of several worlds the first in this list that occurs is the answer. */
export const FATES = ['killed', 'refused', 'vacuous', 'undecided', 'survived', 'equivalent', 'invalid'] as const;

/**
 * killed: a search breaks a property, deadlocks or leaves a declared range. refused: the static lock check does not take
 * it. vacuous: what the world must reach is reached no more. undecided: the budget ran out. survived: everything holds.
 * equivalent: nothing can tell it from the original. invalid: it is no program.
 */
export type Fate = (typeof FATES)[number];

export interface Outcome {
  readonly fate: Fate;
  /** `I3/writable and clean`, `deadlock`, `same states`, …; empty where there is nothing to say. */
  readonly by: string;
  /** Length of the shortest trace; null unless killed. */
  readonly steps: number | null;
}

export interface WorldOutcome extends Outcome {
  readonly world: string;
}

/** A mistake, by the line of the model that it is made in, whichever worlds record the line. */
export interface Mistake {
  /** `Site.key`. */
  readonly key: string;
  /** `page_mkclean_one: drop ptep_clear_flush`; the same as long as the procedure has as many like it. */
  readonly name: string;
  readonly operator: Operator;
  readonly proc: string;
  readonly loc: Loc;
  readonly what: string;
  /** The statement that stands at `loc`. */
  readonly at: string;
  /** Ids of the scenarios that have it. */
  readonly worlds: readonly string[];
}

export interface Judged {
  readonly mistake: Mistake;
  /** The strongest outcome, and the world it is of. */
  readonly outcome: WorldOutcome;
  /** In the order in which the worlds were asked; up to the first that kills, unless all were. */
  readonly outcomes: readonly WorldOutcome[];
}

/** What a thread is asked: one mistake in some worlds. */
export interface MutationTask {
  readonly key: string;
  readonly worlds: readonly string[];
  readonly all: boolean;
  /** States a search may have. */
  readonly budget: number;
}

export interface PostedTask extends MutationTask {
  /** Any message asks to stop. */
  readonly port: MessagePort;
}

/** What a thread answers: an error of the user's loses its class on the way. */
export type Answer = { readonly outcomes: readonly WorldOutcome[] | null } | { readonly usage: string };

/** Who judges: this thread, or several at once. */
export interface Judges {
  /** Null when it was interrupted. */
  judge(task: MutationTask): Promise<readonly WorldOutcome[] | null>;
  end(): Promise<void>;
}

/** @throws Error for no outcomes */
export function strongest(outcomes: readonly WorldOutcome[]): WorldOutcome {
  const sorted = [...outcomes].sort((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate));
  if (sorted[0] === undefined) throw new Error('a mistake in no world');
  return sorted[0];
}
