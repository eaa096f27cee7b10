import { eq, ne, peek, progress, quiescent, TRUE, type Progress, type ProgressSpec } from '../model/language/index.ts';
import { disk, last_store } from '../model/kernel/page.ts';

type Fairness = Pick<ProgressSpec, 'unfair' | 'strong'>;

/** I15, the first half: every program that stores gets to its end, and so its stores are made. */
export const I15Store = (fairness: Fairness = {}): Progress => progress('I15-store', 'progress: every store of a program comes about, whatever state the world is in', { from: () => TRUE, to: quiescent, ...fairness });

/** I15, the second half: a dirty page can be cleaned, in the only way that is of use. PG_dirty comes and goes with every pass. */
export const I15Written = (fairness: Fairness = {}): Progress => progress('I15-written', 'progress: what was stored is on disk in the end', {
  from: () => ne(peek(disk.at()), peek(last_store.at())), to: () => eq(peek(disk.at()), peek(last_store.at())), ...fairness,
});
