import { and, eq, exists, not, peek, property } from '../model/language/index.ts';
import { page_count_at } from '../model/kernel/page.ts';
import { cr3, tlb } from '../model/machine/tlb.ts';
import { count_t, cpu_t, tlb_t, va_t } from '../model/machine/types.ts';

/** For worlds in which CPUs switch: what a TLB keeps for page tables that are not loaded is no translation. */
export const I5Loaded = property('I5-loaded', 'no use after free: a CPU that runs on the mm\'s page tables has no TLB entry of a free frame', () => ({
  'free frame in a TLB': not(exists(cpu_t, 'cpu', (cpu) => exists(va_t, 'va', (va) => {
    const entry = peek(tlb.at(cpu, va));
    return and(peek(cr3.at(cpu)), tlb_t.get(entry, 'V'), eq(peek(page_count_at.at(tlb_t.get(entry, 'pfn'))), count_t.lit(0)));
  }))),
}));
