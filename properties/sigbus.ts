import { and, forall, implies, peek, property, quiescent } from '../model/language/index.ts';
import { sigbus_pending, thrown_away, tried } from '../model/kernel/sigbus.ts';
import { machine } from '../model/machine/config.ts';
import { cpu_t, mm_t } from '../model/machine/types.ts';

/** A4.2: what Christoph Lameter's repair has to see to. */
export const ToldOfLoss = property('A4.2-told', 'a program whose store is thrown away gets SIGBUS', () => ({
  'store thrown away': {
    when: quiescent(),
    holds: and(...machine().cpuMm.flatMap((mm, cpu) => (mm === null ? [] : [implies(peek(thrown_away.at(cpu_t.lit(cpu))), peek(sigbus_pending.at(mm_t.lit(mm))))]))),
  },
}));

/** David Howells, 2006-05-30: "They should not be terminated if they haven't attempted to write to the mapping". */
export const InnocentLives = property('A4.2-innocent', 'a program that has not tried to store gets no SIGBUS', () => ({
  'killed without a store': forall(mm_t, 'mm', (mm) => implies(peek(sigbus_pending.at(mm)), peek(tried.at(mm)))),
}));
