/** Unmapping (mm/memory.c zap_pte_range and its callers): munmap, MADV_DONTNEED, truncation. */
import { FALSE, If, not, proc, track, TRUE } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_dirty, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { set_page_dirty_sleeping } from './lameter.ts';
import { down_read, down_write, find_vma, i_mmap_lock, i_mmap_unlock, pte_lock, pte_unlock, set_vma, up_read, up_write, vma_t, type Mm, type Va } from './mm_types.ts';
import { dec_mapcount, page_anon, put_page, type Page } from './page.ts';
import { ptep_get_and_clear } from './pgtable.ts';
import { each_vma } from './rmap.ts';
import { bump_truncate_count } from './truncate_count.ts';
import { since, source, variant } from './version.ts';

/**
 * Clears one PTE, moves its D bit to the page, drops the mapping, flushes, frees. Where the flush stands relative
 * to the end of the PTE lock and to page_remove_rmap changed in 3.15 (B11) and 6.2 (B12).
 */
export const zap_pte_range = proc('zap_pte_range', {
  params: { mm: mm_t, va: va_t }, models: source('zap_pte_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  pte_lock(mm);
  const pte = ptep_get_and_clear(mm, va);
  If(pte_present(pte), () => {
    const page = pte_pfn(pte);
    If(pte_dirty(pte), () => zapDirty(mm, va, page), () => {
      dec_mapcount(page);
      unlockThenFlush(mm, va);
    });
    put_page(page);
  }, () => pte_unlock(mm));
});

function unlockThenFlush(mm: Mm, va: Va): void {
  pte_unlock(mm);
  flush_tlb_page({ mm, va });
}

/** The dirty entry's part, PTE lock held: PG_dirty first, then rmap and flush in the order of the version. */
function zapDirty(mm: Mm, va: Va, page: Page): void {
  if (!variant('zap leaves shared pages to PG_dirty')) transferDirty(page);
  if (variant('rmap removal after the PTE lock')) {
    unlockThenFlush(mm, va);
    dec_mapcount(page);
    return;
  }
  if (!since('6.2')) dec_mapcount(page);
  if (!since('3.15')) {
    unlockThenFlush(mm, va);
    return;
  }
  flush_tlb_page({ mm, va });
  if (since('6.2')) dec_mapcount(page);
  pte_unlock(mm);
}

function transferDirty(page: Page): void {
  const anon = page_anon(page);
  If(not(anon), () => {
    if (variant('set_page_dirty notifies the file system')) set_page_dirty_sleeping({ page });
    else set_page_dirty({ page });
  });
}

/** madvise(MADV_DONTNEED): zap, with mmap_sem for reading since 2.6.22 (0a27a14a629), for writing before. */
export const madvise_dontneed = proc('madvise_dontneed', {
  params: { mm: mm_t, va: va_t }, models: source('madvise_dontneed', 'mm/madvise.c'), sleeps: true,
}, ({ mm, va }) => {
  if (since('2.6.23')) {
    down_read(mm);
    zap_pte_range({ mm, va });
    up_read(mm);
  } else {
    down_write(mm);
    zap_pte_range({ mm, va });
    up_write(mm);
  }
});

/** munmap(2) of one VMA: zap, then unlink from the file's i_mmap. */
export const do_munmap = proc('do_munmap', {
  params: { mm: mm_t, va: va_t }, models: source('do_munmap', 'mm/mmap.c'), sleeps: true,
}, ({ mm, va }) => {
  down_write(mm);
  zap_pte_range({ mm, va });
  i_mmap_lock();
  const vma = find_vma(mm, va);
  set_vma(mm, va, vma_t.with(vma, 'linked', FALSE));
  i_mmap_unlock();
  up_write(mm);
  track(revoked.at(mm, va), TRUE);
});

/** Zaps the file page from every mapping of it. */
export const unmap_mapping_range = proc('unmap_mapping_range', {
  params: {}, models: source('unmap_mapping_range', 'mm/memory.c'),
}, () => {
  i_mmap_lock();
  if (!since('2.6.23')) bump_truncate_count();
  each_vma((mm, va) => {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'linked'), () => { zap_pte_range({ mm, va }); });
  });
  i_mmap_unlock();
});

