/** munmap(2) where page tables are objects (mm/mmap.c, mm/memory.c, 5.x): zap, unlink, flush, free the tables. */
import { FALSE, If, proc, track, TRUE } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { pmd_is_table, pmd_t, pmd_trans_huge, pte_index } from '../machine/pmd.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { huge } from './huge_options.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { zap_pmd_range as zap_anon_pmd_range } from './madvise_huge.ts';
import { down_write, find_vma, set_vma, up_read, up_write, vma_t } from './mm_types.ts';
import { flush_pmd_tlb_range, pmd_clear, pmd_get, pmd_lock, pmd_unlock, pte_clear, pte_free, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending } from './tlb_flush_pending.ts';
import { detachVma } from './detach_vma.ts';
import { since, source, variant, vmaLocks } from './version.ts';

/** A huge entry is cleared as one; of a table the entry of the page. Special mappings: no page is freed. The caller flushes. */
const zap_pmd_range = proc('zap_pmd_range', {
  params: { mm: mm_t, va: va_t }, models: source('zap_pmd_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => {
    pmd_lock(mm);
    pmd_clear(mm, va);
    pmd_unlock(mm);
  });
  If(pmd_is_table(e), () => {
    const table = pmd_t.get(e, 'table');
    pte_table_lock(table);
    pte_clear(table, pte_index(va));
    pte_table_unlock(table);
  });
});

/** Takes the VMA out of the file's i_mmap: no walk of the file finds it after. Here it takes it out of the mm as well. */
const unlink_file_vma = proc('unlink_file_vma', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('unlink_file_vma', 'mm/mmap.c'),
}, ({ mm, va }) => {
  i_mmap_lock_write();
  const vma = find_vma(mm, va);
  set_vma(mm, va, vma_t.with(vma, 'linked', FALSE));
  i_mmap_unlock_write();
});

/** free_pgd_range and the end of the gather: the entry is cleared without a lock, every CPU flushes, the table is freed. */
const free_pgd_range = proc('free_pgd_range', {
  params: { mm: mm_t, va: va_t }, models: source('free_pgd_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(pmd_is_table(e), () => { pmd_clear(mm, va); });
  flush_pmd_tlb_range(mm, va);
  If(pmd_is_table(e), () => { pte_free(pmd_t.get(e, 'table')); });
});

/** Since 5.19 (b67fbebd4cf9) VMAs of special entries are flushed before they are unlinked, whatever is still gathered. */
const tlb_end_vma = proc('tlb_end_vma', {
  params: { mm: mm_t, va: va_t }, models: source('tlb_end_vma', 'include/asm-generic/tlb.h'),
}, ({ mm, va }) => { flush_pmd_tlb_range(mm, va); });

/** mmap_sem is held for writing to the end, but where VMAs have locks; the kernel gives it back to readers once the VMA is not to be found by address. */
export const __do_munmap = proc('__do_munmap', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('__do_munmap', 'mm/mmap.c'),
}, ({ mm, va }) => {
  down_write(mm);
  if (vmaLocks()) detachVma(mm, va);
  inc_tlb_flush_pending(mm);
  (huge().counted ? zap_anon_pmd_range : zap_pmd_range)({ mm, va });
  if (since('6.2')) tlb_end_vma({ mm, va });
  if (variant('tables are freed before the VMA is unlinked')) free_pgd_range({ mm, va });
  unlink_file_vma({ mm, va });
  if (!variant('tables are freed before the VMA is unlinked')) free_pgd_range({ mm, va });
  dec_tlb_flush_pending(mm);
  if (vmaLocks()) up_read(mm);
  else up_write(mm);
  track(revoked.at(mm, va), TRUE);
});
