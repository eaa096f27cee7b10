/** fork(2) of one VMA (kernel/fork.c dup_mmap, mm/memory.c copy_one_pte). */
import { If, proc, select, type Value } from '../language/index.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mm_t, pte_mkclean, pte_mkold, pte_pfn, pte_present, pte_wrprotect, va_t } from '../machine/types.ts';
import { i_mmap_for_change } from './i_mmap.ts';
import { down_write, find_vma, pte_lock, pte_unlock, set_vma, up_write, vma_t } from './mm_types.ts';
import { get_page, inc_mapcount } from './page.ts';
import { ptep_get, ptep_set_wrprotect, set_pte_at } from './pgtable.ts';
import { dup_vm_file, ifNormal, notNormal } from './refpage.ts';
import { dup_private_data } from './refpage_v1.ts';
import { mixedmap, refpages, source } from './version.ts';

/**
 * Copies one PTE. In a shared mapping the parent's entry is left alone and the child's is a copy with D and A
 * cleared and W kept: a writable clean PTE of a dirty page. In a private one both become read-only.
 */
const copy_one_pte = proc('copy_one_pte', {
  params: { src: mm_t, dst: mm_t, va: va_t, vma: vma_t }, models: source('copy_one_pte', 'mm/memory.c'),
}, ({ src, dst, va, vma }) => {
  pte_lock(dst);
  pte_lock(src);
  const pte = ptep_get(src, va);
  If(pte_present(pte), () => {
    const shared = vma_t.get(vma, 'S');
    const child: Value<'pte_t'> = select(shared, pte_mkold(pte_mkclean(pte)), pte_mkold(pte_wrprotect(pte)));
    If(shared, () => undefined, () => ptep_set_wrprotect(src, va));
    if (!mixedmap()) {
      ifNormal(notNormal(src, va, pte_pfn(pte)), () => {
        get_page(pte_pfn(pte));
        inc_mapcount(pte_pfn(pte));
      });
    }
    set_pte_at(dst, va, child);
  });
  pte_unlock(src);
  pte_unlock(dst);
});

/** The child's VMA goes into i_mmap right after the parent's, before its PTEs are copied. */
export const dup_mmap = proc('dup_mmap', {
  params: { src: mm_t, dst: mm_t, va: va_t }, models: source('dup_mmap', 'kernel/fork.c'), sleeps: true,
}, ({ src, dst, va }) => {
  down_write(src);
  down_write(dst);
  const vma = find_vma(src, va);
  const i_mmap = i_mmap_for_change();
  i_mmap.lock();
  set_vma(dst, va, vma);
  i_mmap.unlock();
  if (refpages() === 'v2') dup_vm_file({ src, dst, va });
  if (refpages() === 'v1') dup_private_data({ src, dst, va });
  copy_one_pte({ src, dst, va, vma });
  flush_tlb_mm({ mm: src });
  up_write(dst);
  up_write(src);
});
