import { and, eq, forall, implies, peek, property } from '../model/language/index.ts';
import { anon_index } from '../model/kernel/anon_rmap.ts';
import { PG_anon, slot_t } from '../model/kernel/page.ts';
import { swap_cache } from '../model/kernel/swap_state.ts';
import { swp_pte, swp_slot, swp_entry_t } from '../model/kernel/swapops.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

/** I13 for worlds that move pages: rmap finds what maps a page, or would. */
export const I13Index = property('I13-index', 'outside PTE-lock sections page->index of an anonymous page is the address that maps it, or whose swap entry leads to it through the swap cache', () => ({
  'mapped page': { when: noPtlHeld(), holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => implies(pte_present(peek(pte.at(mm, va))), eq(peek(anon_index.at(pte_pfn(peek(pte.at(mm, va))))), va)))) },
  'page in the swap cache': {
    when: noPtlHeld(),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
      const entry = peek(swp_pte.at(mm, va));
      const cached = peek(swap_cache.at(swp_slot(entry)));
      const page = slot_t.get(cached, 'pfn');
      return implies(and(swp_entry_t.get(entry, 'V'), slot_t.get(cached, 'present'), peek(PG_anon.at(page))), eq(peek(anon_index.at(page)), va));
    })),
  },
}));
