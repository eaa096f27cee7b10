import { eq, or, peek, property } from '../model/language/index.ts';
import { disk, PG_dirty } from '../model/kernel/page.ts';
import { data } from '../model/machine/mmu.ts';
import { pfn_t } from '../model/machine/types.ts';

/** Christoph Lameter, 2006-05-26: "set_page_dirty is called before the write to the page occurs". For worlds without write-back. */
export const DirtyBeforeStore = property('A4.1-dirty-first', 'a page that was stored to has PG_dirty set', () => ({
  'stored to and clean': or(eq(peek(data.at(pfn_t.lit(0))), peek(disk.at())), peek(PG_dirty.at(pfn_t.lit(0)))),
}));
