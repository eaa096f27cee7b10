/**
 * FS-Cache as David Howells posted it in May 2006: a page fetched from the server is copied to a local disk, and must not be
 * modified before the copy is done. The copy takes time: it reads the page in two halves.
 */
import { atomic, bool, FALSE, ghost, If, load, not, peek, primitive, proc, Return, shared, store, track, TRUE, waitUntil } from '../language/index.ts';
import { might_sleep } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { pfn_t, version_t } from '../machine/types.ts';
import { lock_page, page_mapping, PageDirty, put_page, slot_t, unlock_page, type Page } from './page.ts';
import { find_get_page } from './page_cache.ts';
import { source } from './version.ts';

/** The page is being written to the cache. */
export const PG_fs_misc = shared('PG_fs_misc', bool, [pfn_t], { display: '%0.PG_fs_misc' });
/** What the cache holds of the page: the version that each half was read at. */
export const cache_copy = {
  first: shared('cache_first_half', version_t, [], { display: 'cache.first_half' }),
  second: shared('cache_second_half', version_t, [], { display: 'cache.second_half' }),
};
/** The version that was announced when the copy began: what the file system believes to be in the cache. */
export const announced = ghost('announced_copy', version_t, []);

export const wait_on_page_fs_misc = primitive('wait_on_page_fs_misc', (page: Page) => {
  waitUntil(PG_fs_misc.at(page), (busy) => not(busy));
  might_sleep();
});
const end_page_fs_misc = primitive('end_page_fs_misc', (page: Page) => store(PG_fs_misc.at(page), FALSE));
const set_page_fs_misc = primitive('set_page_fs_misc', (page: Page) => {
  store(PG_fs_misc.at(page), TRUE);
  track(announced.at(), peek(data.at(page)));
});

const copy_half = (half: 'first' | 'second'): ((page: Page) => void) => primitive(`copy ${half} half`, (page: Page) => {
  atomic('the model reads half a page at one instant', () => {
    const v = load('version', data.at(page));
    store(cache_copy[half].at(), v);
  });
});
const copy_first_half = copy_half('first');
const copy_second_half = copy_half('second');

/** Copies the page, which has PG_fs_misc set, and wakes who waits for that. */
const fscache_write_page = proc('fscache_write_page', { params: { page: pfn_t }, models: source('fscache_write_page', 'include/linux/fscache.h') }, ({ page }) => {
  copy_first_half(page);
  copy_second_half(page);
  end_page_fs_misc(page);
});

/** Goes on with the copy that reading the page from the server began. */
export const fscache_finish = proc('fscache_finish', { params: {}, doc: 'The cache\'s thread, woken after the page has been read from the server.' }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  fscache_write_page({ page });
  put_page(page);
});

/** Copies a page of the file again, if it is clean: after write-back the cache is behind the server. */
export const fscache_refresh = proc('fscache_refresh', { params: {}, sleeps: true, doc: 'Not of May 2006: a file system that brings the cache up to date later.' }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const mapping = page_mapping(page);
  const dirty = PageDirty(page);
  If(not(mapping), () => giveUp(page));
  If(dirty, () => giveUp(page));
  set_page_fs_misc(page);
  unlock_page(page);
  fscache_write_page({ page });
  put_page(page);
});

function giveUp(page: Page): void {
  unlock_page(page);
  put_page(page);
  Return();
}
