import { and, implies, not, peek, property } from '../model/language/index.ts';
import { PG_head } from '../model/kernel/large_folio.ts';
import { open_for_write } from '../model/kernel/nr_thps.ts';
import { cached, cachedPage } from './places.ts';

export const I8Huge = property('I8-huge', 'cache coherence: while a file is open for writing, khugepaged has no huge page in its cache', () => ({
  'huge and open for writing': implies(peek(open_for_write.at()), not(and(cached(), peek(PG_head.at(cachedPage()))))),
}));
