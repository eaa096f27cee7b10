/** Reclaim (mm/vmscan.c): the discarder that must not lose data. */
import { bool, FALSE, If, ne, not, proc, Return, TRUE } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { page_has_buffers, try_to_free_buffers } from './buffer.ts';
import { lock_page, page_count, page_mapped, page_mapping, PageDirty, PageWriteback, put_page, slot_t, tree_lock, tree_unlock, unlock_page } from './page.ts';
import { find_get_page, remove_from_page_cache } from './page_cache.ts';
import { clear_page_dirty_for_io, writepage } from './page_writeback.ts';
import { swapcache_free } from './swapfile.ts';
import { __delete_from_swap_cache, page_private, remove_frozen } from './swap_state.ts';
import { try_to_unmap_flush } from './tlbbatch.ts';
import { try_to_unmap } from './try_to_unmap.ts';
import { batchedUnmap, fs, source, swap, swapByVersion, truncationNoticed, variant, writeProtection } from './version.ts';
import { break_protection } from './write_protect.ts';

/** The same of a page in the swap cache. */
const remove_swapped = proc('remove_mapping_swapcache', {
  params: { page: pfn_t }, returns: bool, models: source('__remove_mapping', 'mm/vmscan.c'), doc: 'The part of __remove_mapping that is for the swap cache.',
}, ({ page }) => {
  local_irq_disable();
  tree_lock();
  const slot = page_private(page);
  const gone = remove_frozen(page, slot);
  tree_unlock();
  local_irq_enable();
  If(gone, () => swapcache_free(slot));
  Return(gone);
});

/** Drops a clean page that only its cache, page or swap, and the caller hold. Count first, then PG_dirty. Returns whether it went. */
export const remove_mapping = proc('remove_mapping', {
  params: { page: pfn_t }, returns: bool, models: source('remove_mapping', 'mm/vmscan.c'),
}, ({ page }) => {
  if (swapByVersion()) {
    Return(remove_swapped({ page }));
    return;
  }
  local_irq_disable();
  tree_lock();
  const count = page_count(page);
  If(ne(count, count_t.lit(2)), () => {
    tree_unlock();
    local_irq_enable();
    Return(FALSE);
  });
  const dirty = PageDirty(page);
  If(dirty, () => {
    tree_unlock();
    local_irq_enable();
    Return(FALSE);
  });
  const forget = swap() === undefined ? null : page_private(page);
  if (forget === null) remove_from_page_cache({ page });
  else __delete_from_swap_cache(page, forget);
  tree_unlock();
  local_irq_enable();
  if (forget !== null) swapcache_free(forget);
  put_page(page);
  Return(TRUE);
});

/** One page of a pass of reclaim: unmap, write if dirty, free buffers, drop. */
export const shrink_page_list = proc('shrink_page_list', {
  params: {}, models: source('shrink_page_list', 'mm/vmscan.c'), sleeps: true,
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const writeback = PageWriteback(page);
  If(writeback, () => giveUp(page));
  if (writeProtection() && !variant('reclaim knows nothing of copies')) break_protection({ page });
  const mapcount = page_mapped(page);
  If(ne(mapcount, count_t.lit(0)), () => { try_to_unmap({ page }); });
  const dirty = PageDirty(page);
  If(dirty, () => {
    if (batchedUnmap()) try_to_unmap_flush({});
    const cleared = clear_page_dirty_for_io({ page }, 'cleared');
    If(cleared, () => { writepage({ page }); }, () => unlock_page(page));
    put_page(page);
    Return();
  });
  if (fs().buffers) {
    const has = page_has_buffers(page);
    If(has, () => {
      const freed = try_to_free_buffers({ page }, 'freed');
      If(not(freed), () => giveUp(page));
    });
  }
  // "if (!mapping || !__remove_mapping(mapping, page))": a page that was truncated has the references of a page in the cache, for a moment.
  if (truncationNoticed()) {
    const mapping = page_mapping(page);
    If(not(mapping), () => giveUp(page));
  }
  remove_mapping({ page });
  if (batchedUnmap()) try_to_unmap_flush({});
  giveUp(page);
});

function giveUp(page: Parameters<typeof lock_page>[0]): void {
  unlock_page(page);
  put_page(page);
  Return();
}

/** pagevec_strip (mm/swap.c): frees the buffers of active, possibly mapped pages when there are too many. */
export const pagevec_strip = proc('pagevec_strip', { params: {}, models: source('pagevec_strip', 'mm/swap.c'), sleeps: true }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const writeback = PageWriteback(page);
  If(not(writeback), () => {
    const has = page_has_buffers(page);
    If(has, () => { try_to_free_buffers({ page }); });
  });
  unlock_page(page);
  put_page(page);
});

