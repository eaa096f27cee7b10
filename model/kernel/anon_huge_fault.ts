/** Faults of anonymous memory where PageAnonExclusive says whose a huge page is (mm/memory.c, mm/huge_memory.c, 5.19 on): a huge page is reused or split, never copied. */
import { and, bool, eq, FALSE, If, not, proc, Return, TRUE } from '../language/index.ts';
import { pmd_none, pmd_t, pmd_trans_huge } from '../machine/pmd.ts';
import { count_t, mm_t, va_t } from '../machine/types.ts';
import { PageAnonExclusive, SetPageAnonExclusive } from './anon_exclusive.ts';
import { handle_anon_pte_fault } from './anon_table_fault.ts';
import { vm_fault_t } from './filesystem.ts';
import { do_huge_pmd_anonymous_page, pmd_same, split_huge_anon_pmd } from './huge_anon.ts';
import { vma_t } from './mm_types.ts';
import { get_page, lock_page, page_count, put_page, trylock_page, unlock_page } from './page.ts';
import { pmd_get, pmd_lock, pmd_page, pmd_unlock, pmd_write, set_pmd_at } from './pgtable_pmd.ts';
import { source, variant } from './version.ts';

/** A store to a read-only huge page. Since 5.18 (3bff7e3f1f16) references decide, not mappings, if the page does not say that it is exclusive. */
const do_huge_pmd_wp_page = proc('do_huge_pmd_wp_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, orig_pmd: pmd_t }, returns: bool, sleeps: true, models: source('do_huge_pmd_wp_page', 'mm/huge_memory.c'),
  doc: 'True: VM_FAULT_FALLBACK, the entry was split and its small pages fault.',
}, ({ mm, va, vma, orig_pmd }) => {
  const page = pmd_page(orig_pmd);
  const reuse = (): void => {
    set_pmd_at(mm, va, pmd_t.with(pmd_t.with(orig_pmd, 'W', vma_t.get(vma, 'W')), 'D', TRUE));
    pmd_unlock(mm);
    Return(FALSE);
  };
  pmd_lock(mm);
  const same = variant('a huge write fault does not compare the entry') ? TRUE : pmd_same(pmd_get(mm, va), orig_pmd);
  If(not(same), () => {
    pmd_unlock(mm);
    Return(FALSE);
  });
  const exclusive = PageAnonExclusive(page);
  If(exclusive, reuse);
  const locked = trylock_page(page);
  If(not(locked), () => {
    get_page(page);
    pmd_unlock(mm);
    lock_page(page);
    pmd_lock(mm);
    const again = pmd_get(mm, va);
    If(not(pmd_same(again, orig_pmd)), () => {
      pmd_unlock(mm);
      unlock_page(page);
      put_page(page);
      Return(FALSE);
    });
    put_page(page);
  });
  const exclusiveNow = PageAnonExclusive(page);
  If(exclusiveNow, () => {
    unlock_page(page);
    reuse();
  });
  const references = page_count(page);
  If(eq(references, count_t.lit(1)), () => {
    SetPageAnonExclusive(page);
    unlock_page(page);
    reuse();
  });
  unlock_page(page);
  pmd_unlock(mm);
  split_huge_anon_pmd({ mm, va });
  Return(TRUE);
});

/** A huge page where nothing is mapped; a huge one that is there serves, unless it has to become writable; else the small page's turn. */
export const handle_exclusive_anon_fault = proc('handle_anon_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, sleeps: true, models: source('__handle_mm_fault', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  const e = pmd_get(mm, va);
  If(pmd_none(e), () => Return(do_huge_pmd_anonymous_page({ mm, va })));
  If(pmd_trans_huge(e), () => {
    If(not(and(write, not(pmd_write(e)))), () => Return(vm_fault_t.is.NONE));
    const fallback = do_huge_pmd_wp_page({ mm, va, vma, orig_pmd: e }, 'fallback');
    If(not(fallback), () => Return(vm_fault_t.is.NONE));
  });
  Return(handle_anon_pte_fault({ mm, va, vma, write }));
});
