import { and, eq, forall, lt, not, or, peek, property } from '../model/language/index.ts';
import { frozen, frozen_data, mapcount_at, PG_anon } from '../model/kernel/page.ts';
import { data } from '../model/machine/mmu.ts';
import { pte } from '../model/machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

export const I6 = property('I6', 'isolation: the contents of a page that is protected for sharing never change, and an anonymous page with two mappings is writable through neither', () => ({
  'shared contents changed': forall(pfn_t, 'page', (page) => or(not(peek(frozen.at(page))), eq(peek(data.at(page)), peek(frozen_data.at(page))))),
  'writable and mapped twice': {
    when: noPtlHeld(),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
      const entry = peek(pte.at(mm, va));
      const shared = and(peek(PG_anon.at(pte_pfn(entry))), lt(count_t.lit(1), peek(mapcount_at.at(pte_pfn(entry)))));
      return not(and(pte_present(entry), pte_write(entry), shared));
    })),
  },
}));
