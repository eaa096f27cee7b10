/** The end of a mapping of a page, on hardware that keeps D in the frame (mm/rmap.c page_remove_rmap). */
import { eq, If, proc, primitive, Return, rmw } from '../language/index.ts';
import { machine } from '../machine/config.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { dec_mapcount, mapcount_at, oneLess, page_anon, type Page } from './page.ts';
import { page_clear_dirty, page_test_dirty } from './storage_key.ts';
import { since, source } from './version.ts';

const atomic_add_negative = primitive('atomic_add_negative(_mapcount)', (page: Page) => rmw('mapcount', mapcount_at.at(page), oneLess));

/** Until 3.6 whoever unmapped a page last moved its key to PG_dirty; from 3.7 on not for files whose dirty pages are accounted. */
const page_remove_rmap_keyed = proc('page_remove_rmap', { params: { page: pfn_t }, models: source('page_remove_rmap', 'mm/rmap.c') }, ({ page }) => {
  if (since('3.7')) {
    dec_mapcount(page);
    return;
  }
  const before = atomic_add_negative(page);
  If(eq(before, count_t.lit(1)), () => {
    const anon = page_anon(page);
    If(anon, () => Return());
    const key = page_test_dirty(page);
    If(key, () => {
      page_clear_dirty(page);
      set_page_dirty({ page });
    });
  });
});

/** What ends a mapping on the world's hardware, to be called with the page where that stands: `page_remove_rmap()(page)`. */
export const page_remove_rmap = (): ((page: Page) => void) => (machine().storageKeys ? (page) => { page_remove_rmap_keyed({ page }); } : dec_mapcount);
