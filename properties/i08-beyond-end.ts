import { and, forall, not, or, peek, property, quiescent } from '../model/language/index.ts';
import { vma_at, vma_t } from '../model/kernel/mm_types.ts';
import { i_size_zero } from '../model/kernel/page.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_present, va_t } from '../model/machine/types.ts';

/** The other half of I8; private copies count. */
export const I8End = property('I8-end', 'nothing is mapped beyond the end of the file once truncation has returned, private copies included', () => ({
  'mapped beyond the end': {
    when: and(quiescent(), peek(i_size_zero.at())),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => or(not(vma_t.get(peek(vma_at.at(mm, va)), 'linked')), not(pte_present(peek(pte.at(mm, va))))))),
  },
}));
