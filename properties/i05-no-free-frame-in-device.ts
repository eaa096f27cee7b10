import { and, eq, not, peek, property } from '../model/language/index.ts';
import { spte_at, spte_t } from '../model/kernel/mmu_notifier.ts';
import { page_count_at } from '../model/kernel/page.ts';
import { count_t } from '../model/machine/types.ts';

/** I5, for the page tables of a device. */
export const I5Device = property('I5-device', 'no use after free: no entry of a device translates to a free frame', () => ({
  'free frame in a device entry': not(and(spte_t.get(peek(spte_at.at()), 'V'), eq(peek(page_count_at.at(spte_t.get(peek(spte_at.at()), 'pfn'))), count_t.lit(0)))),
}));
