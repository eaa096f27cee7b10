/** The callers of page_mkclean (mm/page-writeback.c): cleaning a page for write-out, or for good. */
import { bool, exchange, FALSE, ghost, If, primitive, proc, Return, track } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import { PG_dirty, type Page } from './page.ts';
import { page_mkclean } from './rmap.ts';
import { since, source } from './version.ts';

/** A cleaner is between clearing PG_dirty and write-protecting the PTEs, page lock held: I3's exemption on that side. */
export const cleaning = ghost('cleaning', bool, [pfn_t], { display: '%0.cleaning' });

const TestClear = primitive('TestClearPageDirty', (page: Page) => {
  const was = exchange('was_dirty', PG_dirty.at(page), FALSE);
  track(cleaning.at(page), was);
  return was;
});

/**
 * test_clear_page_dirty / clear_page_dirty of v5 and 2.6.19: for callers that throw the page's dirt away. They clean the PTEs
 * too and ignore what that finds.
 */
export const clear_page_dirty = proc('clear_page_dirty', {
  params: { page: pfn_t }, models: source('test_clear_page_dirty', 'mm/page-writeback.c'),
}, ({ page }) => {
  const was = TestClear(page);
  If(was, () => { page_mkclean({ page }); });
  track(cleaning.at(page), FALSE);
});

/** The PTE-side half of clear_page_dirty_for_io in 2.6.17 … 2.6.19: flag first, PTEs second, what they held ignored. */
export const clearThenMkclean = (page: Page): void => {
  const was = TestClear(page);
  if (since('v5')) If(was, () => { page_mkclean({ page }); });
  track(cleaning.at(page), FALSE);
  Return(was);
};

