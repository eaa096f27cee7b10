/** Compares plain and reduced searches on random worlds, and counts how much was reduced. */
import fc from 'fast-check';
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import { ModelError } from '../../schedules/errors.ts';
import type { Idea } from '../../schedules/reduce/ideas.ts';
import { COMBINATIONS, compare } from '../reduce/compare.ts';
import { firstDisagreement } from './first-disagreement.ts';
import { sketches } from './sketches.ts';
import { worlds } from './worlds.ts';

export interface ReductionTally {
  /** Worlds generated, and those of them that were small enough to compare. */
  generated: number;
  compared: number;
  /** Those in which several CPUs are alike. */
  symmetric: number;
  /** Where every state was seen: states of the plain searches, and of those with all reductions. */
  plain: number;
  kept: number;
  readonly verdicts: Map<string, number>;
}

export interface ReductionOptions {
  readonly count: number;
  readonly seed: number;
  /** Seconds to look for a smaller world; default 60. */
  readonly shrinkSeconds?: number;
  /** Which ideas together; default: each alone and some together. */
  readonly combinations?: readonly (readonly Idea[])[];
  /** Default: as many sketches as larger worlds. */
  readonly of?: fc.Arbitrary<Graph>;
  /** Called after each world. */
  readonly onWorld?: (tally: ReductionTally) => void;
}

const both = fc.oneof(sketches, worlds);

/** States beyond which a world is left out. */
const MOST = 3000;

/** The smallest world found on which a reduction says something else, and what; null when there is none. */
export async function agreeReduced({ count, seed, shrinkSeconds = 60, combinations = COMBINATIONS, of = both, onWorld }: ReductionOptions): Promise<{ tally: ReductionTally; disagreement: string | null }> {
  const tally = newTally();
  const disagreement = await firstDisagreement(of, {
    count, seed, shrinkSeconds, describe: (graph) => JSON.stringify(graph, null, 1),
    differences: async (graph, counts) => {
      const found = await differencesOf(graph, combinations, counts ? tally : newTally());
      onWorld?.(tally);
      return found;
    },
  });
  return { tally, disagreement };
}

function newTally(): ReductionTally {
  return { generated: 0, compared: 0, symmetric: 0, plain: 0, kept: 0, verdicts: new Map() };
}

async function differencesOf(graph: Graph, combinations: readonly (readonly Idea[])[], tally: ReductionTally): Promise<readonly string[]> {
  tally.generated++;
  if (await isLarge(graph)) return [];
  const { differences, verdict, plain, kept, symmetries } = await compare(graph, combinations);
  tally.compared++;
  tally.verdicts.set(verdict, (tally.verdicts.get(verdict) ?? 0) + 1);
  if (symmetries > 0) tally.symmetric++;
  if (verdict === 'holds' || verdict === 'vacuous') {
    tally.plain += plain;
    tally.kept += kept;
  }
  return differences;
}

async function isLarge(graph: Graph): Promise<boolean> {
  try {
    return (await check(graph, { maxStates: MOST })).verdict === 'incomplete';
  } catch (error) {
    if (error instanceof ModelError) return false;
    throw error;
  }
}
