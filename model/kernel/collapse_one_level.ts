/** khugepaged on an anonymous VMA (mm/khugepaged.c) in worlds without PMD entries: what it makes of pages that were never touched. */
import { and, bool, FALSE, ForEach, If, not, proc, TRUE, Var } from '../language/index.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mk_pte, mm_t, pte_mkdirty, pte_mkwrite, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { clear_user_highpage } from './anonymous.ts';
import { down_write, find_vma, pte_lock, pte_unlock, up_write, vma_t } from './mm_types.ts';
import { inc_mapcount, set_anon } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { is_refpage_vma, notNormal, vm_file } from './refpage.ts';
import { source, variant } from './version.ts';

/**
 * Makes one huge page of the mm's addresses: entries that are none become zeroes; one without a struct page stops it
 * (SCAN_PAGE_NULL), and so do entries that are all none. The parts of the huge page are frames of their own here, and pages that are mapped stay where they are.
 */
export const collapse_one_level = proc('collapse_one_level', {
  params: { mm: mm_t }, models: source('collapse_huge_page', 'mm/khugepaged.c'), sleeps: true,
}, ({ mm }) => {
  down_write(mm);
  const suitable = Var('suitable', bool, TRUE);
  const some = Var('some', bool, FALSE);
  ForEach(va_t, 'va', (va) => {
    const vma = find_vma(mm, va);
    If(not(vma_t.get(vma, 'linked')), () => suitable.set(FALSE));
    if (variant('khugepaged leaves reference mappings alone')) {
      const file = vm_file(mm, va);
      If(is_refpage_vma(file), () => suitable.set(FALSE));
    }
    pte_lock(mm);
    const pte = ptep_get(mm, va);
    pte_unlock(mm);
    const special = notNormal(mm, va, pte_pfn(pte)) ?? FALSE;
    If(and(pte_present(pte), special), () => suitable.set(FALSE));
    If(pte_present(pte), () => some.set(TRUE));
  });
  // mmap_lock is held for writing: an entry that is none stays so.
  If(and(suitable.get(), some.get()), () => ForEach(va_t, 'va', (va) => {
    const pte = ptep_get(mm, va);
    If(not(pte_present(pte)), () => {
      const page = alloc_page();
      clear_user_highpage(page);
      set_anon(page);
      pte_lock(mm);
      inc_mapcount(page);
      set_pte_at(mm, va, pte_mkwrite(pte_mkdirty(mk_pte(page, FALSE))));
      pte_unlock(mm);
    });
  }));
  flush_tlb_mm({ mm });
  up_write(mm);
});
