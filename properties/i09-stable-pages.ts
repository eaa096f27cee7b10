import { eq, forall, not, or, peek, property } from '../model/language/index.ts';
import { PG_writeback } from '../model/kernel/page.ts';
import { io_checksum } from '../model/kernel/page_writeback.ts';
import { data } from '../model/machine/mmu.ts';
import { pfn_t } from '../model/machine/types.ts';

/** For worlds whose device computes checksums. */
export const I9 = property('I9', 'stable pages: a page does not change from the time that its IO begins until PG_writeback is cleared', () => ({
  'changed under IO': forall(pfn_t, 'page', (page) => or(not(peek(PG_writeback.at(page))), eq(peek(data.at(page)), peek(io_checksum.at(page))))),
}));
