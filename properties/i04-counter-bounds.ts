import { and, count, eq, forall, le, peek, property, TRUE } from '../model/language/index.ts';
import { mapcount_at, page_count_at } from '../model/kernel/page.ts';
import { pte } from '../model/machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';
import { mappings } from './i04-mapped-anywhere.ts';
import { noPtlHeld } from './places.ts';

export const I4 = property('I4', 'counter bounds: outside PTE-lock sections _mapcount is the number of PTEs that map the page, and never above _count', () => ({
  mapcount: {
    when: noPtlHeld(),
    holds: forall(pfn_t, 'page', (page) => (va_t.size() > 1 ? eq(peek(mapcount_at.at(page)), mappings(page, () => TRUE)) : forall(va_t, 'va', (va) =>
      eq(peek(mapcount_at.at(page)), count(count_t, mm_t, 'mm', (mm) => and(pte_present(peek(pte.at(mm, va))), eq(pte_pfn(peek(pte.at(mm, va))), page))))))),
  },
  'mapcount within count': forall(pfn_t, 'page', (page) => le(peek(mapcount_at.at(page)), peek(page_count_at.at(page)))),
}));
