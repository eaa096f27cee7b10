/** Progress: what must come about in the end, as long as every thread that is relied on gets its turns. */
import { LanguageError } from './errors.ts';
import type { Loc, ProgressDecl, ThreadDecl } from './ir.ts';
import { callerLoc } from './loc.ts';
import type { Value } from './types.ts';

type Bool = Value<'bool'>;

export interface ProgressSpec {
  /** The obligation arises in every reachable state in which this holds. */
  readonly from: () => Bool;
  /** It is met in the first state, that one included, in which this holds. */
  readonly to: () => Bool;
  /** Names of threads that nobody promises a turn, although they are no optional hardware. */
  readonly unfair?: readonly string[];
  /** Fairness is strong: a thread that again and again can move does move. What locks promise that serve in order. Default: weak. */
  readonly strong?: boolean;
}

export interface Progress {
  readonly name: string;
  readonly prose: string;
  readonly from: () => Bool;
  readonly to: () => Bool;
  readonly unfair: readonly string[];
  readonly strong: boolean;
  readonly loc: Loc;
}

/**
 * Declares that `from` leads to `to`: every run that comes to a state where `from` holds comes to one where `to` holds.
 * Only fair runs count: a thread that can move from some point on without a break does move. This is promised
 * of threads that must end and of service threads, and not of optional hardware. A run that ends has to have met it.
 */
export function progress(name: string, prose: string, { from, to, unfair = [], strong = false }: ProgressSpec): Progress {
  return { name, prose, from, to, unfair, strong, loc: callerLoc() };
}

/** @throws LanguageError for a thread that the world does not have. */
export function recordProgress(p: Progress, threads: readonly ThreadDecl[]): ProgressDecl {
  const unknown = p.unfair.find((name) => threads.every((t) => t.name !== name));
  if (unknown !== undefined) throw new LanguageError('PT014', p.loc, `${p.name} calls ${unknown} unfair, and there is no such thread`, `name one of ${threads.map((t) => t.name).join(', ')}`);
  return { name: p.name, prose: p.prose, from: p.from().expr, to: p.to().expr, unfair: p.unfair, strong: p.strong, loc: p.loc };
}
