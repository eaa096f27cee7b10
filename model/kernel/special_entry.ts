/**
 * The rival proposal (Matthew Wilcox, 2020-10-07): the page cache points to something that is no page of the file, told by a bit.
 * Either to a page that several files share, or to memory that a device has for itself. No released kernel has it for this use.
 */
import { add, and, atomic, bool, FALSE, Forever, If, load, not, primitive, proc, record, Return, rmw, shared, store, TRUE, type Value } from '../language/index.ts';
import { spinLock, spinUnlock } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { count_t, owner_t, pfn_t, version_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { copy_from_user } from './filemap_write.ts';
import { copy_user_page, lock_page, mapping_at, noteTouch, page_cache, page_count_at, page_mapping, put_page, slot_t, tree_lock, tree_unlock, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { find_get_page } from './page_cache.ts';
import { variant } from './version.ts';

/** The bit that tells a special entry: one word with `page_cache`. */
export const special_at = shared('special_entry', bool, [], { display: 'page_cache.special' });
/** The device may write the memory that the special entry points to. */
export const exclusive_at = shared('exclusive', bool, [], { display: 'device.exclusive' });
const device_lock_at = shared('device_lock', owner_t, []);
const device_lock = spinLock('device_lock', () => device_lock_at.at());
const device_unlock = spinUnlock('device_unlock', () => device_lock_at.at());

const look_t = record('look_t', { page: bool, special: bool, pfn: pfn_t });

/** Looks the entry up: a page with a reference, or a special entry without. */
const find_get_entry = primitive('find_get_entry', () => {
  let found: Value<'look_t'> | undefined;
  atomic('one word in the kernel, and a speculative reference re-checked against it', () => {
    const slot = load('slot', page_cache.at());
    const special = load('special', special_at.at());
    const isPage = and(slot_t.get(slot, 'present'), not(special));
    If(isPage, () => { rmw('count', page_count_at.at(slot_t.get(slot, 'pfn')), (c) => add(c, count_t.lit(1)), { ignore: true }); });
    found = look_t.of({ page: isPage, special, pfn: slot_t.get(slot, 'pfn') });
  });
  return found as Value<'look_t'>;
});

/** Puts an entry in the slot; the reference that the cache had of the page before goes. tree_lock is held. */
const replace_entry = primitive('xas_store', (pfn: Page, special: Value<'bool'>) => {
  atomic('one word in the kernel', () => {
    store(page_cache.at(), slot_t.of({ present: TRUE, pfn }));
    store(special_at.at(), special);
  });
});
const set_mapping = primitive('page->mapping =', (page: Page, to: Value<'bool'>) => store(mapping_at.at(page), to));
const is_special = primitive('xas_load', () => load('special', special_at.at()));

/** Replaces the file's page by a special entry; what it points to has the same contents. The page leaves the file under its lock. */
export const make_special = proc('make_special', { params: {}, sleeps: true }, () => {
  const slot = find_get_page();
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const other = alloc_page();
  copy_user_page(other, page);
  tree_lock();
  replace_entry(other, TRUE);
  set_mapping(page, FALSE);
  tree_unlock();
  put_page(page);
  unlock_page(page);
  put_page(page);
});

/** The callback that breaks it: a page of the file's own with the contents of what the entry pointed to. */
const break_special = proc('break_special', { params: { from: pfn_t }, sleeps: true }, ({ from }) => {
  if (!variant('exclusive access is not revoked')) revoke();
  const page = alloc_page();
  copy_user_page(page, from);
  tree_lock();
  const still = is_special();
  If(still, () => {
    set_mapping(page, TRUE);
    replace_entry(page, FALSE);
    tree_unlock();
  }, () => {
    tree_unlock();
    put_page(page);
  });
});

/** write(2) in a kernel with special entries: look up, break what is special, lock, see that the page is still the file's, write. */
export const special_aware_write = proc('special_aware_write', { params: {}, sleeps: true }, () => {
  Forever(() => {
    const found = find_get_entry();
    If(look_t.get(found, 'special'), () => { break_special({ from: look_t.get(found, 'pfn') }); }, () => {
      const page = look_t.get(found, 'pfn');
      lock_page(page);
      const mapping = variant('a page that was looked up is used without a second look') ? TRUE : page_mapping(page);
      If(mapping, () => {
        copy_from_user(page);
        set_page_dirty({ page });
      });
      unlock_page(page);
      put_page(page);
      If(mapping, () => Return());
    });
  });
});

/** Takes the device's right away; it holds its lock while it writes. */
function revoke(): void {
  device_lock();
  set_exclusive(FALSE);
  device_unlock();
}
const set_exclusive = primitive('set exclusive', (to: Value<'bool'>) => store(exclusive_at.at(), to));
const is_exclusive = primitive('exclusive?', () => load('exclusive', exclusive_at.at()));
const device_writes = primitive('device writes its memory', (page: Page) => {
  atomic('the model\'s device writes the page at one instant', () => {
    const v = load('version', data.at(page));
    store(data.at(page), add(v, version_t.lit(1)));
    noteTouch(page);
  });
});

/** A device that has taken the page for itself, and writes it while it may. */
export const exclusive_device = proc('exclusive_device', { params: { memory: pfn_t } }, ({ memory }) => {
  device_lock();
  const mine = is_exclusive();
  If(mine, () => { device_writes(memory); });
  device_unlock();
});
