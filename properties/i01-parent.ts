import { eq, implies, peek, property } from '../model/language/index.ts';
import { newest } from '../model/kernel/mm_types.ts';
import { data } from '../model/machine/mmu.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

/** I1 of anonymous memory that is forked: of the parent, mm 0. The child may see what the parent stores while fork has not returned. */
export const I1Parent = property('I1-parent', 'anonymous memory: what the parent\'s address leads to is what the parent last stored there', () => {
  const entry = peek(pte.at(mm_t.lit(0), va_t.lit(0)));
  return { 'mapped page is not the newest': { when: noPtlHeld(), holds: implies(pte_present(entry), eq(peek(data.at(pte_pfn(entry))), peek(newest.at(mm_t.lit(0), va_t.lit(0))))) } };
});
