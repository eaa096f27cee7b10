import { and, exists, not, peek, property } from '../model/language/index.ts';
import { revoked } from '../model/machine/mmu.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_present, pte_write, va_t } from '../model/machine/types.ts';

/** The other side of I2: not a stale translation, but one that was made too late. */
export const I2Entry = property('I2-entry', 'revoked permission: once the call that revoked it has returned, no PTE at the address is writable', () => ({
  'writable after return': not(exists(mm_t, 'mm', (mm) => exists(va_t, 'va', (va) => {
    const entry = peek(pte.at(mm, va));
    return and(peek(revoked.at(mm, va)), pte_present(entry), pte_write(entry));
  }))),
}));
