/** Reclaim of a file page that nobody maps (mm/vmscan.c): it need not be unmapped, so nobody is told. */
import { eq, If, proc } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { lock_page, page_count, page_mapped, put_page, unlock_page } from './page.ts';
import { source } from './version.ts';

/** A page that is mapped is left alone here. The last reference is the page cache's. */
export const shrink_unmapped_page = proc('shrink_page_list', {
  params: { page: pfn_t }, sleeps: true, models: source('shrink_page_list', 'mm/vmscan.c'),
}, ({ page }) => {
  lock_page(page);
  const mapcount = page_mapped(page);
  If(eq(mapcount, count_t.lit(0)), () => {
    const refs = page_count(page);
    If(eq(refs, count_t.lit(1)), () => { put_page(page); });
  });
  unlock_page(page);
});
