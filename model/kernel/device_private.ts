/**
 * A fault on a page in a device's memory, which the CPU cannot reach (mm/memory.c do_swap_page, mm/migrate_device.c): the driver migrates
 * the contents to a page of system memory. There is one such page, frame 0, and one driver.
 */
import { add, assert, bool, If, le, load, ne, not, peek, primitive, proc, Return, shared } from '../language/index.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_same, pte_t, va_t } from '../machine/types.ts';
import { remove_migration_ptes } from './try_to_migrate.ts';
import { migrate_vma_collect_pmd } from './migrate_device.ts';
import { is_migration_entry_of, make_device_private_entry } from './migration_entry.ts';
import { pte_lock, pte_unlock, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, get_page, inc_mapcount, page_count, page_count_at, page_mapcount, put_page, set_anon, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { since, source } from './version.ts';

/** Since 6.1-rc1 (16ce101db85d) a fault holds the page from the PTE lock on. */
const holdsFaulted = (): boolean => since('6.2');

/** Says which driver a page belongs to; a field of a page that is free says nothing. */
const pgmap_at = shared('pgmap', bool, [pfn_t], { display: '%0.pgmap' });
const page_pgmap = primitive('page->pgmap->ops', (page: Page) => {
  load('pgmap', pgmap_at.at(page), { discard: true });
  assert('the page whose driver is called is in use', ne(peek(page_count_at.at(page)), count_t.lit(0)));
});

/** Whether nobody has the page but who migrates it, and the fault that it is for. */
const migrate_vma_check_page = proc('migrate_vma_check_page', {
  params: { page: pfn_t }, returns: bool, models: source('migrate_vma_check_page', 'mm/migrate_device.c'),
}, ({ page }) => {
  const count = page_count(page);
  const mapcount = page_mapcount(page);
  Return(le(count, add(mapcount, count_t.lit(holdsFaulted() ? 2 : 1))));
});

/** Given up: the entry stands for the device's page again, unless it is gone. */
function restore(mm: Mm, va: Va, page: Page): void {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(is_migration_entry_of(pte, page), () => {
    get_page(page);
    inc_mapcount(page);
    set_pte_at(mm, va, make_device_private_entry(page));
  });
  pte_unlock(mm);
}

/** The device copies; an entry that was zapped meanwhile stays none, and the copy is freed. */
function moveToSystemMemory(page: Page): void {
  const dpage = alloc_page();
  copy_user_page(dpage, page);
  set_anon(dpage);
  remove_migration_ptes({ old: page, page: dpage });
  put_page(dpage);
}

/** The driver's callback: migrate_vma_setup, a copy, migrate_vma_pages, migrate_vma_finalize. */
const migrate_to_ram = proc('migrate_to_ram', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, sleeps: true, models: source('dmirror_devmem_fault', 'lib/test_hmm.c'),
}, ({ mm, va, page }) => {
  page_pgmap(page);
  const collected = migrate_vma_collect_pmd({ mm, va, page }, 'collected');
  If(collected, () => {
    const alone = migrate_vma_check_page({ page }, 'alone');
    If(alone, () => moveToSystemMemory(page), () => restore(mm, va, page));
    unlock_page(page);
    put_page(page);
  });
});

/** do_swap_page's part; the instruction is taken again in any case. */
export const do_device_private_page = proc('do_swap_page', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, sleeps: true, models: source('do_swap_page', 'mm/memory.c'),
}, ({ mm, va, orig_pte }) => {
  const page = pte_pfn(orig_pte);
  if (holdsFaulted()) {
    pte_lock(mm);
    const pte = ptep_get(mm, va);
    If(not(pte_same(pte, orig_pte)), () => {
      pte_unlock(mm);
      Return();
    });
    get_page(page);
    pte_unlock(mm);
  }
  migrate_to_ram({ mm, va, page });
  if (holdsFaulted()) put_page(page);
});
