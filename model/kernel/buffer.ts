/** Buffer heads: a second, separate record of dirtiness (fs/buffer.c). One buffer a page. */
import { bool, exchange, FALSE, If, load, not, primitive, proc, Return, shared, store, TRUE } from '../language/index.ts';
import { sleepLock, sleepUnlock, spinLock, spinUnlock } from '../machine/locks.ts';
import { owner_t, pfn_t } from '../machine/types.ts';
import { clear_page_dirty } from './page_writeback_clean.ts';
import { ClearPageDirty, TestSetPageDirty, type Page } from './page.ts';
import { fs, since, source, variant } from './version.ts';

const buffers_at = shared('has_buffers', bool, [pfn_t], { display: '%0.has_buffers' });
const BH_Dirty_at = shared('BH_Dirty', bool, [pfn_t], { display: '%0.BH_Dirty' });
export const BH_Lock_at = shared('BH_Lock', owner_t, [pfn_t], { display: '%0.BH_Lock' });
export const private_lock_at = shared('private_lock', owner_t, [], { display: 'private_lock' });

export const buffers = { has: buffers_at, dirty: BH_Dirty_at };

export const private_lock = spinLock('spin_lock(private_lock)', () => private_lock_at.at());
export const private_unlock = spinUnlock('spin_unlock(private_lock)', () => private_lock_at.at());
export const lock_buffer = sleepLock('lock_buffer', (page: Page) => BH_Lock_at.at(page));
export const unlock_buffer = sleepUnlock('unlock_buffer', (page: Page) => BH_Lock_at.at(page));

export const page_has_buffers = primitive('page_has_buffers', (page: Page) => load('has_buffers', buffers_at.at(page)));
export const buffer_dirty = primitive('buffer_dirty', (page: Page) => load('bh_dirty', BH_Dirty_at.at(page)));
const set_buffer_dirty = primitive('set_buffer_dirty', (page: Page) => store(BH_Dirty_at.at(page), TRUE));
export const test_clear_buffer_dirty = primitive('test_clear_buffer_dirty', (page: Page) => exchange('bh_dirty', BH_Dirty_at.at(page), FALSE));
const clear_buffer_dirty = primitive('clear_buffer_dirty', (page: Page) => store(BH_Dirty_at.at(page), FALSE));
const detach_buffers = primitive('__clear_page_buffers', (page: Page) => store(buffers_at.at(page), FALSE));

/** Marks the buffers dirty, then the page. Until 2.6.28 the page flag was set after private_lock was dropped. */
export const __set_page_dirty_buffers = proc('__set_page_dirty_buffers', {
  params: { page: pfn_t }, returns: bool, models: source('__set_page_dirty_buffers', 'fs/buffer.c'),
  doc: 'Returns whether the page was clean.',
}, ({ page }) => {
  private_lock();
  const has = page_has_buffers(page);
  If(has, () => set_buffer_dirty(page));
  if (since('2.6.30')) {
    const was = TestSetPageDirty(page);
    private_unlock();
    Return(not(was));
  } else {
    private_unlock();
    const was = TestSetPageDirty(page);
    Return(not(was));
  }
});

/** __set_page_dirty_nobuffers, or the above, by file system (mm/page-writeback.c). */
export const set_page_dirty = proc('set_page_dirty', {
  params: { page: pfn_t }, returns: bool, models: source('set_page_dirty', 'mm/page-writeback.c'),
}, ({ page }) => {
  if (fs().buffers) {
    Return(__set_page_dirty_buffers({ page }, 'newly'));
  } else {
    const was = TestSetPageDirty(page);
    Return(not(was));
  }
});

/**
 * Frees clean buffers of a locked page, and says that a page without dirty buffers is not dirty. Where that last
 * step happens, and whether it cleans PTEs, is what three commits of 2006-07 were about (B04).
 */
export const try_to_free_buffers = proc('try_to_free_buffers', {
  params: { page: pfn_t }, returns: bool, models: source('try_to_free_buffers', 'fs/buffer.c'), doc: 'Returns whether the buffers are gone.',
}, ({ page }) => {
  private_lock();
  const dirty = buffer_dirty(page);
  If(dirty, () => {
    private_unlock();
    Return(FALSE);
  });
  detach_buffers(page);
  const outside = !variant('clear_page_dirty under private_lock') && (since('v5') && !since('2.6.20'));
  if (outside) {
    private_unlock();
    clear_page_dirty({ page });
  } else {
    if (variant('clear_page_dirty under private_lock')) clear_page_dirty({ page });
    else ClearPageDirty(page);
    private_unlock();
  }
  Return(TRUE);
});

/** Truncation throws dirty buffers away and frees them (block_invalidatepage). The page is locked. */
export const block_invalidatepage = proc('block_invalidatepage', {
  params: { page: pfn_t }, models: source('block_invalidatepage', 'fs/buffer.c'), sleeps: true,
}, ({ page }) => {
  const has = page_has_buffers(page);
  If(has, () => {
    lock_buffer(page);
    clear_buffer_dirty(page);
    unlock_buffer(page);
    try_to_free_buffers({ page });
  });
});
