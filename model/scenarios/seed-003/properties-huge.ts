/** What only worlds with huge entries claim. */
import { exists, not, or, peek, property, quiescent } from '../../language/index.ts';
import { clean_huge_lost } from '../../kernel/huge_memory.ts';
import { pmd_dirty } from '../../kernel/pgtable_pmd.ts';
import { pmd, range_t, sub_t, table_pte, table_t } from '../../machine/pmd.ts';
import { mm_t, pte_dirty } from '../../machine/types.ts';

/** A3.3. */
export const LeavesCleanHuge = property('A3.3', 'a walk that protects leaves a huge entry alone that is read-only and clean already', () => ({
  'clean entry taken away': not(peek(clean_huge_lost.at())),
}));

/** Special entries have no struct page: that their pages are dirty is known by entries alone. For worlds that begin with a dirty one. */
export const DirtKept = property('I1-special', 'no dirty data lost: what was dirty is known so, once all is quiet, by some entry', () => ({
  quiet: {
    when: quiescent(),
    holds: or(
      exists(mm_t, 'mm', (mm) => exists(range_t, 'range', (range) => pmd_dirty(peek(pmd.at(mm, range))))),
      exists(table_t, 'table', (table) => exists(sub_t, 'i', (i) => pte_dirty(peek(table_pte.at(table, i))))),
    ),
  },
}));
