/** The soft-dirty bit of PTEs (Documentation/admin-guide/mm/soft-dirty.rst): was the page written since it was last asked? */
import { atomic, bool, FALSE, primitive, shared, store, TRUE } from '../language/index.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, va_t, type Pte } from '../machine/types.ts';
import type { Mm, Va } from './mm_types.ts';

export const soft_dirty = shared('soft_dirty', bool, [mm_t, va_t], { display: 'soft_dirty[%0][%1]' });

const ONE_WORD = 'the soft-dirty bit is in the entry: one word in the kernel';

export const set_pte_soft_dirty = primitive('set_pte', (mm: Mm, va: Va, entry: Pte) =>
  atomic(ONE_WORD, () => {
    store(pte.at(mm, va), entry);
    store(soft_dirty.at(mm, va), TRUE);
  }),
);
export const set_pte_soft_clean = primitive('ptep_modify_prot_commit', (mm: Mm, va: Va, entry: Pte) =>
  atomic(ONE_WORD, () => {
    store(pte.at(mm, va), entry);
    store(soft_dirty.at(mm, va), FALSE);
  }),
);
