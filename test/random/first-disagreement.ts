/** Random models one after the other, until one of them is told differently by two of those who look at it. */
import fc from 'fast-check';

export interface Hunt<M> {
  readonly count: number;
  readonly seed: number;
  /** Seconds to look for a smaller model once one is found. */
  readonly shrinkSeconds: number;
  /** What is said differently of a model, a line each; `counts`: it is one of those asked for, not one that shrinking tries. */
  readonly differences: (model: M, counts: boolean) => Promise<readonly string[]>;
  readonly describe: (model: M) => string;
}

/** What is said of the smallest such model, with the seed that finds it again; null when there is none. */
export async function firstDisagreement<M>(models: fc.Arbitrary<M>, { count, seed, shrinkSeconds, differences, describe }: Hunt<M>): Promise<string | null> {
  let shrinkUntil = Infinity;
  const details = await fc.check(fc.asyncProperty(models, async (model) => {
    if (performance.now() > shrinkUntil) throw new fc.PreconditionFailure(true);
    const found = await differences(model, shrinkUntil === Infinity);
    if (found.length === 0) return;
    if (shrinkUntil === Infinity) shrinkUntil = performance.now() + 1000 * shrinkSeconds;
    throw new Error(found.join('\n'));
  }), { numRuns: count, seed });
  if (!details.failed) return null;
  const said = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  const model = details.counterexample?.[0];
  return `${said}\nseed ${seed}, path ${details.counterexamplePath ?? ''}\n${model === undefined ? '' : describe(model)}`;
}
