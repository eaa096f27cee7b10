/** Collapsing small mappings of a huge page (mm/khugepaged.c): the page table goes, so that the next fault maps the huge page. */
import { If, not, proc, Return } from '../language/index.ts';
import { pmd_is_table, pmd_t, pte_index, sub_t, type Table } from '../machine/pmd.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { huge } from './huge_options.ts';
import { i_mmap_lock_read, i_mmap_lock_write, i_mmap_unlock_read, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, down_write_trylock, find_vma, up_write, vma_t, type Mm, type Va } from './mm_types.ts';
import { invalidate_range_end, invalidate_range_start } from './mmu_notifier.ts';
import { dec_mapcount, lock_page, put_page, unlock_page } from './page.ts';
import { noteOffset, pmd_get, pmd_lock, pmd_unlock, pmdp_collapse_flush, pte_free, pte_get, pte_table_lock, pte_table_unlock, tlb_remove_table_sync_one } from './pgtable_pmd.ts';
import { mirrored, since, source, variant } from './version.ts';

/** The small mappings' counts and references go. Modelled where a device maps the page too, and the page lock with it: see the caller. */
function unmapSmallPages(table: Table): void {
  for (const s of sub_t.all()) {
    const pte = pte_get(table, s);
    If(pte_present(pte), () => {
      dec_mapcount(pte_pfn(pte));
      put_page(pte_pfn(pte));
    });
  }
}

/**
 * Frees the table of a range whose entries all map the file's huge page. mmap_sem is held for writing. Since 6.1
 * (8d3c106e19e8) the i_mmap lock too; before, only the PMD lock, around the clearing alone.
 */
const collapse_pte_mapped_thp = proc('collapse_pte_mapped_thp', {
  params: { mm: mm_t, va: va_t }, models: source('collapse_pte_mapped_thp', 'mm/khugepaged.c'),
  doc: 'The entries stay in the table that is freed. Their rmap and references are not modelled here.',
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(not(pmd_is_table(e)), () => Return());
  const table = pmd_t.get(e, 'table');
  if (since('6.2')) i_mmap_lock_write();
  pte_table_lock(table);
  const entry = pte_get(table, pte_index(va));
  If(not(pte_present(entry)), () => {
    pte_table_unlock(table);
    if (since('6.2')) i_mmap_unlock_write();
    Return();
  });
  if (mirrored() !== undefined) unmapSmallPages(table);
  pte_table_unlock(table);
  if (!since('6.2')) pmd_lock(mm);
  if (since('6.2')) invalidate_range_start(mm);
  pmdp_collapse_flush({ mm, va });
  if (since('6.2')) invalidate_range_end(mm);
  if (!since('6.2')) pmd_unlock(mm);
  if (since('6.2') && huge().gupFast && !variant('khugepaged sends no interrupt')) tlb_remove_table_sync_one();
  pte_free(table);
  if (since('6.2')) i_mmap_unlock_write();
});

export const khugepaged_collapse_pte_mapped_thps = proc('khugepaged_collapse_pte_mapped_thps', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('khugepaged_collapse_pte_mapped_thps', 'mm/khugepaged.c'),
}, ({ mm, va }) => {
  down_write(mm);
  const vma = find_vma(mm, va);
  const page = pfn_t.lit(0);
  if (mirrored() !== undefined) lock_page(page);
  If(vma_t.get(vma, 'linked'), () => { collapse_pte_mapped_thp({ mm, va }); });
  if (mirrored() !== undefined) unlock_page(page);
  up_write(mm);
});

/** Until 6.5: mmap_sem keeps faults away; trying it, because who faults holds it and waits for locks that khugepaged has. */
function retractExclusively(mm: Mm, va: Va): void {
  if (variant('retract_page_tables waits for mmap_sem')) {
    down_write(mm);
    clearAndFree(mm, va);
    return;
  }
  const taken = down_write_trylock(mm);
  If(taken, () => { clearAndFree(mm, va); });
}

/** mmap_sem is held for writing, and given back. */
function clearAndFree(mm: Mm, va: Va): void {
  pmd_lock(mm);
  const old = pmdp_collapse_flush({ mm, va }, 'old');
  pmd_unlock(mm);
  up_write(mm);
  pte_free(pmd_t.get(old, 'table'));
  noteOffset(old);
}

/** Since 6.6 (1d65b771bc08): the locks of the PMD and of the table, and the table is freed when RCU's readers have ended. */
function retractUnderPtl(mm: Mm, va: Va, table: Table): void {
  pmd_lock(mm);
  pte_table_lock(table);
  const old = pmdp_collapse_flush({ mm, va }, 'old');
  pte_table_unlock(table);
  pmd_unlock(mm);
  pte_free(pmd_t.get(old, 'table'));
  noteOffset(old);
}

/** A collapsed file's page tables go, in every mapping. Whoever cannot be dealt with at once is left for collapse_pte_mapped_thp. */
export const retract_page_tables = proc('retract_page_tables', {
  params: { mm: mm_t }, sleeps: true, models: source('retract_page_tables', 'mm/khugepaged.c'),
  doc: 'Of one mm. The tables are taken to be empty: the file\'s small pages were unmapped, and their successor is locked.',
}, ({ mm }) => {
  if (since('6.6')) i_mmap_lock_read();
  else i_mmap_lock_write();
  for (const va of va_t.all()) {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'linked'), () => {
      const e = pmd_get(mm, va);
      If(pmd_is_table(e), () => {
        if (since('6.6')) retractUnderPtl(mm, va, pmd_t.get(e, 'table'));
        else retractExclusively(mm, va);
      });
    });
  }
  if (since('6.6')) i_mmap_unlock_read();
  else i_mmap_unlock_write();
});
