import { not, peek, property } from '../model/language/index.ts';
import { split_referenced } from '../model/kernel/large_folio.ts';

export const I7Split = property('I7-split', 'pin coherence: a huge page of a file is not split while somebody but its cache and who splits it has a reference', () => ({
  'split while referenced': not(peek(split_referenced.at())),
}));
