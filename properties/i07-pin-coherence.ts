import { and, eq, forall, not, peek, property } from '../model/language/index.ts';
import { pin_t } from '../model/kernel/follow_page.ts';
import { pinned } from '../model/kernel/pins.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

export const I7 = property('I7', 'pin coherence: while a page is pinned through an address, that address maps it or nothing', () => ({
  'pinned page replaced': {
    when: noPtlHeld(),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
      const entry = peek(pte.at(mm, va));
      const pin = peek(pinned.at(mm, va));
      return not(and(pin_t.get(pin, 'ok'), pte_present(entry), not(eq(pte_pfn(entry), pin_t.get(pin, 'pfn')))));
    })),
  },
}));
