import { not, peek, property } from '../model/language/index.ts';
import { touched_free } from '../model/kernel/page.ts';

export const I5 = property('I5', 'no use after free: neither flags nor contents of a free frame are written', () => ({
  'write to a free frame': not(peek(touched_free.at())),
}));
