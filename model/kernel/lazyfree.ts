/** Pages that a program has given up with MADV_FREE: reclaim discards them, unless somebody has written to them since (mm/rmap.c). */
import { add, and, bool, eq, not, proc, Return } from '../language/index.ts';
import { smp_mb } from '../machine/store_buffer.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { page_count, page_mapcount, PageDirty } from './page.ts';
import { since, source, variant } from './version.ts';

/**
 * Part of try_to_unmap_one: the PTE has been cleared, and its D bit is with the page. True: the page goes. Since 5.18 it stays, too, if
 * there are references beyond those of the PTEs and of reclaim; these must be looked at before PG_dirty, which is set before they go.
 */
export const madv_free_page_check = proc('madv_free_page_check', {
  params: { page: pfn_t }, returns: bool, models: source('try_to_unmap_one', 'mm/rmap.c'),
}, ({ page }) => {
  if (!since('6.2')) {
    const dirty = PageDirty(page);
    Return(not(dirty));
    return;
  }
  if (!variant('references of MADV_FREE pages are compared without a barrier')) smp_mb();
  const ref_count = page_count(page);
  const map_count = page_mapcount(page);
  const dirty = PageDirty(page);
  Return(and(eq(ref_count, add(map_count, count_t.lit(1))), not(dirty)));
});
