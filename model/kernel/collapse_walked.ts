/** What khugepaged does to a small page that others may find by rmap, by the LRU or by a reference (mm/khugepaged.c): it is locked, counted and isolated before it is copied. */
import { add, bool, eq, FALSE, held, If, not, proc, Return, select, TRUE } from '../language/index.ts';
import { pte_index, table_t } from '../machine/pmd.ts';
import { count_t, pfn_t, va_t } from '../machine/types.ts';
import { folio_test_large } from './large_folio.ts';
import { isolate_held_page, putback_lru_page } from './lru.ts';
import { copy_user_page, dec_mapcount, get_page, page_count, PG_locked, put_page, trylock_page, unlock_page, type Page } from './page.ts';
import { pte_clear, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { folio_mapcount } from './thp_mapcount.ts';
import { free_swap_cache } from './swap_free.ts';
import { PageSwapCache } from './swap_state.ts';
import { source, swap } from './version.ts';

function release_pte_folio(page: Page): void {
  unlock_page(page);
  putback_lru_page(page);
}

/** writable: the entry, or that of another small page of the range may be. True: the page is the caller's, locked, with a reference of its own. */
export const __collapse_huge_page_isolate = proc('__collapse_huge_page_isolate', {
  params: { page: pfn_t, writable: bool }, returns: bool, models: source('__collapse_huge_page_isolate', 'mm/khugepaged.c'),
  locks: ({ page }) => ({ exitWhen: [{ returns: TRUE, locks: [held(PG_locked.at(page))] }] }),
}, ({ page, writable }) => {
  const locked = trylock_page(page);
  If(not(locked), () => Return(FALSE));
  const mapcount = folio_mapcount(page);
  const cached = swap() === undefined ? FALSE : PageSwapCache(page);
  const refs = page_count(page);
  If(not(eq(refs, select(cached, add(mapcount, count_t.lit(1)), mapcount))), () => {
    unlock_page(page);
    Return(FALSE);
  });
  const isolated = isolate_held_page(page);
  If(not(isolated), () => {
    unlock_page(page);
    Return(FALSE);
  });
  get_page(page);
  If(not(writable), () => {
    release_pte_folio(page);
    Return(FALSE);
  });
  Return(TRUE);
});

/** A small page is let go before its mapping ends, a huge one whose entry was split after. */
export const __collapse_huge_page_copy = proc('__collapse_huge_page_copy', {
  params: { table: table_t, va: va_t, small: pfn_t, page: pfn_t }, models: source('__collapse_huge_page_copy', 'mm/khugepaged.c'),
  locks: ({ small }) => ({ entry: [held(PG_locked.at(small))] }),
}, ({ table, va, small, page }) => {
  copy_user_page(page, small);
  const unmap = (): void => {
    pte_table_lock(table);
    pte_clear(table, pte_index(va));
    dec_mapcount(small);
    pte_table_unlock(table);
    if (swap() !== undefined) free_swap_cache({ page: small });
    put_page(small);
  };
  const large = folio_test_large(small);
  If(large, () => {
    unmap();
    release_pte_folio(small);
  }, () => {
    release_pte_folio(small);
    unmap();
  });
});
