import { and, FALSE, forall, implies, not, or, peek, property, type Value } from '../model/language/index.ts';
import { PG_ksm } from '../model/kernel/page.ts';
import { unmerged } from '../model/kernel/vm_mergeable.ts';
import { hasPmds, pmd, pmd_is_table, pmd_t, range_t, sub_t, table_pte } from '../model/machine/pmd.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, pte_pfn, pte_present, va_t, type Pte } from '../model/machine/types.ts';

const mapsMerged = (entry: Pte): Value<'bool'> => and(pte_present(entry), peek(PG_ksm.at(pte_pfn(entry))));

/** By a page table of any of the program's ranges: what has moved counts. */
const byTable = (mm: Value<'mm_t'>): Value<'bool'> => or(FALSE, ...range_t.all().map((range) => {
  const e = peek(pmd.at(mm, range));
  return and(pmd_is_table(e), mapsMerged(peek(table_pte.at(pmd_t.get(e, 'table'), sub_t.lit(0)))));
}));

/** What break_ksm says of itself: VM_MERGEABLE must not be cleared while merged pages may remain. */
export const I6Unmerged = property('I6-unmerged', 'isolation: once MADV_UNMERGEABLE has returned, the memory has no page that KSM has merged', () => ({
  'merged page left': forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) =>
    implies(peek(unmerged.at(mm, va)), not(hasPmds() ? byTable(mm) : mapsMerged(peek(pte.at(mm, va))))))),
}));
