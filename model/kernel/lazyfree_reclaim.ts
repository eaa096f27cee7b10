/** Reclaim of a page that may be discarded (mm/vmscan.c shrink_page_list, for anonymous pages without PG_swapbacked). */
import { If, ne, proc } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { get_page, lock_page, page_mapped, put_page, unlock_page } from './page.ts';
import { try_to_unmap } from './try_to_unmap.ts';
import { source } from './version.ts';

/** Isolates the page (a reference), unmaps it and lets go of it: with the last reference it is free, and page_ref_freeze asks no more. */
export const shrink_lazyfree_page = proc('shrink_lazyfree_page', {
  params: { page: pfn_t }, models: source('shrink_page_list', 'mm/vmscan.c'), sleeps: true,
}, ({ page }) => {
  get_page(page);
  lock_page(page);
  const mapcount = page_mapped(page);
  If(ne(mapcount, count_t.lit(0)), () => { try_to_unmap({ page }); });
  unlock_page(page);
  put_page(page);
});
