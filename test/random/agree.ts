/** Compares all engines on random models, and counts what was compared. */
import { differences, ENGINES, reference, type Engine } from './engines.ts';
import { firstDisagreement } from './first-disagreement.ts';
import { describe, models, type Model } from './models.ts';

export interface Tally {
  /** Models generated, and those of them that were small enough to compare. */
  generated: number;
  compared: number;
  /** Models by the reference's verdict. */
  readonly verdicts: Map<string, number>;
  /** Models that each engine answered. */
  readonly answered: Map<string, number>;
  /** States of the models compared, in order of generation. */
  readonly sizes: number[];
}

export interface Options {
  readonly count: number;
  readonly seed: number;
  /** Engines on top of ENGINES. */
  readonly more?: readonly Engine[];
  /** Seconds to look for a smaller model on which engines disagree; default 60. */
  readonly shrinkSeconds?: number;
  /** Called after each model. */
  readonly onModel?: (tally: Tally) => void;
}

export interface Agreement {
  readonly tally: Tally;
  /** The smallest model found on which engines disagree, and how; null when there is none. */
  readonly disagreement: string | null;
}

/** Generates `count` models from a seed, and shrinks the first on which engines disagree. */
export async function agree({ count, seed, more = [], shrinkSeconds = 60, onModel }: Options): Promise<Agreement> {
  const tally = newTally();
  const engines = [...ENGINES, ...more];
  const disagreement = await firstDisagreement(models, {
    count, seed, shrinkSeconds, describe,
    differences: async (model, counts) => {
      const found = await compare(model, engines, counts ? tally : newTally());
      onModel?.(tally);
      return found;
    },
  });
  return { tally, disagreement };
}

function newTally(): Tally {
  return { generated: 0, compared: 0, verdicts: new Map(), answered: new Map(), sizes: [] };
}

/** What the engines say of one model otherwise than the reference. */
async function compare(model: Model, engines: readonly Engine[], tally: Tally): Promise<string[]> {
  tally.generated++;
  const expected = reference(model);
  if (expected === null) return [];
  tally.compared++;
  tally.sizes.push(expected.states);
  count(tally.verdicts, expected.verdict);
  const found: string[] = [];
  for (const engine of engines) {
    if (model.lot % engine.every !== 0) continue;
    const answer = await engine.ask(model);
    if (answer === null) continue;
    count(tally.answered, engine.name);
    found.push(...differences(engine, expected, answer));
  }
  return found;
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** Sizes at some quantiles: `min 3, median 88, …`. */
export function distribution(sizes: readonly number[]): string {
  const sorted = [...sizes].sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return [['min', 0], ['10 %', 0.1], ['median', 0.5], ['90 %', 0.9], ['max', 1]].map(([name, q]) => `${name} ${at(Number(q))}`).join(', ');
}
