import { and, eq, forall, not, peek, property } from '../model/language/index.ts';
import { data } from '../model/machine/mmu.ts';
import { tlb } from '../model/machine/tlb.ts';
import { cpu_t, pte_pfn, tlb_t, va_t } from '../model/machine/types.ts';
import { cached, cachedPage, everySharedPte } from './places.ts';

/** For worlds whose programs map nothing but the file's page and its copies. */
export const I8Copies = property('I8-copies', 'copies are coherent: whatever PTE or TLB entry leads to, a reader finds there what the page in the cache holds', () => ({
  'stale copy in a PTE': { when: cached(), holds: everySharedPte((e) => eq(peek(data.at(pte_pfn(e))), peek(data.at(cachedPage())))) },
  'stale copy in a TLB': {
    when: cached(),
    holds: forall(cpu_t, 'cpu', (cpu) => forall(va_t, 'va', (va) => {
      const entry = peek(tlb.at(cpu, va));
      return not(and(tlb_t.get(entry, 'V'), not(eq(peek(data.at(tlb_t.get(entry, 'pfn'))), peek(data.at(cachedPage()))))));
    })),
  },
}));
