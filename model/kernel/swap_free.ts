/** Swap entries and swap-cache pages that nobody needs any more (mm/swapfile.c, mm/swap_state.c): whoever gives up the last frees the slot. */
import { eq, If, not, proc, Return } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { page_mapped, put_page, slot_t, trylock_page, unlock_page, type Page } from './page.ts';
import { __swap_entry_free, cacheLeft } from './swapfile.ts';
import { lookup_swap_cache, PageSwapCache } from './swap_state.ts';
import { try_to_free_swap } from './swap_reuse.ts';
import { swp_t } from './swapops.ts';
import { source } from './version.ts';

/** The page is locked. */
export function freeSwapUnlessMapped(page: Page): void {
  const mapcount = page_mapped(page);
  If(eq(mapcount, count_t.lit(0)), () => { try_to_free_swap({ page }); });
}

/** The page lock is tried, not waited for: a PTE lock is held, and whoever has the page locked frees the slot in time. */
function tryToFreeUnlessMapped(page: Page): void {
  const locked = trylock_page(page);
  If(locked, () => {
    freeSwapUnlessMapped(page);
    unlock_page(page);
  });
}

/** A PTE gives up its swap entry; if it was the last, the page that the swap cache may have goes too, unless it is mapped. */
export const free_swap_and_cache = proc('free_swap_and_cache', {
  params: { slot: swp_t }, models: source('free_swap_and_cache', 'mm/swapfile.c'),
}, ({ slot }) => {
  const map = __swap_entry_free(slot);
  If(not(cacheLeft(map)), () => Return());
  const found = lookup_swap_cache(slot);
  If(slot_t.get(found, 'present'), () => {
    tryToFreeUnlessMapped(slot_t.get(found, 'pfn'));
    put_page(slot_t.get(found, 'pfn'));
  });
});

/** Of a page that is about to be let go by who had it mapped. */
export const free_swap_cache = proc('free_swap_cache', {
  params: { page: pfn_t }, models: source('free_swap_cache', 'mm/swap_state.c'),
}, ({ page }) => {
  const cached = PageSwapCache(page);
  If(not(cached), () => Return());
  tryToFreeUnlessMapped(page);
});
