/** Migration of a page to another frame (mm/migrate.c): every PTE becomes a migration entry (try_to_migrate.ts), the contents move, the entries become PTEs again. */
import { add, and, atomic, bool, eq, FALSE, If, load, ne, not, or, peek, primitive, proc, Return, rmw, select, store, track, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, mm_t, pfn_t, va_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { follow_page } from './follow_pmd.ts';
import { walked } from './huge_options.ts';
import { folio_test_large } from './large_folio.ts';
import { down_read, unlessGone, up_read, vma_lookup } from './mm_types.ts';
import {
  copy_user_page, frozen, frozen_data, fs_prep, get_page, lock_page, mapping_at, notified, page_anon, page_cache, page_count, page_count_at, page_mapped,
  page_mapping, PG_anon, PG_dirty, PG_ksm, put_page, set_anon, slot_t, tree_lock, tree_unlock, unlock_page, wait_on_page_writeback, type Page,
} from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { find_get_page } from './page_cache.ts';
import { ClearPageAnonExclusive } from './anon_exclusive.ts';
import { split_folio } from './split_folio.ts';
import { remove_migration_ptes, try_to_migrate } from './try_to_migrate.ts';
import { anonExclusive, refpages, source, variant, vmaLocks, ksm, swap } from './version.ts';
import { PageSwapCache, replace_in_swap_cache } from './swap_state.ts';
import { isolate_held_page, isolates, putback_lru_page } from './lru.ts';

const count_is = (n: number) => (c: Value<'count_t'>): Value<'bool'> => eq(c, count_t.lit(n));

/** True, and the new page is the file's, unless others than the cache and the caller have references. tree_lock is held. */
const replace_in_cache = primitive('page_ref_freeze', (page: Page, newpage: Page) => {
  let done: Variable<'bool'> | undefined;
  atomic('the count is frozen at 0 from the cmpxchg until the slot is replaced: nobody can take a reference meanwhile, and the new page is locked', () => {
    done = Var('frozen', bool, FALSE);
    const count = load('count', page_count_at.at(page));
    If(count_is(2)(count), () => {
      store(mapping_at.at(newpage), TRUE);
      rmw('count', page_count_at.at(newpage), (c) => add(c, count_t.lit(1)), { ignore: true });
      const dirty = load('dirty', PG_dirty.at(page));
      store(PG_dirty.at(page), FALSE);
      store(PG_dirty.at(newpage), dirty);
      for (const ghost of [fs_prep, notified]) track(ghost.at(newpage), peek(ghost.at(page)));
      store(page_cache.at(), slot_t.of({ present: TRUE, pfn: newpage }));
      store(page_count_at.at(page), count_t.lit(1));
      done?.set(TRUE);
    });
  });
  return (done as Variable<'bool'>).get();
});

/** A page without a mapping, anonymous or cut off from its file: the count is compared and no more. No PTE maps it, so nobody finds it. */
const migrate_page_move_mapping = proc('migrate_page_move_mapping', {
  params: { page: pfn_t, newpage: pfn_t, mapping: bool }, returns: bool, models: source('folio_migrate_mapping', 'mm/migrate.c'),
}, ({ page, newpage, mapping }) => {
  If(not(mapping), () => {
    if (swap() !== undefined) moveInSwapCache(page, newpage);
    const count = page_count(page);
    If(not(count_is(1)(count)), () => Return(FALSE));
    const anon = page_anon(page);
    If(anon, () => {
      if (walked()) migrate_dirty(newpage, page);
      moveAnonMapping(page, newpage);
    });
    Return(TRUE);
  });
  local_irq_disable();
  tree_lock();
  const done = replace_in_cache(page, newpage);
  tree_unlock();
  local_irq_enable();
  Return(done);
});

/** folio_migrate_flags: what is dirty stays so. Where PTEs come back clean. */
const migrate_dirty = primitive('folio_migrate_flags', (newpage: Page, page: Page) => {
  atomic('both pages are locked, and no PTE maps either', () => {
    const dirty = load('dirty', PG_dirty.at(page));
    store(PG_dirty.at(newpage), dirty);
  });
});

/** newpage->mapping is page->mapping: of a KSM page, too. */
const copy_mapping = primitive('newpage->mapping = page->mapping', (newpage: Page, page: Page) => {
  atomic('page->mapping is one word, which tells a KSM page by its low bits; the new page is locked and nobody looks at it', () => {
    const merged = load('ksm', PG_ksm.at(page));
    store(PG_anon.at(newpage), TRUE);
    store(PG_ksm.at(newpage), merged);
    track(frozen.at(newpage), peek(frozen.at(page)));
    track(frozen_data.at(newpage), peek(frozen_data.at(page)));
  });
});

function moveAnonMapping(page: Page, newpage: Page): void {
  if (ksm()) {
    copy_mapping(newpage, page);
    return;
  }
  set_anon(newpage);
  if (anonExclusive()) ClearPageAnonExclusive(newpage);
}

/** The mapping of a page in the swap cache is the cache's: the new page takes its place there. */
function moveInSwapCache(page: Page, newpage: Page): void {
  const cached = PageSwapCache(page);
  If(cached, () => {
    local_irq_disable();
    tree_lock();
    const done = replace_in_swap_cache(page, newpage);
    tree_unlock();
    local_irq_enable();
    If(done, () => moveAnonMapping(page, newpage));
    Return(done);
  });
}

const forget_mapping = primitive('page->mapping = NULL', (page: Page) => store(mapping_at.at(page), FALSE));

/** Mapping, contents. Both pages are locked; in the cache the new one is seen, locked, before it has the contents. */
const move_to_new_page = proc('move_to_new_page', {
  params: { page: pfn_t, newpage: pfn_t }, returns: bool, models: source('move_to_new_folio', 'mm/migrate.c'),
}, ({ page, newpage }) => {
  const mapping = page_mapping(page);
  const moved = migrate_page_move_mapping({ page, newpage, mapping }, 'moved');
  If(not(moved), () => Return(FALSE));
  copy_user_page(newpage, page);
  If(mapping, () => forget_mapping(page));
  Return(TRUE);
});

const unmapsUncounted = (): Value<'bool'> => (variant('migration unmaps what counts no mapping') ? TRUE : FALSE);

/** The caller has one reference and keeps it. Waits for the page lock and for write-back, where the kernel may give up. */
const __unmap_and_move = proc('__unmap_and_move', {
  params: { page: pfn_t, newpage: pfn_t }, sleeps: true, models: source('__unmap_and_move', 'mm/migrate.c'),
}, ({ page, newpage }) => {
  lock_page(page);
  wait_on_page_writeback(page);
  lock_page(newpage);
  const mapped = page_mapped(page);
  const anon = page_anon(page);
  const mapping = page_mapping(page);
  const wanted = or(and(ne(mapped, count_t.lit(0)), or(anon, mapping)), unmapsUncounted());
  If(wanted, () => { try_to_migrate({ page }); });
  const left = page_mapped(page);
  const moved = Var('moved', bool, FALSE);
  If(count_is(0)(left), () => { moved.set(move_to_new_page({ page, newpage }, 'done')); });
  If(wanted, () => { remove_migration_ptes({ old: page, page: select(moved.get(), newpage, page) }); });
  unlock_page(newpage);
  unlock_page(page);
});

/** A frame for the page to move to, and the move. If that fails, or is over, the reference of its allocation goes. */
export const unmap_and_move = proc('unmap_and_move', {
  params: { page: pfn_t }, sleeps: true, models: source('unmap_and_move', 'mm/migrate.c'),
}, ({ page }) => {
  const newpage = alloc_page();
  __unmap_and_move({ page, newpage });
  put_page(newpage);
});

/** Compaction, as it comes upon the file's page. */
export const migrate_file_page = proc('migrate_pages', { params: {}, sleeps: true, models: source('migrate_pages', 'mm/migrate.c') }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  unmap_and_move({ page: slot_t.get(slot, 'pfn') });
  put_page(slot_t.get(slot, 'pfn'));
});

/** Of the pages of reference-page worlds the anonymous ones are on an LRU list; asked where there are others. */
const isolate_lru_page = primitive('isolate_lru_page', (page: Page) => load('isolated', PG_anon.at(page)));
function unlessIsolated(page: Page): void {
  const isolated = isolate_lru_page(page);
  If(not(isolated), () => {
    put_page(page);
    Return();
  });
}

/** -ENOMEM: there is no huge page to move it to, so it is split, and what is left of it is moved. */
function splitFirst(page: Page): void {
  const large = folio_test_large(page);
  If(large, () => {
    lock_page(page);
    const split = split_folio({ page }, 'split');
    unlock_page(page);
    If(not(split), () => {
      putback_lru_page(page);
      Return();
    });
  });
}

/** Asked where others may have isolated the page. */
function unlessReclaimed(page: Page): void {
  const isolated = isolate_held_page(page);
  If(not(isolated), () => {
    put_page(page);
    Return();
  });
}

/** move_pages(2) of what is mapped at an address; for anonymous pages this stands for compaction too. */
export const move_pages = proc('move_pages', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('do_move_pages_to_node', 'mm/migrate.c'),
}, ({ mm, va }) => {
  down_read(mm);
  if (vmaLocks()) unlessGone(mm, vma_lookup(mm, va), up_read);
  const found = follow_page({ mm, va, write: FALSE }, 'found');
  up_read(mm);
  If(not(pin_t.get(found, 'ok')), () => Return());
  const page = pin_t.get(found, 'pfn');
  if (refpages() !== undefined && !variant('migration takes pages that are on no LRU list')) unlessIsolated(page);
  if (isolates()) unlessReclaimed(page);
  if (walked()) splitFirst(page);
  unmap_and_move({ page });
  if (isolates()) putback_lru_page(page);
  else put_page(page);
});

/** A page in hand, anonymous and isolated before the world begins to look: takes the reference of the isolation. */
export const migrate_misplaced_page = proc('migrate_misplaced_page', {
  params: { page: pfn_t }, sleeps: true, models: source('migrate_misplaced_page', 'mm/migrate.c'),
}, ({ page }) => {
  get_page(page);
  unmap_and_move({ page });
  put_page(page);
});
