/** Whether what breaks is a progress property: such a run has no last state that could be explained, shrunk or viewed. */
import type { Buildable, Expectation } from '../../model/scenario.ts';

export function breaksProgress({ expect, build }: Pick<Buildable, 'build'> & { readonly expect: Expectation }): boolean {
  return (build().progress ?? []).some((p) => p.name === expect.property);
}
