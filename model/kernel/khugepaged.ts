/** Collapsing small mappings of a huge page (mm/khugepaged.c): the page table goes, so that the next fault maps the huge page. */
import { If, not, proc, Return } from '../language/index.ts';
import { pmd_is_table, pmd_t, pte_index } from '../machine/pmd.ts';
import { mm_t, pte_present, va_t } from '../machine/types.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, find_vma, up_write, vma_t } from './mm_types.ts';
import { pmd_get, pmd_lock, pmd_unlock, pmdp_collapse_flush, pte_free, pte_get, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { since, source } from './version.ts';

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
  pte_table_unlock(table);
  if (!since('6.2')) pmd_lock(mm);
  pmdp_collapse_flush({ mm, va });
  if (!since('6.2')) pmd_unlock(mm);
  pte_free(table);
  if (since('6.2')) i_mmap_unlock_write();
});

export const khugepaged_collapse_pte_mapped_thps = proc('khugepaged_collapse_pte_mapped_thps', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('khugepaged_collapse_pte_mapped_thps', 'mm/khugepaged.c'),
}, ({ mm, va }) => {
  down_write(mm);
  const vma = find_vma(mm, va);
  If(vma_t.get(vma, 'linked'), () => { collapse_pte_mapped_thp({ mm, va }); });
  up_write(mm);
});
