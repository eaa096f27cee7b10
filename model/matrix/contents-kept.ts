/** I1-anon where PMD entries map, and one program stores at one address. */
import { and, eq, forall, implies, not, or, peek, property, quiescent, select, type Value } from '../language/index.ts';
import { dropped } from '../kernel/madvise_huge.ts';
import { newest } from '../kernel/mm_types.ts';
import { slot_t } from '../kernel/page.ts';
import { swap_cache } from '../kernel/swap_state.ts';
import { table_swp } from '../kernel/swap_table.ts';
import { swap_data } from '../kernel/swapfile.ts';
import { swp_entry_t } from '../kernel/swapops.ts';
import { data } from '../machine/mmu.ts';
import { pmd, pmd_is_table, pmd_t, pmd_trans_huge, range_t, sub_t, table_pte } from '../machine/pmd.ts';
import { mm_t, pte_pfn, pte_present, va_t } from '../machine/types.ts';

const program = () => mm_t.lit(0);

/** A slot's contents: the page's that the swap cache has, or the device's. */
function swapped(entry: Value<'swp_entry_t'>): Value<'version_t'> {
  const slot = swp_entry_t.get(entry, 'slot');
  const cached = peek(swap_cache.at(slot));
  return select(slot_t.get(cached, 'present'), peek(data.at(slot_t.get(cached, 'pfn'))), peek(swap_data.at(slot)));
}

/** What the program finds by the entry of a range, if it finds anything, is the newest. */
function kept(range: Value<'range_t'>): Value<'bool'> {
  const e = peek(pmd.at(program(), range));
  const small = peek(table_pte.at(pmd_t.get(e, 'table'), sub_t.lit(0)));
  const entry = peek(table_swp.at(pmd_t.get(e, 'table'), sub_t.lit(0)));
  const isNewest = (version: Value<'version_t'>): Value<'bool'> => eq(version, peek(newest.at(program(), va_t.lit(0))));
  return and(
    implies(pmd_trans_huge(e), isNewest(peek(data.at(pmd_t.get(e, 'pfn'))))),
    implies(and(pmd_is_table(e), pte_present(small)), isNewest(peek(data.at(pte_pfn(small))))),
    implies(and(pmd_is_table(e), swp_entry_t.get(entry, 'V')), isNewest(swapped(entry))),
  );
}

export const ContentsKept = property('I1-anon', 'anonymous memory: once all is quiet, what the program finds in memory that it has not given up, a page, the swap cache or a slot of the swap device, is what was last stored there', () => ({
  'not the newest': implies(and(quiescent(), not(or(...range_t.all().map((range) => peek(dropped.at(program(), range)))))), forall(range_t, 'range', kept)),
}));
