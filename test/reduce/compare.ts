/** A reduced search beside the plain one: what both must say of a graph. */
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import { ModelError } from '../../schedules/errors.ts';
import type { Idea } from '../../schedules/reduce/ideas.ts';
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
export function said(r: CheckResult): Record<string, unknown> {
  return {
    verdict: r.verdict, property: r.property, conjunct: r.conjunct, unreached: r.unreached,
    neverTruePremises: r.neverTruePremises, neverRan: r.neverRan, length: r.schedule?.length ?? null,
  };
}

/** The plain search against each combination. */
export async function compare(graph: Graph, combinations: readonly (readonly Idea[])[] = COMBINATIONS): Promise<Compared> {
  const plain = await outcome(graph, []);
  const found: string[] = [];
  let last = plain;
  for (const reduce of combinations) {
    last = await outcome(graph, reduce);
    const [a, b] = [JSON.stringify(plain.said), JSON.stringify(last.said)];
    if (a !== b) found.push(`${reduce.join(' and ')}: ${b}, not ${a}`);
  }
  return { differences: found, plain: plain.states, kept: last.states, symmetries: last.symmetries, verdict: String(plain.said['verdict']) };
}

interface Outcome {
  readonly said: Record<string, unknown>;
  readonly states: number;
  readonly symmetries: number;
}

async function outcome(graph: Graph, reduce: readonly Idea[]): Promise<Outcome> {
  try {
    const result = await check(graph, { reduce });
    return { said: said(result), states: result.states, symmetries: result.reduced?.symmetries.length ?? 0 };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { said: { verdict: 'model error', length: error.schedule.length }, states: 0, symmetries: 0 };
  }
}
