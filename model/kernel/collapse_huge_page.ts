/** Collapsing small anonymous pages into a huge one (mm/khugepaged.c). A huge page has one small page in its worlds. */
import { bool, eq, FALSE, If, not, or, proc, Return, TRUE, type Value } from '../language/index.ts';
import { pmd_is_table, pmd_kind_t, pmd_t, pte_index, table_t, type Table } from '../machine/pmd.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../machine/types.ts';
import { __collapse_huge_page_copy as copy_page, __collapse_huge_page_isolate as isolate_page } from './collapse_walked.ts';
import { huge, walked } from './huge_options.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, up_write, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, dec_mapcount, page_count, put_page, set_anon, type Page } from './page.ts';
import { alloc_huge_page } from './page_alloc.ts';
import { pmd_get, pmd_lock, pmd_populate, pmd_unlock, pmdp_collapse_flush, pte_clear, pte_get, pte_table_lock, pte_table_unlock, set_pmd_at, tlb_remove_table_sync_one } from './pgtable_pmd.ts';
import { page_add_anon_compound_rmap } from './thp_mapcount.ts';
import { anonExclusive, since, source, variant, vmaLocks } from './version.ts';
import { vma_start_write } from './vma_lock.ts';

/** Whether the small page has no reference but its mapping's: then nobody can write it any more. */
const __collapse_huge_page_isolate = proc('__collapse_huge_page_isolate', {
  params: { table: table_t, va: va_t }, returns: bool, models: source('__collapse_huge_page_isolate', 'mm/khugepaged.c'),
}, ({ table, va }) => {
  pte_table_lock(table);
  const pte = pte_get(table, pte_index(va));
  If(not(pte_present(pte)), () => {
    pte_table_unlock(table);
    Return(FALSE);
  });
  const refs = page_count(pte_pfn(pte));
  pte_table_unlock(table);
  Return(eq(refs, count_t.lit(1)));
});

/** The table is kept for the day on which the huge page is split. */
const __collapse_huge_page_copy = proc('__collapse_huge_page_copy', {
  params: { table: table_t, va: va_t, page: pfn_t }, models: source('__collapse_huge_page_copy', 'mm/khugepaged.c'),
}, ({ table, va, page }) => {
  const pte = pte_get(table, pte_index(va));
  copy_user_page(page, pte_pfn(pte));
  pte_table_lock(table);
  pte_clear(table, pte_index(va));
  pte_table_unlock(table);
  dec_mapcount(pte_pfn(pte));
  put_page(pte_pfn(pte));
});

/** maybe_pmd_mkwrite: what mprotect took away does not come back. Only worlds that count have somebody who protects. */
function writable(mm: Mm, va: Va): Value<'bool'> {
  return huge().counted && !variant('khugepaged maps for writing whatever the VMA says') ? vma_t.get(vma_lookup(mm, va), 'W') : TRUE;
}

/** Where somebody walks the rmap. */
const locksAnonVma = (): boolean => walked() && !variant('khugepaged takes no anon_vma lock');

/** The same of a page that others may find; W: the VMA may be written. `giveUp` leaves; else the page is copied. The anon_vma's lock goes once the page is locked and isolated. */
function moveToHuge({ table, va, page, W }: { table: Table; va: Va; page: Page; W: Value<'bool'> }, giveUp: () => void): void {
  pte_table_lock(table);
  const pte = pte_get(table, pte_index(va));
  const refuse = (): void => {
    pte_table_unlock(table);
    giveUp();
  };
  If(not(pte_present(pte)), refuse);
  const small = pte_pfn(pte);
  const isolated = isolate_page({ page: small, writable: or(pte_write(pte), W) }, 'isolated');
  If(not(isolated), refuse);
  pte_table_unlock(table);
  if (locksAnonVma()) i_mmap_unlock_write();
  copy_page({ table, va, small, page });
}

/** mmap_sem is held for writing, and where somebody walks the rmap the anon_vma's lock, which is i_mmap's here: only hardware and GUP-fast still read the table. */
export const collapse_huge_page = proc('collapse_huge_page', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('collapse_huge_page', 'mm/khugepaged.c'),
}, ({ mm, va }) => {
  const page = alloc_huge_page();
  const before = variant('khugepaged believes the PMD that it saw before it had mmap_lock') ? pmd_get(mm, va) : null;
  down_write(mm);
  const e = before ?? pmd_get(mm, va);
  If(not(pmd_is_table(e)), () => {
    up_write(mm);
    put_page(page);
    Return();
  });
  const table = pmd_t.get(e, 'table');
  const W = writable(mm, va);
  if (vmaLocks()) vma_start_write({ mm, va });
  if (locksAnonVma()) i_mmap_lock_write();
  pmd_lock(mm);
  pmdp_collapse_flush({ mm, va });
  pmd_unlock(mm);
  if (since('6.2') && !variant('khugepaged sends no interrupt')) tlb_remove_table_sync_one();
  const giveUp = (): void => {
    pmd_lock(mm);
    pmd_populate(mm, va, table);
    pmd_unlock(mm);
    if (locksAnonVma()) i_mmap_unlock_write();
    up_write(mm);
    put_page(page);
    Return();
  };
  if (walked()) moveToHuge({ table, va, page, W }, giveUp);
  else {
    const isolated = __collapse_huge_page_isolate({ table, va }, 'isolated');
    If(not(isolated), giveUp);
    __collapse_huge_page_copy({ table, va, page });
  }
  if (anonExclusive()) set_anon(page);
  if (huge().counted) page_add_anon_compound_rmap(page);
  pmd_lock(mm);
  set_pmd_at(mm, va, pmd_t.of({ kind: pmd_kind_t.is.HUGE, pfn: page, W, D: TRUE }));
  pmd_unlock(mm);
  up_write(mm);
});
