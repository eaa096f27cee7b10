/** Unmapping (mm/memory.c zap_pte_range and its callers): munmap, MADV_DONTNEED, truncation. */
import { and, FALSE, If, not, or, proc, Return, track, TRUE } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { flush_tlb_mm, flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_dirty, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { set_page_dirty_sleeping } from './lameter.ts';
import { vma_freed } from './gup_nofault.ts';
import { i_mmap_for_change } from './i_mmap.ts';
import { down_read, down_write, find_vma, pte_lock, pte_unlock, set_vma, table_of, unlessGone, up_read, up_write, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { is_device_private_entry } from './migration_entry.ts';
import { page_anon, put_page, type Page } from './page.ts';
import { page_remove_rmap } from './page_remove_rmap.ts';
import { noteDropped } from './mm_contents.ts';
import { ptep_get_and_clear } from './pgtable.ts';
import { ptepOf, type Ptep } from './ptep.ts';
import { ifNormal, notNormal, remove_vma } from './refpage.ts';
import { each_linked_vma } from './rmap.ts';
import { free_swap_and_cache, free_swap_cache } from './swap_free.ts';
import { swp_entry_t, swp_slot } from './swapops.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending, mm_tlb_flush_nested } from './tlb_flush_pending.ts';
import { bump_truncate_count } from './truncate_count.ts';
import { flush_tlb_batched_pending } from './tlbbatch.ts';
import { anonymous, batchedUnmap, devicePrivate, flushesLate, mixedmap, privateFile, refpages, since, source, variant, vmaLocks, swap } from './version.ts';
import { detachVma } from './detach_vma.ts';

/**
 * Clears one PTE, moves its D bit to the page, drops the mapping, flushes, frees. Where the flush stands relative
 * to the end of the PTE lock and to page_remove_rmap changed in 3.15 (B11) and 6.2 (B12).
 */
export const zap_pte_range = proc('zap_pte_range', {
  params: { mm: mm_t, va: va_t }, models: source('zap_pte_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  if (mixedmap() || variant('zap of a reference page flushes at its end')) {
    zapSpecial(mm, va);
    return;
  }
  pte_lock(...table_of(mm, va));
  if (batchedUnmap() && since('4.20')) flush_tlb_batched_pending({ mm });
  if (swap() !== undefined) zapSwapEntry(ptepOf(mm, va), () => { noteDropped(mm, va); });
  const pte = ptep_get_and_clear(mm, va);
  noteDropped(mm, va);
  If(pte_present(pte), () => {
    const page = pte_pfn(pte);
    const special = notNormal(mm, va, page);
    const dropThenFlush = (): void => {
      ifNormal(special, () => page_remove_rmap()(page));
      unlockThenFlush(mm, va);
    };
    // A flush under the PTE lock is for dirty pages of files, which page_mkclean would take for clean.
    if (anonymous()) dropThenFlush();
    else if (privateFile()) If(and(pte_dirty(pte), not(page_anon(page))), () => zapDirty(mm, va, page), dropThenFlush);
    else If(pte_dirty(pte), () => zapDirty(mm, va, page), dropThenFlush);
    if (swap() !== undefined) free_swap_cache({ page });
    ifNormal(special, () => put_page(page));
  }, () => {
    if (devicePrivate()) If(is_device_private_entry(pte), () => letGo(pte_pfn(pte)));
    pte_unlock(...table_of(mm, va));
  });
});

/** A swap entry is no translation: nothing to flush. `note`: what the world keeps of it. */
export function zapSwapEntry(ptep: Ptep, note?: () => void): void {
  const entry = ptep.swapEntry();
  If(swp_entry_t.get(entry, 'V'), () => {
    free_swap_and_cache({ slot: swp_slot(entry) });
    ptep.clearSwap();
    note?.();
    ptep.unlock();
    Return();
  });
}

/** An entry of a device's page counts as a mapping and as a reference. */
function letGo(page: Page): void {
  page_remove_rmap()(page);
  put_page(page);
}

/**
 * A special entry has no struct page: its D bit goes nowhere. The flush waits for tlb_finish_mmu, and tlb_flush_pending says so from
 * tlb_gather_mmu on.
 */
function zapSpecial(mm: Mm, va: Va): void {
  inc_tlb_flush_pending(mm);
  pte_lock(mm);
  const pte = ptep_get_and_clear(mm, va);
  pte_unlock(mm);
  const nested = variant('nested zaps are not looked for') ? FALSE : mm_tlb_flush_nested(mm);
  If(or(pte_present(pte), nested), () => { flush_tlb_page({ mm, va }); });
  dec_tlb_flush_pending(mm);
}

function unlockThenFlush(mm: Mm, va: Va): void {
  pte_unlock(...table_of(mm, va));
  flush_tlb_page({ mm, va });
}

/** The dirty entry's part, PTE lock held: PG_dirty first, then rmap and flush in the order of the version. */
function zapDirty(mm: Mm, va: Va, page: Page): void {
  if (!variant('zap leaves shared pages to PG_dirty')) transferDirty(page);
  if (variant('rmap removal after the PTE lock')) {
    unlockThenFlush(mm, va);
    page_remove_rmap()(page);
    return;
  }
  if (!since('6.2')) page_remove_rmap()(page);
  if (!since('3.15')) {
    unlockThenFlush(mm, va);
    return;
  }
  flush_tlb_page({ mm, va });
  if (since('6.2')) page_remove_rmap()(page);
  pte_unlock(...table_of(mm, va));
}

function transferDirty(page: Page): void {
  const anon = page_anon(page);
  If(not(anon), () => {
    if (variant('set_page_dirty notifies the file system')) set_page_dirty_sleeping({ page });
    else set_page_dirty({ page });
  });
}

/** 99baac21e458 (4.13-rc5): in worlds of late flushes, and in one that takes that rule alone. */
const flushesNested = (): boolean => variant('a gather that meets another one flushes') || (flushesLate() && since('4.14'));

/** The end of a gather: who is not alone cannot trust a PTE that was none, and flushes. */
export const tlb_finish_mmu = proc('tlb_finish_mmu', { params: { mm: mm_t }, models: source('tlb_finish_mmu', 'mm/mmu_gather.c') }, ({ mm }) => {
  const nested = mm_tlb_flush_nested(mm);
  If(nested, () => { flush_tlb_mm({ mm }); });
  dec_tlb_flush_pending(mm);
});

/** madvise(MADV_DONTNEED): zap, with mmap_sem for reading since 2.6.22 (0a27a14a629), for writing before. */
export const madvise_dontneed = proc('madvise_dontneed', {
  params: { mm: mm_t, va: va_t }, models: source('madvise_dontneed', 'mm/madvise.c'), sleeps: true,
}, ({ mm, va }) => {
  if (since('2.6.23')) {
    down_read(mm);
    if (vmaLocks()) unlessGone(mm, vma_lookup(mm, va), up_read);
    if (flushesNested()) inc_tlb_flush_pending(mm);
    zap_pte_range({ mm, va });
    if (flushesNested()) tlb_finish_mmu({ mm });
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
  if (vmaLocks()) detachVma(mm, va);
  zap_pte_range({ mm, va });
  const i_mmap = i_mmap_for_change();
  i_mmap.lock();
  const vma = find_vma(mm, va);
  set_vma(mm, va, vma_t.with(vma, 'linked', FALSE));
  i_mmap.unlock();
  if (refpages() === 'v2') remove_vma({ mm, va });
  if (refpages() !== undefined) track(vma_freed.at(mm, va), TRUE);
  if (vmaLocks()) up_read(mm);
  else up_write(mm);
  track(revoked.at(mm, va), TRUE);
});

/** Zaps the file page from every mapping of it. */
export const unmap_mapping_range = proc('unmap_mapping_range', {
  params: {}, models: source('unmap_mapping_range', 'mm/memory.c'),
}, () => {
  const i_mmap = i_mmap_for_change();
  i_mmap.lock();
  if (!since('2.6.23')) bump_truncate_count();
  each_linked_vma((mm, va) => { zap_pte_range({ mm, va }); });
  i_mmap.unlock();
});

