/** Copy on write (mm/memory.c). */
import { FALSE, held, If, proc, Return } from '../language/index.ts';
import { mk_pte, mm_t, pte_mkdirty, pte_pfn, pte_same, pte_t, va_t } from '../machine/types.ts';
import { setAnon } from './anon_rmap.ts';
import { vm_fault_t } from './filesystem.ts';
import { maybe_mkwrite, pte_lock, pte_unlock, ptl_at, vma_t } from './mm_types.ts';
import { copy_user_page, dec_mapcount, get_page, inc_mapcount, page_anon, put_page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { ptep_clear_flush, ptep_get, set_pte_at } from './pgtable.ts';
import { ifNormal, notNormal } from './refpage.ts';
import { free_swap_cache } from './swap_free.ts';
import { anonByVersion, gupByVersion, ksm, since, source, swap, swapByVersion } from './version.ts';
import { brokenCow, reuseIfMappedOnce, reuseIfReferencedOnce, reusesByReferences, reuseUnlessMerged } from './wp_reuse.ts';

/** Copy on write: a private page for this mm. */
export const wp_page_copy = proc('wp_page_copy', {
  params: { mm: mm_t, va: va_t, vma: vma_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))] }),
}, ({ mm, va, vma, orig_pte }) => {
  const old_page = pte_pfn(orig_pte);
  const special = notNormal(mm, va, old_page);
  ifNormal(special, () => {
    const anon = page_anon(old_page);
    if (anonByVersion()) If(anon, () => reuseIfReferencedOnce(mm, va, vma, orig_pte));
    else if (ksm() || swap() !== undefined) If(anon, () => reuseUnlessMerged(mm, va, vma, orig_pte));
    else if (reusesByReferences()) If(anon, () => reuseIfReferencedOnce(mm, va, vma, orig_pte));
    else reuseIfMappedOnce(mm, va, vma, orig_pte, anon);
    get_page(old_page);
  });
  pte_unlock(mm);
  const new_page = alloc_page();
  copy_user_page(new_page, old_page);
  setAnon(new_page, va);
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_same(pte, orig_pte), () => {
    ptep_clear_flush({ mm, va });
    set_pte_at(mm, va, maybe_mkwrite(pte_mkdirty(mk_pte(new_page, FALSE)), vma));
    inc_mapcount(new_page);
    ifNormal(special, () => dec_mapcount(old_page));
    pte_unlock(mm);
    // Since 5.14 (f4c4a3f48480).
    if (swapByVersion() && since('5.15')) free_swap_cache({ page: old_page });
    ifNormal(special, () => {
      put_page(old_page);
      put_page(old_page);
    });
    if (gupByVersion()) Return(brokenCow());
  }, () => {
    pte_unlock(mm);
    put_page(new_page);
    ifNormal(special, () => put_page(old_page));
  });
  Return(vm_fault_t.is.NONE);
});
