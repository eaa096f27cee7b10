/** A reduced search beside the plain one: what both must say of a graph. */
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import { ModelError } from '../../schedules/errors.ts';
import type { Idea } from '../../schedules/reduce/ideas.ts';
import { widenCounters } from '../../schedules/reduce/widen.ts';
import type { CheckResult } from '../../schedules/result.ts';

export const COMBINATIONS: readonly (readonly Idea[])[] = [['movers'], ['persistent'], ['symmetry'], ['movers', 'persistent'], ['movers', 'persistent', 'symmetry']];

export interface Compared {
  /** Differences, a line each. */
  readonly differences: readonly string[];
  /** States of the plain search, and of the search with all ideas. */
  readonly plain: number;
  readonly kept: number;
  /** Permutations used by the search with all ideas. */
  readonly symmetries: number;
  readonly verdict: string;
}

/** What a search says that does not depend on the order in which it visits states. */
function said(r: CheckResult): Said {
  const { verdict, property, conjunct, unreached, neverTruePremises } = r;
  const shortest = r.reduced === undefined || r.reduced.shortest === true;
  return { text: JSON.stringify({ verdict, property, conjunct, unreached, neverTruePremises, length: shortest ? r.schedule?.length ?? null : null }), neverRan: r.neverRan.map((n) => `${n.proc} ${n.text}`) };
}

/** The plain search against each combination. */
export async function compare(graph: Graph, combinations: readonly (readonly Idea[])[] = COMBINATIONS): Promise<Compared> {
  const plain = await outcome(graph, []);
  const found: string[] = [];
  let last = plain;
  for (const reduce of combinations) {
    last = await outcome(graph, reduce);
    const like = last.said.text === plain.said.text ? plain : await overflown(graph, plain, last);
    const differences = like === null ? [`${last.said.text}, not ${plain.said.text}`] : ranOtherwise(like, last);
    found.push(...differences.map((text) => `${reduce.join(' and ')}: ${text}`));
  }
  return { differences: found, plain: plain.states, kept: last.states, symmetries: last.symmetries, verdict: plain.verdict };
}

/** A count above its range may be passed over; all else must be as the plain search says where counters are wider. Null: it is not. */
async function overflown(graph: Graph, plain: Outcome, reduced: Outcome): Promise<Outcome | null> {
  if (plain.verdict !== MODEL_ERROR) return null;
  const wide = await outcome(widenCounters(graph), []);
  return wide.verdict !== MODEL_ERROR && wide.verdict === reduced.verdict ? wide : null;
}

/** What ran in one search only; of threads that are alike any may have run instead of another. */
function ranOtherwise(plain: Outcome, reduced: Outcome): string[] {
  const more = reduced.said.neverRan.filter((n) => !plain.said.neverRan.includes(n));
  const less = plain.said.neverRan.filter((n) => !reduced.said.neverRan.includes(n));
  return [...more.map((n) => `${n} never ran`), ...(reduced.symmetries > 0 ? [] : less.map((n) => `${n} ran`))];
}

interface Said {
  readonly text: string;
  readonly neverRan: readonly string[];
}

interface Outcome {
  readonly verdict: string;
  readonly said: Said;
  readonly states: number;
  readonly symmetries: number;
}

const MODEL_ERROR = 'model error';

async function outcome(graph: Graph, reduce: readonly Idea[]): Promise<Outcome> {
  try {
    const result = await check(graph, { reduce });
    return { verdict: result.verdict, said: said(result), states: result.states, symmetries: result.reduced?.symmetries.length ?? 0 };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { verdict: MODEL_ERROR, said: { text: `${MODEL_ERROR} after ${error.schedule.length} steps`, neverRan: [] }, states: 0, symmetries: 0 };
  }
}
