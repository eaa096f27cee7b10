/** The kinds of memory: their kernels, what must hold in them, and what is so at the start. */
import { implies, type Property } from '../language/index.ts';
import { I1Frame, I1Strong, I2, I3, I4Anywhere, I5, I5Mapped, I7, I8, I8End, I10b, I12, I12b, I14 } from '../../properties/index.ts';
import { Tidy } from '../../properties/tidy.ts';
import type { KindWorld } from './agent.ts';

/** In many cells something that a property speaks of never comes about, and need not: what a cell must reach is asked for apart. */
function withoutPremises(p: Property): Property {
  return {
    ...p,
    conjuncts: () => Object.fromEntries(Object.entries(p.conjuncts()).map(([name, c]) => [name, 'holds' in c ? implies(c.when, c.holds) : c])),
  };
}

const everywhere = [I2, I4Anywhere, I5, I5Mapped, I7, I10b, I14, Tidy];

const file: KindWorld = {
  kernel: { version: '6.2', fs: { mkwrite: true }, truncationNoticed: true, gupLooksAtVma: true, variants: ['a gather that meets another one flushes'] },
  properties: [I1Strong, I1Frame, I3, I8, I8End, I12, I12b, ...everywhere].map(withoutPremises),
};

export const kinds: Readonly<Record<'file', KindWorld>> = { file };
