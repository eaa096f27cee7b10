/** fork(2) where a PMD entry may be huge (mm/huge_memory.c copy_huge_pmd, mm/memory.c copy_pte_range): private memory is shared read-only. */
import { If, proc } from '../language/index.ts';
import { pmd_is_table, pmd_t, pmd_trans_huge, pte_index, table_t } from '../machine/pmd.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mm_t, pte_mkold, pte_pfn, pte_present, pte_wrprotect, va_t } from '../machine/types.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, set_vma, up_write, vma_lookup, vma_t } from './mm_types.ts';
import { get_page, inc_mapcount } from './page.ts';
import {
  pmd_get, pmd_lock, pmd_page, pmd_populate, pmd_unlock, pmd_wrprotect, pmdp_set_wrprotect, pte_alloc_one, pte_get, pte_set, pte_set_wrprotect, pte_table_lock, pte_table_unlock, set_pmd_at,
} from './pgtable_pmd.ts';
import { page_add_anon_compound_rmap } from './thp_mapcount.ts';
import { source, vmaLocks } from './version.ts';
import { vma_start_write } from './vma_lock.ts';

/** Pages that may be pinned are copied in the kernel; they are shared here. The child's own lock is not taken: nobody faults there yet. */
const copy_huge_pmd = proc('copy_huge_pmd', {
  params: { src: mm_t, dst: mm_t, va: va_t }, models: source('copy_huge_pmd', 'mm/huge_memory.c'),
}, ({ src, dst, va }) => {
  pmd_lock(src);
  const e = pmd_get(src, va);
  If(pmd_trans_huge(e), () => {
    get_page(pmd_page(e));
    page_add_anon_compound_rmap(pmd_page(e));
    pmdp_set_wrprotect(src, va);
    set_pmd_at(dst, va, pmd_wrprotect(e));
  });
  pmd_unlock(src);
});

const copy_pte_range = proc('copy_pte_range', {
  params: { src: mm_t, dst: mm_t, va: va_t, table: table_t }, models: source('copy_pte_range', 'mm/memory.c'),
}, ({ dst, va, table }) => {
  const fresh = pte_alloc_one();
  pmd_populate(dst, va, fresh);
  pte_table_lock(table);
  const pte = pte_get(table, pte_index(va));
  If(pte_present(pte), () => {
    get_page(pte_pfn(pte));
    inc_mapcount(pte_pfn(pte));
    pte_set_wrprotect(table, pte_index(va));
    pte_set(fresh, pte_index(va), pte_mkold(pte_wrprotect(pte)));
  });
  pte_table_unlock(table);
});

/** mmap_sem of both is held for writing; a split of the entry by somebody who takes neither is looked for again. */
export const dup_mmap_pmd = proc('dup_mmap', {
  params: { src: mm_t, dst: mm_t, va: va_t }, sleeps: true, models: source('dup_mmap', 'kernel/fork.c'),
}, ({ src, dst, va }) => {
  down_write(src);
  down_write(dst);
  const vma = vma_lookup(src, va);
  if (vmaLocks()) If(vma_t.get(vma, 'linked'), () => { vma_start_write({ mm: src, va }); });
  i_mmap_lock_write();
  set_vma(dst, va, vma);
  i_mmap_unlock_write();
  const before = pmd_get(src, va);
  If(pmd_trans_huge(before), () => { copy_huge_pmd({ src, dst, va }); });
  const child = pmd_get(dst, va);
  const e = pmd_get(src, va);
  If(pmd_is_table(e), () => {
    If(pmd_trans_huge(child), () => undefined, () => { copy_pte_range({ src, dst, va, table: pmd_t.get(e, 'table') }); });
  });
  flush_tlb_mm({ mm: src });
  up_write(dst);
  up_write(src);
});
