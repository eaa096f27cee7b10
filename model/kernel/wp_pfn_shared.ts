/** A write fault where there is no struct page (mm/memory.c). */
import { held, If, ne, not, proc, Return } from '../language/index.ts';
import { mm_t, pte_mkdirty, pte_mkwrite, pte_same, pte_t, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { pte_lock, pte_unlock, ptl_at } from './mm_types.ts';
import { grant_access_flags, ptep_get } from './pgtable.ts';
import { source } from './version.ts';
import { vmw_bo_vm_mkwrite } from './vmwgfx_page_dirty.ts';

/** A write fault on a special entry: there is no page to lock or to hold, so nothing is held between pfn_mkwrite and the PTE lock. */
export const wp_pfn_shared = proc('wp_pfn_shared', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('wp_pfn_shared', 'mm/memory.c'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))] }),
}, ({ mm, va, orig_pte }) => {
  pte_unlock(mm);
  const ret = vmw_bo_vm_mkwrite({ mm, va, orig_pte }, 'ret');
  If(ne(ret, vm_fault_t.is.NONE), () => Return(ret));
  Return(finish_mkwrite_fault({ mm, va, orig_pte }));
});

const finish_mkwrite_fault = proc('finish_mkwrite_fault', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('finish_mkwrite_fault', 'mm/memory.c'),
}, ({ mm, va, orig_pte }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(pte_same(pte, orig_pte)), () => {
    pte_unlock(mm);
    Return(vm_fault_t.is.NOPAGE);
  });
  grant_access_flags(mm, va, pte_mkwrite(pte_mkdirty(orig_pte)));
  pte_unlock(mm);
  Return(vm_fault_t.is.NONE);
});
