/** What a file system does on a page that is about to be written, and ext3's journal writing data by itself. */
import { chooseBool, enumeration, held, If, not, primitive, proc, Return, skip, track, TRUE } from '../language/index.ts';
import { might_sleep } from '../machine/locks.ts';
import { pfn_t } from '../machine/types.ts';
import { lock_buffer, set_page_dirty, test_clear_buffer_dirty, unlock_buffer } from './buffer.ts';
import { leave_old_version } from './cow.ts';
import { block_write_begin } from './extents.ts';
import { wait_on_page_fs_misc } from './fscache.ts';
import { dma_to_disk, fs_prep, lock_page, notified, page_mapping, PG_locked, put_page, slot_t, unlock_page, wait_on_page_writeback, type Page } from './page.ts';
import { find_get_page } from './page_cache.ts';
import { noteDirtied } from './throttle.ts';
import { checksums, cow, fs, fscache, mkwriteDirties, since, source, variant } from './version.ts';

/**
 * Results of fault handlers (include/linux/mm.h). NONE: go on. NOPAGE: let the instruction fault again. WRITE: go on, and do_wp_page
 * has broken COW; only where the world's kernel says how GUP is.
 */
export const vm_fault_t = enumeration('vm_fault_t', ['NONE', 'NOPAGE', 'SIGBUS', 'LOCKED'], ['WRITE']);

export const reserve = primitive('reserve block', (page: Page) => {
  skip();
  track(fs_prep.at(page), TRUE);
  track(notified.at(page), TRUE);
  might_sleep();
});

/**
 * ->page_mkwrite of a file system: reserves a block, or says that it cannot. Until 2.6.29 it returned with the
 * page unlocked; from 2.6.30 it returns with the page locked and the caller keeps the lock until the page is dirty.
 */
export const page_mkwrite = proc('page_mkwrite', {
  params: { page: pfn_t }, returns: vm_fault_t, sleeps: true, models: source('block_page_mkwrite', 'fs/buffer.c'),
  locks: ({ page }) => (since('2.6.30') ? { exitWhen: [{ returns: vm_fault_t.is.LOCKED, locks: [held(PG_locked.at(page))] }] } : {}),
}, ({ page }) => {
  lock_page(page);
  const mapping = page_mapping(page);
  If(not(mapping), () => {
    unlock_page(page);
    Return(vm_fault_t.is.NOPAGE);
  });
  if (fscache()) wait_on_page_fs_misc(page);
  if (fs().enospc) {
    const room = chooseBool('room');
    If(not(room), () => {
      unlock_page(page);
      Return(vm_fault_t.is.SIGBUS);
    });
  }
  reserve(page);
  if (fs().extents) block_write_begin({ page });
  if (cow() !== undefined) leave_old_version({ page });
  if (mkwriteDirties()) {
    const newly = set_page_dirty({ page }, 'newly');
    noteDirtied(newly);
  }
  if (checksums() && since('3.15')) wait_on_page_writeback(page);
  if (since('2.6.30')) {
    if (variant('page_mkwrite returns the page unlocked')) lockAgain(page);
    Return(vm_fault_t.is.LOCKED);
  } else {
    unlock_page(page);
    Return(vm_fault_t.is.NONE);
  }
});

/** A file system that has not learnt of VM_FAULT_LOCKED: the fault itself locks the page when it is back. */
function lockAgain(page: Page): void {
  unlock_page(page);
  lock_page(page);
}

/** journal_submit_data_buffers (fs/jbd/commit.c): writes ordered-mode data buffers without the page lock or PG_dirty. */
export const journal_submit_data_buffers = proc('journal_submit_data_buffers', {
  params: {}, models: source('journal_submit_data_buffers', 'fs/jbd/commit.c'),
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_buffer(page);
  const dirty = test_clear_buffer_dirty(page);
  If(dirty, () => dma_to_disk(page));
  unlock_buffer(page);
  put_page(page);
});

