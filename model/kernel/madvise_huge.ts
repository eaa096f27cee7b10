/** madvise(MADV_DONTNEED) where a PMD entry may be huge (mm/memory.c, mm/pgtable-generic.c): a look without a lock, then the zap. */
import { bool, FALSE, ghost, If, not, or, proc, Return, select, track, TRUE } from '../language/index.ts';
import { pmd_index, pmd_is_table, pmd_none, pmd_t, pmd_trans_huge, pte_index, range_t, sub_t, table_t, type Table } from '../machine/pmd.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { zap_huge_pmd } from './huge_anon.ts';
import { huge } from './huge_options.ts';
import { down_read, unlessGone, up_read, vma_lookup, type Mm, type Va } from './mm_types.ts';
import { dec_mapcount, put_page } from './page.ts';
import { flush_pmd_tlb_range, pmd_clear, pmd_get, pte_clear, pte_get_and_clear, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { ptepIn } from './ptep.ts';
import { PageCompound } from './split_huge_page.ts';
import { free_swap_cache } from './swap_free.ts';
import { since, source, swap, vmaLocks } from './version.ts';
import { zapSwapEntry } from './zap.ts';

/** Set when MADV_DONTNEED has returned: what was mapped must not come back. */
export const dropped = ghost('dropped', bool, [mm_t, range_t]);

/** What pmd_bad() takes for rubbish, a huge entry too, is reported and cleared: no lock is held, no counter moves. */
const pmd_clear_bad = proc('pmd_clear_bad', {
  params: { mm: mm_t, va: va_t }, models: source('pmd_clear_bad', 'mm/pgtable-generic.c'),
}, ({ mm, va }) => { pmd_clear(mm, va); });

/** Until 3.3 a second read of its own: what was none may be huge by now. From 3.4 on (1a5a9906d4e8) one read, and huge is no reason to clear. */
const pmd_none_or_clear_bad = proc('pmd_none_or_clear_bad', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('pmd_none_or_clear_bad', 'include/asm-generic/pgtable.h'),
}, ({ mm, va }) => {
  const pmd = pmd_get(mm, va);
  If(pmd_none(pmd), () => Return(TRUE));
  If(not(pmd_is_table(pmd)), () => {
    pmd_clear_bad({ mm, va });
    Return(TRUE);
  });
  Return(FALSE);
});

const pmd_none_or_trans_huge_or_clear_bad = proc('pmd_none_or_trans_huge_or_clear_bad', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('pmd_none_or_trans_huge_or_clear_bad', 'include/asm-generic/pgtable.h'),
}, ({ mm, va }) => {
  const pmdval = pmd_get(mm, va);
  Return(or(pmd_none(pmdval), pmd_trans_huge(pmdval)));
});

/** The small page goes after the flush; a migration entry holds nothing. */
function zapCounted(mm: Mm, va: Va, table: Table): void {
  if (swap() !== undefined) zapSwapEntry(ptepIn(table, mm, va));
  const pte = pte_get_and_clear(table, pte_index(va));
  If(pte_present(pte), () => { dec_mapcount(pte_pfn(pte)); });
  pte_table_unlock(table);
  If(pte_present(pte), () => {
    flush_pmd_tlb_range(mm, va);
    if (swap() !== undefined) free_swap_cache({ page: pte_pfn(pte) });
    put_page(pte_pfn(pte));
  });
}

/** All small entries of the range: a page is given back after the flush, a migration entry holds nothing. */
const zap_pte_range = proc('zap_pte_range', {
  params: { mm: mm_t, va: va_t, table: table_t }, models: source('zap_pte_range', 'mm/memory.c'),
}, ({ mm, va, table }) => {
  pte_table_lock(table);
  const olds = sub_t.all().map((s) => {
    const old = pte_get_and_clear(table, s);
    If(pte_present(old), () => { dec_mapcount(pte_pfn(old)); });
    return old;
  });
  pte_table_unlock(table);
  flush_pmd_tlb_range(mm, va);
  // A page that is not split yet has its references at its first small page.
  olds.forEach((old) => If(pte_present(old), () => {
    const compound = PageCompound();
    put_page(select(compound, pfn_t.lit(0), pte_pfn(old)));
  }));
});

function zapTable(mm: Mm, va: Va): void {
  const e = pmd_get(mm, va);
  const table = pmd_t.get(e, 'table');
  if (huge().migration && !huge().counted) {
    zap_pte_range({ mm, va, table });
    return;
  }
  pte_table_lock(table);
  if (huge().counted) {
    zapCounted(mm, va, table);
    return;
  }
  pte_clear(table, pte_index(va));
  pte_table_unlock(table);
}

/** mmap_sem is held: a fault may fill the entry, nobody frees a table. Small pages are counted where the world says so. */
export const zap_pmd_range = proc('zap_pmd_range', {
  params: { mm: mm_t, va: va_t }, models: source('zap_pmd_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  const pmd = pmd_get(mm, va);
  If(pmd_trans_huge(pmd), () => {
    // Somebody may have split it before the lock was taken: then "fall through".
    const zapped = zap_huge_pmd({ mm, va }, 'zapped');
    If(zapped, () => Return());
  });
  const skip = since('3.15') ? pmd_none_or_trans_huge_or_clear_bad({ mm, va }, 'skip') : pmd_none_or_clear_bad({ mm, va }, 'skip');
  If(not(skip), () => { zapTable(mm, va); });
});

export const madvise_dontneed = proc('madvise_dontneed', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('madvise_dontneed', 'mm/madvise.c'),
}, ({ mm, va }) => {
  down_read(mm);
  if (vmaLocks()) unlessGone(mm, vma_lookup(mm, va), up_read);
  zap_pmd_range({ mm, va });
  up_read(mm);
  track(dropped.at(mm, pmd_index(va)), TRUE);
});
