/** Reclaim (mm/vmscan.c): the discarder that must not lose data. */
import { bool, FALSE, If, ne, not, proc, Return, TRUE, type Value } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_dirty, va_t } from '../machine/types.ts';
import { page_has_buffers, set_page_dirty, try_to_free_buffers } from './buffer.ts';
import { find_vma, i_mmap_lock, i_mmap_unlock, pte_unlock, vma_t, type Mm, type Va } from './mm_types.ts';
import { dec_mapcount, find_get_page, lock_page, page_count, page_mapped, PageDirty, PageWriteback, put_page, remove_from_page_cache, slot_t, tree_lock, tree_unlock, unlock_page } from './page.ts';
import { clear_page_dirty_for_io, writepage } from './page_writeback.ts';
import { ptep_clear_flush, ptep_get_and_clear } from './pgtable.ts';
import { each_vma, page_check_address } from './rmap.ts';
import { set_tlb_ubc_flush_pending, try_to_unmap_flush } from './tlbbatch.ts';
import { batchedUnmap, fs, source } from './version.ts';

/** The flush is left to try_to_unmap_flush; whoever relies on "no PTE, no TLB entry" is told so before the PTE lock is dropped. */
function clear_flush_later(mm: Mm, va: Va): Value<'pte_t'> {
  const pte = ptep_get_and_clear(mm, va);
  set_tlb_ubc_flush_pending(mm);
  return pte;
}

/** Unmaps one PTE: clear and flush, D to the page, rmap, reference; all under the PTE lock. */
const try_to_unmap_one = proc('try_to_unmap_one', {
  params: { page: pfn_t, mm: mm_t, va: va_t }, models: source('try_to_unmap_one', 'mm/rmap.c'),
}, ({ page, mm, va }) => {
  const ours = page_check_address({ page, mm, va }, 'mapped');
  If(not(ours), () => Return());
  const pte = batchedUnmap() ? clear_flush_later(mm, va) : ptep_clear_flush({ mm, va }, 'pte');
  If(pte_dirty(pte), () => { set_page_dirty({ page }); });
  dec_mapcount(page);
  put_page(page);
  pte_unlock(mm);
});

const try_to_unmap = proc('try_to_unmap', { params: { page: pfn_t }, models: source('try_to_unmap_file', 'mm/rmap.c') }, ({ page }) => {
  i_mmap_lock();
  each_vma((mm, va) => {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'linked'), () => { try_to_unmap_one({ page, mm, va }); });
  });
  i_mmap_unlock();
});

/** Drops a clean page that only the cache and the caller hold. Count first, then PG_dirty. Returns whether it went. */
const remove_mapping = proc('remove_mapping', {
  params: { page: pfn_t }, returns: bool, models: source('remove_mapping', 'mm/vmscan.c'),
}, ({ page }) => {
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
  remove_from_page_cache({ page });
  tree_unlock();
  local_irq_enable();
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

