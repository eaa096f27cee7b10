import { and, eq, forall, implies, not, peek, property, type Value } from '../model/language/index.ts';
import { newest } from '../model/kernel/mm_types.ts';
import { PG_locked, slot_t } from '../model/kernel/page.ts';
import { swap_data } from '../model/kernel/swapfile.ts';
import { swap_cache } from '../model/kernel/swap_state.ts';
import { swp_entry_t, swp_pte } from '../model/kernel/swapops.ts';
import { swap } from '../model/kernel/version.ts';
import { data } from '../model/machine/mmu.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, owner_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

type Bool = Value<'bool'>;
const everyAddress = (f: (mm: Value<'mm_t'>, va: Value<'va_t'>) => Bool): Bool => forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => f(mm, va)));

/** I1 of anonymous memory. A page in the swap cache may be locked while it is read; then it is not asked what it holds. */
export const I1Anon = property('I1-anon', 'anonymous memory: what an address leads to, a page, the swap cache or a slot of the swap device, is what was last stored there', () => ({
  'mapped page is not the newest': {
    when: noPtlHeld(),
    holds: everyAddress((mm, va) => implies(pte_present(peek(pte.at(mm, va))), eq(peek(data.at(pte_pfn(peek(pte.at(mm, va))))), peek(newest.at(mm, va))))),
  },
  ...(swap() === undefined ? {} : { 'swapped page is not the newest': {
    when: noPtlHeld(),
    holds: everyAddress((mm, va) => {
      const entry = peek(swp_pte.at(mm, va));
      const cached = peek(swap_cache.at(swp_entry_t.get(entry, 'slot')));
      const page = slot_t.get(cached, 'pfn');
      const isCached = slot_t.get(cached, 'present');
      const version = peek(newest.at(mm, va));
      const inCache = implies(and(isCached, not(owner_t.get(peek(PG_locked.at(page)), 'held'))), eq(peek(data.at(page)), version));
      const onDevice = implies(not(isCached), eq(peek(swap_data.at(swp_entry_t.get(entry, 'slot'))), version));
      return implies(swp_entry_t.get(entry, 'V'), and(inCache, onDevice));
    }),
  } }),
}));
