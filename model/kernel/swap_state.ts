/** The swap cache (mm/swap_state.c): from a slot to the page that has, or will have, its contents. */
import { add, and, atomic, bool, eq, FALSE, held, If, load, not, peek, primitive, proc, Return, rmw, shared, store, TRUE, type Value } from '../language/index.ts';
import { count_t, owner_t, pfn_t } from '../machine/types.ts';
import { lock_page, page_count_at, PG_dirty, PG_locked, put_page, SetPageDirty, slot_t, tree_lock, tree_lock_at, tree_unlock, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { swap_readpage } from './page_io.ts';
import { found_slot_t, get_swap_page, swapcache_free, swapcache_prepare } from './swapfile.ts';
import { swp_t, type Slot } from './swapops.ts';
import { source } from './version.ts';

/** The page of each slot. A look-up that finds one takes a reference; the cache has one of its own. */
export const swap_cache = shared('swap_cache', slot_t, [swp_t], { display: '%0.cache' });
export const PG_swapcache = shared('PG_swapcache', bool, [pfn_t], { display: '%0.PG_swapcache' });
/** page->private of a page in the swap cache: its slot. Left as it was when the page leaves the cache, where the kernel writes 0. */
export const private_at = shared('private', swp_t, [pfn_t], { display: '%0.private' });

export const PageSwapCache = primitive('PageSwapCache', (page: Page) => load('cached', PG_swapcache.at(page)));
export const page_private = primitive('page_private', (page: Page) => load('private', private_at.at(page)));

const treeFree = (): Value<'bool'> => not(owner_t.get(peek(tree_lock_at.at()), 'held'));

/** The page of the slot with a reference, or none. Its lock is not taken: what it is may change at once. */
export const lookup_swap_cache = primitive('lookup_swap_cache', (slot: Slot) => {
  let found: Value<'slot_t'> | undefined;
  atomic('a speculative reference re-checked against the slot of the tree', () => {
    const cached = load('cached', swap_cache.at(slot));
    found = cached;
    If(slot_t.get(cached, 'present'), () => { rmw('count', page_count_at.at(slot_t.get(cached, 'pfn')), (c) => add(c, count_t.lit(1)), { ignore: true }); });
  }, { when: treeFree() });
  return found as Value<'slot_t'>;
});

/** The caller has SWAP_HAS_CACHE of the slot, and the page locked. */
const add_to_swap_cache = primitive('add_to_swap_cache', (page: Page, slot: Slot) => {
  atomic('tree, flag and page->private change under tree_lock', () => {
    store(swap_cache.at(slot), slot_t.of({ present: TRUE, pfn: page }));
    store(private_at.at(page), slot);
    store(PG_swapcache.at(page), TRUE);
    rmw('count', page_count_at.at(page), (c) => add(c, count_t.lit(1)), { ignore: true });
  }, { when: treeFree() });
});

/** With tree_lock held. */
export const __delete_from_swap_cache = primitive('__delete_from_swap_cache', (page: Page, slot: Slot) => {
  atomic('tree and flag change under tree_lock', () => {
    store(swap_cache.at(slot), slot_t.of({}));
    store(PG_swapcache.at(page), FALSE);
  });
});

/** __delete_from_swap_cache of a locked, unmapped page that is clean and that nobody but the cache and the caller refers to: then only the caller does. Whether it was such. */
export const remove_frozen = primitive('page_ref_freeze', (page: Page, slot: Slot) => {
  let done: Value<'bool'> | undefined;
  atomic('the count is frozen at 0 from the cmpxchg until the page has left the cache: nobody can take a reference meanwhile, and who has none does not make it dirty', () => {
    const count = load('count', page_count_at.at(page));
    const dirty = load('dirty', PG_dirty.at(page));
    const may = and(eq(count, count_t.lit(2)), not(dirty));
    If(may, () => {
      store(swap_cache.at(slot), slot_t.of({}));
      store(PG_swapcache.at(page), FALSE);
      store(page_count_at.at(page), count_t.lit(1));
    });
    done = may;
  });
  return done as Value<'bool'>;
});

/** page_ref_freeze of a page that migrates: the new one, locked, takes its place in the cache. Whether it was the cache's and the caller's alone. */
export const replace_in_swap_cache = primitive('page_ref_freeze', (page: Page, newpage: Page) => {
  let done: Value<'bool'> | undefined;
  atomic('the count is frozen at 0 from the cmpxchg until the slot is replaced: nobody can take a reference meanwhile, and the new page is locked', () => {
    const count = load('count', page_count_at.at(page));
    const slot = load('private', private_at.at(page));
    const may = eq(count, count_t.lit(2));
    If(may, () => {
      store(private_at.at(newpage), slot);
      store(PG_swapcache.at(newpage), TRUE);
      store(PG_swapcache.at(page), FALSE);
      const dirty = load('dirty', PG_dirty.at(page));
      store(PG_dirty.at(newpage), dirty);
      store(PG_dirty.at(page), FALSE);
      rmw('count', page_count_at.at(newpage), (c) => add(c, count_t.lit(1)), { ignore: true });
      store(swap_cache.at(slot), slot_t.of({ present: TRUE, pfn: newpage }));
      store(page_count_at.at(page), count_t.lit(1));
    });
    done = may;
  });
  return done as Value<'bool'>;
});

/** Takes the locked page out of the cache; its slot is free if no PTE holds the entry. */
export const delete_from_swap_cache = proc('delete_from_swap_cache', {
  params: { page: pfn_t }, models: source('delete_from_swap_cache', 'mm/swap_state.c'),
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const slot = page_private(page);
  tree_lock();
  __delete_from_swap_cache(page, slot);
  tree_unlock();
  swapcache_free(slot);
  put_page(page);
});

/** Gives the locked page a slot. False: there is none. */
export const add_to_swap = proc('add_to_swap', {
  params: { page: pfn_t }, returns: bool, models: source('add_to_swap', 'mm/swap_state.c'),
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const found = get_swap_page();
  If(not(found_slot_t.get(found, 'ok')), () => Return(FALSE));
  add_to_swap_cache(page, found_slot_t.get(found, 'slot'));
  SetPageDirty(page);
  Return(TRUE);
});

/** The page of the slot with a reference, read from the device if need be. None: somebody else is about to put one there, or the slot was freed. */
export const read_swap_cache_async = proc('read_swap_cache_async', {
  params: { slot: swp_t }, returns: slot_t, models: source('read_swap_cache_async', 'mm/swap_state.c'), sleeps: true,
  doc: 'Where the kernel would look again, the caller faults again. The page is allocated after swapcache_prepare, so that none need be given back.',
}, ({ slot }) => {
  const found = lookup_swap_cache(slot);
  If(slot_t.get(found, 'present'), () => Return(found));
  const mine = swapcache_prepare(slot);
  If(not(mine), () => Return(slot_t.of({})));
  const page = alloc_page();
  lock_page(page);
  add_to_swap_cache(page, slot);
  swap_readpage(page, slot);
  unlock_page(page);
  Return(slot_t.of({ present: TRUE, pfn: page }));
});
