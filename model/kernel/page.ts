/** struct page and its flags (include/linux/mm_types.h, page-flags.h), and the one file page that worlds are about. */
import { add, and, atomic, bool, eq, exchange, FALSE, ghost, If, le, load, ne, not, or, peek, primitive, record, rmw, select, shared, store, sub, track, TRUE, Var, waitUntil, type Value, type Variable } from '../language/index.ts';
import { might_sleep, sleepLock, sleepTrylock, sleepUnlock, spinLock, spinUnlock } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { count_t, owner_t, pfn_t, version_t } from '../machine/types.ts';
import { PG_anon_exclusive } from './anon_exclusive.ts';
import { anonExclusive, counterBits } from './version.ts';

export type Page = Value<'pfn_t'>;

export const PG_locked = shared('PG_locked', owner_t, [pfn_t], { display: '%0.PG_locked' });
export const PG_dirty = shared('PG_dirty', bool, [pfn_t], { display: '%0.PG_dirty' });
export const PG_writeback = shared('PG_writeback', bool, [pfn_t], { display: '%0.PG_writeback' });
/** page->_count: one for the page cache, one for each PTE, one for each user that holds the page. */
export const page_count_at = shared('_count', count_t, [pfn_t], { display: '%0._count' });
/** Number of PTEs that map the page (the kernel's _mapcount + 1). */
export const mapcount_at = shared('_mapcount', count_t, [pfn_t], { display: '%0._mapcount' });
/** page->mapping is the file's (true) or NULL. */
export const mapping_at = shared('mapping', bool, [pfn_t], { display: '%0.mapping' });
export const PG_anon = shared('PG_anon', bool, [pfn_t], { display: '%0.PG_anon' });

/** The page's mapping is a KSM stable node: low bits of page->mapping, so one word with it. */
export const PG_ksm = shared('PageKsm', bool, [pfn_t], { display: '%0.PageKsm' });

/** A slot of the page cache's radix tree. */
export const slot_t = record('slot_t', { present: bool, pfn: pfn_t });
/** The page cache's slot for the one file page of the world. */
export const page_cache = shared('page_cache', slot_t, [], { display: 'page_cache' });
/** Contents of the block on disk. */
export const disk = shared('disk', version_t, [], { display: 'disk' });
/** The file has been cut to length 0. */
export const i_size_zero = shared('i_size_zero', bool, [], { display: 'i_size_zero' });

export const tree_lock_at = shared('tree_lock', owner_t, [], { display: 'tree_lock' });
export const tree_lock = spinLock('spin_lock(tree_lock)', () => tree_lock_at.at());
export const tree_unlock = spinUnlock('spin_unlock(tree_lock)', () => tree_lock_at.at());

/** Newest contents that a program stored into the file through a shared mapping. */
export const last_store = ghost('last_store', version_t, []);
/** The page is write-protected for sharing: while it is, its contents are `frozen_data`. */
export const frozen = ghost('frozen', bool, [pfn_t], { display: '%0.frozen' });
export const frozen_data = ghost('frozen_data', version_t, [pfn_t], { display: '%0.frozen_data' });

/** `last_store` counts: truncation takes contents away from everybody until the next store. */
export const has_contents = ghost('has_contents', bool, []);
/** The file system was told (page_mkwrite) that this frame, in its present use, will be written. */
export const notified = ghost('notified', bool, [pfn_t], { display: '%0.notified' });
/** The file system holds a block reservation for the page's dirty data. */
export const fs_prep = ghost('fs_prep', bool, [pfn_t], { display: '%0.fs_prep' });
/** Latched when a flag or the contents of a free frame were touched. */
export const touched_free = ghost('touched_free', bool, []);

export const noteTouch = (page: Page): void => track(touched_free.at(), or(peek(touched_free.at()), eq(peek(page_count_at.at(page)), count_t.lit(0))));

export const lock_page = sleepLock('lock_page', (page: Page) => PG_locked.at(page));
export const trylock_page = sleepTrylock('trylock_page', (page: Page) => PG_locked.at(page));
export const unlock_page = sleepUnlock('unlock_page', (page: Page) => PG_locked.at(page));
/** Waits until nobody holds the page lock; does not take it. */
export const wait_on_page_locked = primitive('wait_on_page_locked', (page: Page) => {
  waitUntil(PG_locked.at(page), (o) => not(owner_t.get(o, 'held')));
  might_sleep();
});
export const wait_on_page_writeback = primitive('wait_on_page_writeback', (page: Page) => {
  waitUntil(PG_writeback.at(page), (wb) => not(wb));
  might_sleep();
});

export const TestSetPageDirty = primitive('TestSetPageDirty', (page: Page) => {
  const was = exchange('was_dirty', PG_dirty.at(page), TRUE);
  noteTouch(page);
  return was;
});
export const SetPageDirty = primitive('SetPageDirty', (page: Page) => {
  store(PG_dirty.at(page), TRUE);
  noteTouch(page);
});
export const TestClearPageDirty = primitive('TestClearPageDirty', (page: Page) => exchange('was_dirty', PG_dirty.at(page), FALSE));
export const ClearPageDirty = primitive('ClearPageDirty', (page: Page) => store(PG_dirty.at(page), FALSE));
export const PageDirty = primitive('PageDirty', (page: Page) => load('dirty', PG_dirty.at(page)));
export const PageWriteback = primitive('PageWriteback', (page: Page) => load('writeback', PG_writeback.at(page)));
export const set_page_writeback = primitive('set_page_writeback', (page: Page) => store(PG_writeback.at(page), TRUE));
export const clear_page_writeback = primitive('end_page_writeback', (page: Page) => store(PG_writeback.at(page), FALSE));
export const page_mapping = primitive('page->mapping', (page: Page) => load('mapping', mapping_at.at(page)));
export const page_count = primitive('page_count', (page: Page) => load('count', page_count_at.at(page)));
/** Lockless: whether any PTE maps the page. */
export const page_mapped = primitive('page_mapped', (page: Page) => load('mapcount', mapcount_at.at(page)));

type Count = Value<'count_t'>;
/** The largest value of a counter of declared width; null where leaving the range is an error of the model. */
const largest = (): number | null => {
  const bits = counterBits();
  return bits === undefined ? null : 2 ** bits - 1;
};
/** One more, or one less; of a counter of declared width as atomic_inc and atomic_dec do it. */
export function oneMore(c: Count): Count {
  const max = largest();
  return max === null ? add(c, count_t.lit(1)) : select(eq(c, count_t.lit(max)), count_t.lit(0), add(c, count_t.lit(1)));
}
export function oneLess(c: Count): Count {
  const max = largest();
  return max === null ? sub(c, count_t.lit(1)) : select(eq(c, count_t.lit(0)), count_t.lit(max), sub(c, count_t.lit(1)));
}
/** Above 0 as a signed number of its width. */
function positive(c: Count): Value<'bool'> {
  const max = largest();
  return max === null ? ne(c, count_t.lit(0)) : and(ne(c, count_t.lit(0)), le(c, count_t.lit((max - 1) / 2)));
}
/** The frame was handed back to the allocator, by a put that made the count 0, and not handed out again. Kept where counters wrap: there a count of 0 may be many. */
export const freed = ghost('freed', bool, [pfn_t], { display: '%0.freed' });

export const get_page = primitive('get_page', (page: Page) => {
  rmw('count', page_count_at.at(page), oneMore, { ignore: true });
});
/** Drops a reference; at 0 the frame is free and may be handed out again. */
export const put_page = primitive('put_page', (page: Page) => {
  rmw('count', page_count_at.at(page), oneLess, { ignore: true });
  if (largest() !== null) track(freed.at(page), or(peek(freed.at(page)), eq(peek(page_count_at.at(page)), count_t.lit(0))));
});
/** page_cache_get_speculative: no reference to a page that has none. */
export const try_get_page = primitive('try_get_page', (page: Page) => {
  let got: Variable<'bool'> | undefined;
  atomic('atomic_add_unless of the reference count', () => {
    got = Var('got', bool, FALSE);
    const was = load('count', page_count_at.at(page));
    If(not(eq(was, count_t.lit(0))), () => {
      store(page_count_at.at(page), add(was, count_t.lit(1)));
      got?.set(TRUE);
    });
  });
  return (got as Variable<'bool'>).get();
});
/** A reference unless the count is 0 or negative (mm/gup.c; checked since 5.1); the check and the increment are two accesses. */
export function try_grab_page(page: Page): Value<'bool'> {
  const count = page_count(page);
  If(positive(count), () => get_page(page));
  return positive(count);
}
export const inc_mapcount = primitive('page_add_rmap', (page: Page) => {
  rmw('mapcount', mapcount_at.at(page), oneMore, { ignore: true });
});
export const dec_mapcount = primitive('page_remove_rmap', (page: Page) => {
  rmw('mapcount', mapcount_at.at(page), oneLess, { ignore: true });
});

/** The device reads the page (DMA) and writes the block. */
export const dma_to_disk = primitive('DMA page to disk', (page: Page) => {
  atomic('the model\'s device reads the page at one instant', () => {
    const v = load('version', data.at(page));
    store(disk.at(), v);
  });
});
export const read_from_disk = primitive('read page from disk', (page: Page) => {
  atomic('the page is locked and not in the cache: nobody sees it half read', () => {
    const v = load('version', disk.at());
    store(data.at(page), v);
  });
});

/** Copy on write: the copy is private and seen by nobody yet; the original may be stored to meanwhile. */
export const copy_user_page = primitive('copy_user_page', (to: Page, from: Page) => {
  atomic('the model copies a page at one instant', () => {
    const v = load('version', data.at(from));
    store(data.at(to), v);
  });
});
export const set_anon = primitive('page_add_new_anon', (page: Page) => {
  if (!anonExclusive()) {
    store(PG_anon.at(page), TRUE);
    return;
  }
  atomic('the page is new and mapped nowhere: nobody else sees it', () => {
    store(PG_anon.at(page), TRUE);
    store(PG_anon_exclusive.at(page), TRUE);
  });
});
export const page_anon = primitive('PageAnon', (page: Page) => load('anon', PG_anon.at(page)));
export const page_mapcount = primitive('page_mapcount', (page: Page) => load('mapcount', mapcount_at.at(page)));

/** What stores of user programs mean to the file: the newest contents, or an access to a freed frame. */
export function noteUserStore(page: Page, version: Value<'version_t'>): void {
  const counts = and(peek(mapping_at.at(page)), not(peek(i_size_zero.at())));
  track(last_store.at(), select(counts, version, peek(last_store.at())));
  track(has_contents.at(), or(counts, peek(has_contents.at())));
  noteTouch(page);
}

