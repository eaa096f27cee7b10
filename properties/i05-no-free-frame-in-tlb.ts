import { and, eq, exists, not, peek, property } from '../model/language/index.ts';
import { page_count_at } from '../model/kernel/page.ts';
import { tlb } from '../model/machine/tlb.ts';
import { count_t, cpu_t, tlb_t, va_t } from '../model/machine/types.ts';

/** I5, where nobody has to store to be wrong: whoever gets the frame next is read, or written, by the old user. */
export const I5Tlb = property('I5-tlb', 'no use after free: no TLB entry translates to a free frame', () => ({
  'free frame in a TLB': not(exists(cpu_t, 'cpu', (cpu) => exists(va_t, 'va', (va) => {
    const entry = peek(tlb.at(cpu, va));
    return and(tlb_t.get(entry, 'V'), eq(peek(page_count_at.at(tlb_t.get(entry, 'pfn'))), count_t.lit(0)));
  }))),
}));
