import { and, ne, peek, property, quiescent } from '../model/language/index.ts';
import { disk, PG_dirty } from '../model/kernel/page.ts';
import { data } from '../model/machine/mmu.ts';
import { cached, cachedPage } from './places.ts';

/** I1 for worlds in which devices write too: of the frame's contents, whoever wrote them. */
export const I1Frame = property('I1-frame', 'no dirty data lost: once all is quiet, a cached page whose contents are not on disk has PG_dirty set', () => ({
  quiet: { when: and(quiescent(), cached(), ne(peek(data.at(cachedPage())), peek(disk.at()))), holds: peek(PG_dirty.at(cachedPage())) },
}));
