/** At which addresses a store to a page of anonymous memory counts (I1-anon). */
import { and, eq, or, peek, select, track, type Value } from '../language/index.ts';
import { rwsem_t } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { is_migration_entry_of } from './migration_entry.ts';
import { cleared, storesByPage } from './mm_contents.ts';
import { mmap_sem_at, newest, type Mm, type Va } from './mm_types.ts';
import { slot_t, type Page } from './page.ts';
import { swap_cache } from './swap_state.ts';
import { swp_entry_t, swp_pte } from './swapops.ts';
import { migration, swap } from './version.ts';

type Bool = Value<'bool'>;

const holds = (slot: Value<'slot_t'>, page: Page): Bool => and(slot_t.get(slot, 'present'), eq(slot_t.get(slot, 'pfn'), page));

/** Mapped, swapped out with the page in the swap cache still, under way to another frame, or cleared for a moment. */
function leadsTo(mm: Mm, va: Va, page: Page): Bool {
  const entry = peek(pte.at(mm, va));
  const swapped = peek(swp_pte.at(mm, va));
  return or(
    and(pte_present(entry), eq(pte_pfn(entry), page)),
    and(swp_entry_t.get(swapped, 'V'), holds(peek(swap_cache.at(swp_entry_t.get(swapped, 'slot'))), page)),
    holds(peek(cleared.at(mm, va)), page),
    ...(migration() ? [is_migration_entry_of(entry, page)] : []),
  );
}

/** Its own addresses; and those of others while it forks, for until the flush of fork its stores are made before the copy. */
const counts = (storing: Mm, mm: Mm): Bool => or(eq(storing, mm), rwsem_t.get(peek(mmap_sem_at.at(storing)), 'writer'));

/** The page got this version by a store of the mm's program, or of a device in its name. */
export function noteStoreToPage(storing: Mm, page: Page, version: Value<'version_t'>): void {
  mm_t.all().forEach((mm) => {
    va_t.all().forEach((va) => { track(newest.at(mm, va), select(and(counts(storing, mm), leadsTo(mm, va, page)), version, peek(newest.at(mm, va)))); });
  });
}

/** What a device has just written. */
export function noteDeviceStore(mm: Mm, va: Va, page: Page): void {
  if (storesByPage()) noteStoreToPage(mm, page, peek(data.at(page)));
  else if (swap() !== undefined) track(newest.at(mm, va), peek(data.at(page)));
}
