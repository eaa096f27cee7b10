/** unmap_mapping_range where page tables are objects (mm/memory.c): every mapping of the file loses its entries, and the driver its users. */
import { bool, FALSE, If, or, proc, Return } from '../language/index.ts';
import { pmd_is_table, pmd_t, pte_index } from '../machine/pmd.ts';
import { mm_t, pte_present, va_t } from '../machine/types.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { find_vma, vma_t } from './mm_types.ts';
import { flush_pmd_tlb_range, pmd_get, pte_get_and_clear, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending, mm_tlb_flush_nested } from './tlb_flush_pending.ts';
import { source, variant } from './version.ts';

/** Returns whether there was an entry: then the gather has something to flush. */
const zap_pte_range = proc('zap_pte_range', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('zap_pte_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(pmd_is_table(e), () => {
    const table = pmd_t.get(e, 'table');
    pte_table_lock(table);
    const old = pte_get_and_clear(table, pte_index(va));
    pte_table_unlock(table);
    Return(pte_present(old));
  });
  Return(FALSE);
});

/** A gather of its own. Since 4.13 (99baac21e458) it flushes too if another one has not yet. */
const unmap_mapping_range_vma = proc('unmap_mapping_range_vma', {
  params: { mm: mm_t, va: va_t }, models: source('unmap_mapping_range_vma', 'mm/memory.c'),
}, ({ mm, va }) => {
  inc_tlb_flush_pending(mm);
  const touched = zap_pte_range({ mm, va }, 'touched');
  if (variant('nested zaps are not looked for')) If(touched, () => { flush_pmd_tlb_range(mm, va); });
  else If(or(mm_tlb_flush_nested(mm), touched), () => { flush_pmd_tlb_range(mm, va); });
  dec_tlb_flush_pending(mm);
});

/** Of one mm here. The i_mmap lock is all it takes. */
export const unmap_mapping_range = proc('unmap_mapping_range', {
  params: { mm: mm_t }, sleeps: true, models: source('unmap_mapping_range', 'mm/memory.c'),
}, ({ mm }) => {
  i_mmap_lock_write();
  for (const va of va_t.all()) {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'linked'), () => { unmap_mapping_range_vma({ mm, va }); });
  }
  i_mmap_unlock_write();
});
