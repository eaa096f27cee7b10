import { and, eq, forall, not, peek, property, quiescent } from '../model/language/index.ts';
import { read_into } from '../model/kernel/block_dev.ts';
import { pin_t } from '../model/kernel/follow_page.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';

/** There is no swap: an entry that maps nothing reads as zeroes. */
export const I7DirectIo = property('I7-direct-io', 'pin coherence: in the end the program has at its address the page that a device has written for it', () => ({
  'what was read is lost': {
    when: quiescent(),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
      const entry = peek(pte.at(mm, va));
      const pin = peek(read_into.at(mm, va));
      return not(and(pin_t.get(pin, 'ok'), not(and(pte_present(entry), eq(pte_pfn(entry), pin_t.get(pin, 'pfn'))))));
    })),
  },
}));
