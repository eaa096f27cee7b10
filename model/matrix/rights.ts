/** I2-entry where PMD entries map: a right that comes back makes no stale translation, so that I2 alone sees it only where the page then goes. */
import { and, forall, implies, not, or, peek, property, type Value } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { pmd, pmd_is_table, pmd_t, pmd_trans_huge, range_t, sub_t, table_pte } from '../machine/pmd.ts';
import { mm_t, pte_present, pte_write, va_t } from '../machine/types.ts';

export const RightsByPmd = property('I2-entry', 'revoked permission: once the call that revoked it has returned, no entry at the address is writable', () => ({
  'writable after return': forall(mm_t, 'mm', (mm) => implies(peek(revoked.at(mm, va_t.lit(0))), not(writable(mm)))),
}));

function writable(mm: Value<'mm_t'>): Value<'bool'> {
  const entry = peek(pmd.at(mm, range_t.lit(0)));
  const small = peek(table_pte.at(pmd_t.get(entry, 'table'), sub_t.lit(0)));
  return or(and(pmd_trans_huge(entry), pmd_t.get(entry, 'W')), and(pmd_is_table(entry), pte_present(small), pte_write(small)));
}
