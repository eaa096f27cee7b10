/** split_folio (mm/huge_memory.c, at 6.8): a huge page of anonymous memory, however many map it, becomes small ones. A huge page has one small page in its worlds. */
import { add, bool, eq, FALSE, held, If, not, proc, Return, type Value } from '../language/index.ts';
import { pmd_trans_huge } from '../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t } from '../machine/types.ts';
import { __freeze_anon_pmd_locked } from './huge_anon.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { freezeAndSplit } from './large_folio.ts';
import { page_count, PG_locked, type Page } from './page.ts';
import { pmd_get, pmd_lock, pmd_page, pmd_unlock } from './pgtable_pmd.ts';
import { each_linked_vma } from './rmap.ts';
import { folio_mapcount } from './thp_mapcount.ts';
import { removeMigrationPtes, try_to_migrate_one } from './try_to_migrate.ts';
import { source } from './version.ts';

/** Whether the page has so many references beside those of its mappings: the caller's, and its cache's. A look without a lock. */
export const canSplitFolio = (others: number, mapcountOf: (page: Page) => Value<'count_t'>) => proc('can_split_folio', {
  params: { page: pfn_t }, returns: bool, models: source('can_split_folio', 'mm/huge_memory.c'),
}, ({ page }) => {
  const mapcount = mapcountOf(page);
  const refs = page_count(page);
  Return(eq(add(mapcount, count_t.lit(others)), refs));
});
const can_split_folio = canSplitFolio(1, folio_mapcount);

/** An entry that maps the page as a whole; of whatever else it maps it is left alone. */
const split_huge_pmd_address = proc('split_huge_pmd_address', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, models: source('split_huge_pmd_address', 'mm/huge_memory.c'),
}, ({ mm, va, page }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => If(eq(pmd_page(e), page), () => { __freeze_anon_pmd_locked({ mm, va }); }));
  pmd_unlock(mm);
});

/** try_to_migrate with TTU_SPLIT_HUGE_PMD and TTU_RMAP_LOCKED: every entry becomes a migration entry, but those of a page that may be pinned. */
const unmap_folio = proc('unmap_folio', { params: { page: pfn_t }, models: source('unmap_folio', 'mm/huge_memory.c') }, ({ page }) => {
  each_linked_vma((mm, va) => {
    split_huge_pmd_address({ mm, va, page });
    try_to_migrate_one({ page, mm, va });
  });
});

const freeze_and_split = freezeAndSplit(1);

/** Of a locked page to which the caller has one reference. False: it is huge still, but its PMD entries may have been split. */
export const split_folio = proc('split_huge_page_to_list', {
  params: { page: pfn_t }, returns: bool, sleeps: true, models: source('split_huge_page_to_list', 'mm/huge_memory.c'),
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  i_mmap_lock_write();
  const fits = can_split_folio({ page }, 'fits');
  If(not(fits), () => {
    i_mmap_unlock_write();
    Return(FALSE);
  });
  unmap_folio({ page });
  const split = freeze_and_split(page);
  removeMigrationPtes(page, page);
  i_mmap_unlock_write();
  Return(split);
});
