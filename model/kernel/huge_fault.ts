/** Faults where page tables have two levels (mm/memory.c, 5.x): PMD first, then the table. */
import { and, bool, If, not, or, proc, Return, select } from '../language/index.ts';
import { pmd_is_table, pmd_none, pmd_t, pmd_trans_huge, pte_index } from '../machine/pmd.ts';
import { mk_pte, mm_t, pfn_t, pte_mkdirty, pte_present, pte_write, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { handle_exclusive_anon_fault } from './anon_huge_fault.ts';
import { handle_anon_fault } from './huge_anon.ts';
import { create_huge_pmd, wp_huge_pmd } from './huge_memory.ts';
import { huge } from './huge_options.ts';
import { vma_t } from './mm_types.ts';
import { pmd_get, pmd_write, pte_get, pte_set, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { pte_alloc } from './pte_alloc.ts';
import { anonExclusive, source } from './version.ts';

/**
 * The entry of the small page: mapped, or made writable. What the file system or driver is asked before is not modelled here.
 * mmap_sem is held for reading: nobody frees the table meanwhile.
 */
const do_table_fault = proc('handle_pte_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, models: source('handle_pte_fault', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  const first = pmd_get(mm, va);
  If(pmd_none(first), () => { pte_alloc({ mm, va }); });
  const e = pmd_get(mm, va);
  If(not(pmd_is_table(e)), () => Return(vm_fault_t.is.NOPAGE));
  const table = pmd_t.get(e, 'table');
  pte_table_lock(table);
  const entry = pte_get(table, pte_index(va));
  If(or(not(pte_present(entry)), and(write, not(pte_write(entry)))), () => {
    const page = mk_pte(pfn_t.lit(0), and(write, vma_t.get(vma, 'W')));
    pte_set(table, pte_index(va), select(write, pte_mkdirty(page), page));
  });
  pte_table_unlock(table);
  Return(vm_fault_t.is.NONE);
});

/** The PMD's turn, then the table's. */
export const handle_mm_fault = proc('__handle_mm_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, models: source('__handle_mm_fault', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  if (huge().mapping === 'anon') {
    Return(anonExclusive() ? handle_exclusive_anon_fault({ mm, va, vma, write }) : handle_anon_fault({ mm, va, write }));
    return;
  }
  const orig_pmd = pmd_get(mm, va);
  if (huge().hugeFaults) If(pmd_none(orig_pmd), () => Return(create_huge_pmd({ mm, va })));
  If(pmd_trans_huge(orig_pmd), () => {
    If(not(and(write, not(pmd_write(orig_pmd)))), () => Return(vm_fault_t.is.NONE));
    wp_huge_pmd({ mm, va, orig_pmd });
  });
  Return(do_table_fault({ mm, va, vma, write }));
});
