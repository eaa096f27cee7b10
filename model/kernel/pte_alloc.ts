/** A page table for a PMD entry that is none (mm/memory.c). */
import { If, proc } from '../language/index.ts';
import { pmd_none } from '../machine/pmd.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { pmd_get, pmd_lock, pmd_populate, pmd_unlock, pte_alloc_one, pte_free } from './pgtable_pmd.ts';
import { source } from './version.ts';

/** Somebody may be faster. */
export const pte_alloc = proc('__pte_alloc', {
  params: { mm: mm_t, va: va_t }, models: source('__pte_alloc', 'mm/memory.c'),
}, ({ mm, va }) => {
  const table = pte_alloc_one();
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_none(e), () => {
    pmd_populate(mm, va, table);
    pmd_unlock(mm);
  }, () => {
    pmd_unlock(mm);
    pte_free(table);
  });
});
