/** Truncation (mm/truncate.c, mm/memory.c vmtruncate): the discarder that is allowed to lose data. */
import { bool, Break, eq, FALSE, Forever, ghost, held, If, ne, not, primitive, proc, Return, store, track, TRUE } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { block_invalidatepage } from './buffer.ts';
import { discard_buffer } from './extents.ts';
import { ClearPageDirty, has_contents, i_size_zero, lock_page, page_mapped, page_mapping, PageDirty, PG_locked, put_page, slot_t, tree_lock, tree_unlock, unlock_page, wait_on_page_writeback } from './page.ts';
import { find_get_page, remove_from_page_cache } from './page_cache.ts';
import { clear_page_dirty_for_io, write_page_locked } from './page_writeback.ts';
import { clear_page_dirty } from './page_writeback_clean.ts';
import { fs, hugeFiles, since, source, variant } from './version.ts';
import { unmap_mapping_range } from './zap.ts';

/** Contents beyond the new end are nobody's any more. */
const i_size_write_zero = primitive('i_size_write(0)', () => {
  store(i_size_zero.at(), TRUE);
  track(has_contents.at(), FALSE);
});
const i_size_write_back = primitive('i_size_write(PAGE_SIZE)', () => store(i_size_zero.at(), FALSE));

/** Buffers and dirty flag, whose order changed in 2.6.20 and back in 2.6.30, then the cache slot. */
const truncate_complete_page = proc('truncate_complete_page', {
  params: { page: pfn_t }, models: source('truncate_complete_page', 'mm/truncate.c'), sleeps: true,
}, ({ page }) => {
  const cancelFirst = since('2.6.20') && !since('2.6.30');
  if (fs().buffers && !cancelFirst) block_invalidatepage({ page });
  if (since('2.6.20') || !since('v5')) ClearPageDirty(page);
  else clear_page_dirty({ page });
  if (fs().buffers && cancelFirst) block_invalidatepage({ page });
  if (fs().extents) discard_buffer(page);
  local_irq_disable();
  tree_lock();
  remove_from_page_cache({ page });
  tree_unlock();
  local_irq_enable();
});

/** One page: gone, or found to be the file's no more. Leaves the procedure where the cache has none. */
function truncatePage(): void {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const mapping = page_mapping(page);
  If(mapping, () => {
    wait_on_page_writeback(page);
    if (since('2.6.23')) {
      const mapcount = page_mapped(page);
      If(ne(mapcount, count_t.lit(0)), () => { unmap_mapping_range({}); });
    }
    truncate_complete_page({ page });
    unlock_page(page);
    put_page(page);
  }, () => unlock_page(page));
  put_page(page);
}

/** "Otherwise restart to make sure all gone": in worlds in which one page takes the place of another in the cache, and that matters. */
export const truncate_inode_pages = proc('truncate_inode_pages', {
  params: {}, models: source('truncate_inode_pages', 'mm/truncate.c'), sleeps: true,
}, () => {
  if (hugeFiles() === undefined || variant('truncation does not start again')) truncatePage();
  else Forever(truncatePage);
});

/** ftruncate(fd, 0): size, unmap, drop pages, and since 2.6.23 unmap again. */
export const vmtruncate = proc('vmtruncate', { params: {}, models: source('vmtruncate', 'mm/memory.c'), sleeps: true }, () => {
  i_size_write_zero();
  unmap_mapping_range({});
  truncate_inode_pages({});
  if (since('2.6.23') && !variant('truncation unmaps once')) unmap_mapping_range({});
});

/** ftruncate(fd, PAGE_SIZE) afterwards: the page exists again. */
export const extend = proc('vmtruncate_extend', { params: {}, models: source('vmtruncate', 'mm/memory.c') }, () => i_size_write_back());


/** Latched when a page that was to be invalidated was found dirty at last, and stays: -EIO. Kept for file systems that launder. */
export const invalidate_failed = ghost('invalidate_failed', bool, []);

const launders = (): boolean => fs().launders === true && !variant('a dirty page is not laundered') && !variant('a page is laundered before it is unmapped');

/** Writes a page out that was found dirty after its PTEs went, and keeps it locked. */
const do_launder_page = proc('do_launder_page', {
  params: { page: pfn_t }, models: source('do_launder_page', 'mm/truncate.c'), sleeps: true, locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const dirty = PageDirty(page);
  If(dirty, () => {
    const cleared = clear_page_dirty_for_io({ page }, 'cleared');
    If(cleared, () => { write_page_locked({ page }); });
  });
});

/** Throws a clean page out of the cache although others hold references (invalidate_complete_page2). Dirty: it stays. */
const invalidate_complete_page2 = proc('invalidate_complete_page2', {
  params: { page: pfn_t }, models: source('invalidate_complete_page2', 'mm/truncate.c'),
}, ({ page }) => {
  local_irq_disable();
  tree_lock();
  const dirty = PageDirty(page);
  If(dirty, () => {
    tree_unlock();
    if (fs().launders) track(invalidate_failed.at(), TRUE);
    local_irq_enable();
    Return();
  });
  remove_from_page_cache({ page });
  tree_unlock();
  local_irq_enable();
  put_page(page);
});

/**
 * What direct IO does to the cache. A page that nobody maps is not unmapped, so truncate_count says nothing of it. Until 2.6.19
 * the page was cleaned first, and its dirt with it.
 */
export const invalidate_inode_pages2 = proc('invalidate_inode_pages2', {
  params: {}, models: source('invalidate_inode_pages2_range', 'mm/truncate.c'), sleeps: true,
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const mapping = page_mapping(page);
  If(mapping, () => {
    wait_on_page_writeback(page);
    if (variant('a page is laundered before it is unmapped')) do_launder_page({ page });
    Forever(() => {
      const mapcount = page_mapped(page);
      If(eq(mapcount, count_t.lit(0)), () => Break());
      unmap_mapping_range({});
    });
    if (!since('2.6.20')) clear_page_dirty({ page });
    else if (launders()) do_launder_page({ page });
    invalidate_complete_page2({ page });
  });
  unlock_page(page);
  put_page(page);
});
