/** The walk of page tables that the write-protect helper of an address space makes (mm/pagewalk.c, mm/mapping_dirty_helpers.c). */
import { bool, FALSE, Forever, If, not, or, proc, Return } from '../language/index.ts';
import { pmd_is_table, pmd_none, pmd_t, pmd_trans_huge, pte_index } from '../machine/pmd.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_write, pte_wrprotect, va_t } from '../machine/types.ts';
import { noteLost, split_huge_pmd } from './huge_memory.ts';
import { huge } from './huge_options.ts';
import { i_mmap_lock_read, i_mmap_unlock_read } from './i_mmap.ts';
import { down_read, find_vma, up_read, vma_t, type Mm, type Va } from './mm_types.ts';
import { noteOffset, pmd_clear, pmd_get, pte_get, pte_get_and_clear, pte_set, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending, mm_tlb_flush_nested } from './tlb_flush_pending.ts';
import { since, source, variant } from './version.ts';

/** pte_offset_map_lock, then wp_pte for one entry. Returns whether it changed it: the caller flushes later. */
const walk_pte_range = proc('walk_pte_range', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('walk_pte_range', 'mm/pagewalk.c'),
  doc: 'Reads the PMD once more: it must still lead to a table.',
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  noteOffset(e);
  const table = pmd_t.get(e, 'table');
  pte_table_lock(table);
  const entry = pte_get(table, pte_index(va));
  If(pte_write(entry), () => {
    const old = pte_get_and_clear(table, pte_index(va));
    pte_set(table, pte_index(va), pte_wrprotect(old));
  });
  pte_table_unlock(table);
  Return(pte_write(entry));
});

/** The patch as posted: three looks at the PMD, of which none asks for a transparent huge page. A huge entry is a bad table to it. */
const walk_as_pmd_range = proc('walk_as_pmd_range', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: { fn: 'walk_as_pmd_range', file: 'mm/as_dirty_helpers.c', version: 'patch of 2019-09-26' },
}, ({ mm, va }) => {
  const first = pmd_get(mm, va);
  If(pmd_none(first), () => Return(FALSE));
  const second = pmd_get(mm, va);
  If(not(pmd_is_table(second)), () => {
    pmd_clear(mm, va);
    noteLost(second);
    Return(FALSE);
  });
  Return(walk_pte_range({ mm, va }));
});

/** Since 5.7 the callback says what becomes of a huge entry; before, every huge entry was split. Returns whether an entry changed. */
const walk_pmd_range = proc('walk_pmd_range', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('walk_pmd_range', 'mm/pagewalk.c'),
}, ({ mm, va }) => {
  Forever(() => {
    const first = pmd_get(mm, va);
    If(pmd_none(first), () => Return(FALSE));
    if (!(huge().walkSplits ?? !since('5.9'))) {
      const pmdval = pmd_get(mm, va);
      If(pmd_trans_huge(pmdval), () => Return(FALSE));
      If(pmd_is_table(pmdval), () => walkTable(mm, va));
    } else {
      walkTable(mm, va);
    }
  });
});

/** split_huge_pmd, pmd_trans_unstable, and the table if there is one; else the caller looks again. */
function walkTable(mm: Mm, va: Va): void {
  split_huge_pmd({ mm, va });
  const e = pmd_get(mm, va);
  If(pmd_is_table(e), () => Return(walk_pte_range({ mm, va })));
}

/** One VMA: the walk, then the flush of what was touched, or of all if somebody else has not flushed yet. */
const walk_page_vma = proc('walk_page_vma', {
  params: { mm: mm_t, va: va_t }, models: source('walk_page_vma', 'mm/pagewalk.c'),
}, ({ mm, va }) => {
  const posted = variant('the walk of the patch as posted');
  inc_tlb_flush_pending(mm);
  const touched = posted ? walk_as_pmd_range({ mm, va }, 'touched') : walk_pmd_range({ mm, va }, 'touched');
  if (posted) If(touched, () => { flush_tlb_page({ mm, va }); });
  else If(or(mm_tlb_flush_nested(mm), touched), () => { flush_tlb_page({ mm, va }); });
  dec_tlb_flush_pending(mm);
});

/** Write-protects every entry of the file's mappings. Of one mm here; VMAs in the order of the interval tree. */
export const wp_shared_mapping_range = proc('wp_shared_mapping_range', {
  params: { mm: mm_t }, sleeps: true, models: source('wp_shared_mapping_range', 'mm/mapping_dirty_helpers.c'),
}, ({ mm }) => {
  const { walk = 'i_mmap', higherFirst = false } = huge();
  const mmapSem = walk === 'mmap_sem' || walk === 'both';
  const iMmap = walk === 'i_mmap' || walk === 'both';
  if (mmapSem) down_read(mm);
  if (iMmap) i_mmap_lock_read();
  const vas = va_t.all();
  for (const va of higherFirst ? vas.reverse() : vas) {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'linked'), () => { walk_page_vma({ mm, va }); });
  }
  if (iMmap) i_mmap_unlock_read();
  if (mmapSem) up_read(mm);
});
