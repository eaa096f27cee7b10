import { and, eq, exists, not, peek, property, type Value } from '../model/language/index.ts';
import { freed, page_count_at, type Page } from '../model/kernel/page.ts';
import { counterBits } from '../model/kernel/version.ts';
import { pte, tlb } from '../model/machine/tlb.ts';
import { count_t, cpu_t, mm_t, pte_pfn, pte_present, tlb_t, va_t } from '../model/machine/types.ts';

const isFree = (page: Page): Value<'bool'> => (counterBits() === undefined ? eq(peek(page_count_at.at(page)), count_t.lit(0)) : peek(freed.at(page)));

/** The other side of I5: the frame is free while a CPU can still get at it. */
export const I5Mapped = property('I5-mapped', 'no use after free: no PTE and no TLB entry translates to a free frame', () => ({
  'free frame in a page table': not(exists(mm_t, 'mm', (mm) => exists(va_t, 'va', (va) => {
    const entry = peek(pte.at(mm, va));
    return and(pte_present(entry), isFree(pte_pfn(entry)));
  }))),
  'free frame in a TLB': not(exists(cpu_t, 'cpu', (cpu) => exists(va_t, 'va', (va) => {
    const entry = peek(tlb.at(cpu, va));
    return and(tlb_t.get(entry, 'V'), isFree(tlb_t.get(entry, 'pfn')));
  }))),
}));
