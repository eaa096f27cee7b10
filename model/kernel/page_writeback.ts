/** Write-out (mm/page-writeback.c, fs/buffer.c): from dirty page to disk. */
import { bool, FALSE, ghost, held, If, not, peek, primitive, proc, Return, skip, track, TRUE, waitUntil } from '../language/index.ts';
import { might_sleep } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { pfn_t, version_t } from '../machine/types.ts';
import { lock_buffer, page_has_buffers, set_page_dirty, test_clear_buffer_dirty, unlock_buffer } from './buffer.ts';
import {
  clear_page_writeback, dma_to_disk, fs_prep, lock_page, page_mapping, put_page, set_page_writeback, slot_t, TestClearPageDirty, unlock_page,
  wait_on_page_writeback, PG_dirty, PG_locked, type Page,
} from './page.ts';
import { find_get_page } from './page_cache.ts';
import { dma_to_block } from './extents.ts';
import { get_block } from './nospace.ts';
import { clearThenMkclean } from './page_writeback_clean.ts';
import { page_mkclean } from './rmap.ts';
import { noteBalanced, noteDirtied, throttle_elsewhere } from './throttle.ts';
import { balance, checksums, fs, since, source, variant } from './version.ts';

/** What the device computed its checksum of, when the IO began. */
export const io_checksum = ghost('io_checksum', version_t, [pfn_t], { display: '%0.io_checksum' });

/**
 * set_page_dirty, then throttle the writer if the page was clean; from 2.6.23 also if page_mkwrite was called, which may have
 * dirtied it (a200ee182a0). Unless the world follows the throttle, it is only said that it may sleep.
 */
export const set_page_dirty_balance = proc('set_page_dirty_balance', {
  params: { page: pfn_t }, models: source('set_page_dirty_balance', 'mm/page-writeback.c'),
}, ({ page }) => {
  const newly = set_page_dirty({ page }, 'newly');
  if (balance() === undefined) {
    If(newly, () => might_sleep());
    return;
  }
  noteDirtied(newly);
  const always = since('2.6.23') && fs().mkwrite && !variant('a fault throttles only where the page was clean');
  If(always ? TRUE : newly, () => { balance_dirty_pages({ page }); });
});

/** Holds a writer back while there are too many dirty pages, or counts the call. The caller holds mmap_sem for reading. */
export const balance_dirty_pages = proc('balance_dirty_pages', {
  params: { page: pfn_t }, models: source('balance_dirty_pages', 'mm/page-writeback.c'), sleeps: true,
}, ({ page }) => {
  if (balance() === 'writes') write_cache_pages({});
  if (balance() === 'waits') congestion_wait(page);
  else if (balance() === 'elsewhere') throttle_elsewhere();
  else below_limit();
  noteBalanced();
});
const below_limit = primitive('dirty pages <= dirty_thresh', () => {
  skip();
  might_sleep();
});
const congestion_wait = primitive('congestion_wait until clean', (page: Page) => {
  waitUntil(PG_dirty.at(page), (dirty) => not(dirty));
  might_sleep();
});

/** Decides that the page will be written, and makes its PTEs tell of later stores. The page is locked. */
export const clear_page_dirty_for_io = proc('clear_page_dirty_for_io', {
  params: { page: pfn_t }, returns: bool, models: source('clear_page_dirty_for_io', 'mm/page-writeback.c'),
  doc: 'Returns whether the page was dirty.',
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  if (!since('2.6.20') || variant('PG_dirty is cleared before the PTEs are cleaned')) {
    clearThenMkclean(page);
    return;
  }
  const dirtied = page_mkclean({ page }, 'dirtied');
  If(dirtied, () => { set_page_dirty({ page }); });
  const was = TestClearPageDirty(page);
  Return(was);
});

/** __block_write_full_page: only dirty buffers are written; IO is submitted, then the page unlocked. */
const block_write_full_page = proc('__block_write_full_page', {
  params: { page: pfn_t }, models: source('__block_write_full_page', 'fs/buffer.c'),
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const has = page_has_buffers(page);
  If(has, () => {
    lock_buffer(page);
    const dirty = test_clear_buffer_dirty(page);
    If(dirty, () => {
      writeOut(page);
      unlock_buffer(page);
    }, () => {
      unlock_buffer(page);
      set_page_writeback(page);
      unlock_page(page);
    });
  }, () => writeOut(page));
  clear_page_writeback(page);
});

/** nfs_wb_page: writes the page and waits for it, locked throughout. */
export const write_page_locked = proc('nfs_wb_page', {
  params: { page: pfn_t }, models: source('nfs_wb_page', 'fs/nfs/write.c'), locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  set_page_writeback(page);
  track(fs_prep.at(page), FALSE);
  dma_to_disk(page);
  clear_page_writeback(page);
});

/** Submits the IO and unlocks the page; the device reads the page at one instant after that. */
function writeOut(page: Page): void {
  set_page_writeback(page);
  if (checksums()) track(io_checksum.at(page), peek(data.at(page)));
  // The reservation that page_mkwrite made is used up.
  track(fs_prep.at(page), FALSE);
  unlock_page(page);
  if (fs().extents) dma_to_block(page);
  else dma_to_disk(page);
}

const mpage_writepage = proc('mpage_writepage', {
  params: { page: pfn_t }, models: source('mpage_writepage', 'fs/mpage.c'), doc: 'For a file system that attaches no buffers.',
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  writeOut(page);
  clear_page_writeback(page);
});

export const writepage = proc('writepage', {
  params: { page: pfn_t }, doc: 'a_ops->writepage of the world\'s file system; unlocks the page.',
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const { allocates } = fs();
  if (allocates !== undefined) {
    const found = get_block({ page }, 'found');
    If(not(found), () => {
      // redirty_page_for_writepage; __block_write_full_page sets PG_error and the mapping's AS_ENOSPC instead, which are not modelled.
      if (allocates === 'redirties') set_page_dirty({ page });
      unlock_page(page);
      Return();
    });
  }
  if (fs().buffers) block_write_full_page({ page });
  else mpage_writepage({ page });
});

/** One page of one pass of write-back: pdflush, fsync, msync(MS_SYNC) all come through here. */
export const write_cache_pages = proc('write_cache_pages', {
  params: {}, models: source('write_cache_pages', 'mm/page-writeback.c'), doc: 'WB_SYNC_ALL; mpage_writepages before 2.6.23.', sleeps: true,
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const mapping = page_mapping(page);
  If(mapping, () => {
    wait_on_page_writeback(page);
    const dirty = clear_page_dirty_for_io({ page }, 'dirty');
    If(dirty, () => { writepage({ page }); }, () => unlock_page(page));
  }, () => unlock_page(page));
  put_page(page);
});

