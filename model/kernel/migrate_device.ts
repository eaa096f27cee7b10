/**
 * Migration to a device's memory (mm/migrate_device.c; in mm/migrate.c until 5.17): the one page of a range becomes a migration entry while
 * pages are collected, without a walk of the rmap. The driver has no place for it, and it is mapped again. From there: device_private.ts.
 */
import { and, bool, eq, FALSE, held, If, not, proc, Return, TRUE, type Value } from '../language/index.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_write, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { remove_migration_ptes } from './try_to_migrate.ts';
import { make_device_private_entry, make_migration_entry } from './migration_entry.ts';
import { down_read, pte_lock, pte_unlock, up_read, type Mm, type Va } from './mm_types.ts';
import { dec_mapcount, get_page, PG_locked, put_page, trylock_page, unlock_page, type Page } from './page.ts';
import { ptep_get, ptep_get_and_clear, set_pte_at } from './pgtable.ts';
import { devicePrivate, since, source, variant } from './version.ts';

/** Until 6.0 (60bae7370896) the flush came when the PTE lock was dropped. */
const flushesAfter = (): boolean => !since('6.0') || variant('collected pages are flushed after the PTE lock');
/** Until 6.0 (fd35ca3d12cc) nobody was told of the entry's D bit. */
const forgetsDirty = (): boolean => !since('6.0') || variant('D stays behind when a page is collected');

/** The PTE becomes a migration entry: D to the page, rmap, reference. Its lock is held, and so is the page's. */
function collect(page: Page, mm: Mm, va: Va): void {
  if (devicePrivate()) set_pte_at(mm, va, make_migration_entry(page, TRUE));
  else {
    const old = ptep_get_and_clear(mm, va);
    if (!forgetsDirty()) If(pte_dirty(old), () => { set_page_dirty({ page }); });
    set_pte_at(mm, va, make_migration_entry(page, pte_write(old)));
  }
  dec_mapcount(page);
  put_page(page);
}

const isMapped = (pte: Value<'pte_t'>, page: Page): Value<'bool'> => (devicePrivate() ? eq(pte, make_device_private_entry(page)) : and(pte_present(pte), eq(pte_pfn(pte), page)));

/** page: the one that the kernel finds in the PTE. True: it is collected, which holds its lock and a reference. */
export const migrate_vma_collect_pmd = proc('migrate_vma_collect_pmd', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, returns: bool, models: source('migrate_vma_collect_pmd', 'mm/migrate_device.c'),
  locks: ({ page }) => ({ exitWhen: [{ returns: TRUE, locks: [held(PG_locked.at(page))] }] }),
}, ({ mm, va, page }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(isMapped(pte, page)), () => {
    pte_unlock(mm);
    Return(FALSE);
  });
  get_page(page);
  const locked = trylock_page(page);
  If(not(locked), () => {
    put_page(page);
    pte_unlock(mm);
    Return(FALSE);
  });
  collect(page, mm, va);
  // No TLB has a page of the device.
  if (!flushesAfter() && !devicePrivate()) flush_tlb_page({ mm, va });
  pte_unlock(mm);
  if (flushesAfter() && !devicePrivate()) flush_tlb_page({ mm, va });
  Return(TRUE);
});

/** A page for which the driver has named no other is mapped again, where its entry still stands. */
const migrate_vma_finalize = proc('migrate_vma_finalize', {
  params: { page: pfn_t }, models: source('migrate_vma_finalize', 'mm/migrate_device.c'), locks: ({ page }) => ({ entry: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  remove_migration_ptes({ old: page, page });
  unlock_page(page);
  put_page(page);
});

/** A driver that migrates what is mapped at an address, and cannot. mmap_lock is held from the first to the last. */
export const migrate_to_device = proc('migrate_to_device', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, sleeps: true, doc: 'migrate_vma_setup, migrate_vma_pages, migrate_vma_finalize.',
}, ({ mm, va, page }) => {
  down_read(mm);
  const collected = migrate_vma_collect_pmd({ mm, va, page }, 'collected');
  If(collected, () => { migrate_vma_finalize({ page }); });
  up_read(mm);
});
