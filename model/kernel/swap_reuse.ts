/** Whether an anonymous page is one mapping's alone though it has, or had, a slot (mm/swapfile.c). */
import { and, bool, eq, FALSE, held, If, lt, not, or, proc, Return, TRUE, type Value } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { page_count, page_mapcount, PageWriteback, PG_locked, SetPageDirty, type Page } from './page.ts';
import { swap_count, usedBy } from './swapfile.ts';
import { delete_from_swap_cache, page_private, PageSwapCache } from './swap_state.ts';
import { checksums, since, source, variant } from './version.ts';

const locked = ({ page }: { readonly page: Page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] });

/** Takes the page out of the swap cache if no PTE holds its entry; whoever else has a reference is not asked. Returns whether it did. */
export const try_to_free_swap = proc('try_to_free_swap', {
  params: { page: pfn_t }, returns: bool, models: source('try_to_free_swap', 'mm/swapfile.c'), locks: locked,
}, ({ page }) => {
  const cached = PageSwapCache(page);
  If(not(cached), () => Return(FALSE));
  const writeback = PageWriteback(page);
  If(writeback, () => Return(FALSE));
  const map = swap_count(page_private(page));
  If(not(usedBy(map, 0)), () => Return(FALSE));
  delete_from_swap_cache({ page });
  SetPageDirty(page);
  Return(TRUE);
});

/**
 * Until 5.8 counts PTEs that map the page and PTEs that hold its entry; from 5.9 on every reference. True: the caller's mapping may
 * write the page. Since 4.10 not while the page is under IO to a device that needs it stable (f05714293a59).
 */
export const reuse_swap_page = proc('reuse_swap_page', {
  params: { page: pfn_t }, returns: bool, models: source('reuse_swap_page', 'mm/swapfile.c'), locks: locked,
}, ({ page }) => {
  if (since('5.9')) Return(alone(page));
  else byMapcount(page);
});

function alone(page: Page): Value<'bool'> {
  try_to_free_swap({ page });
  const count = page_count(page);
  return eq(count, count_t.lit(1));
}

function byMapcount(page: Page): void {
  const mapcount = page_mapcount(page);
  If(lt(count_t.lit(1), mapcount), () => Return(FALSE));
  const cached = PageSwapCache(page);
  If(not(cached), () => Return(TRUE));
  const map = swap_count(page_private(page));
  const one = or(and(eq(mapcount, count_t.lit(1)), usedBy(map, 0)), and(eq(mapcount, count_t.lit(0)), usedBy(map, 1)));
  If(not(one), () => Return(FALSE));
  const writeback = PageWriteback(page);
  If(writeback, () => Return(since('4.20') && checksums() && !variant('the swap device does not ask for stable pages') ? FALSE : TRUE));
  delete_from_swap_cache({ page });
  SetPageDirty(page);
  Return(TRUE);
}
