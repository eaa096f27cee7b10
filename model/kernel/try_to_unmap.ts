/** Unmapping a page wherever it is mapped (mm/rmap.c). */
import { If, not, proc, Return, TRUE, type Value } from '../language/index.ts';
import { mm_t, pfn_t, pte_dirty, pte_write, va_t } from '../machine/types.ts';
import { PageAnonExclusive } from './anon_exclusive.ts';
import { set_page_dirty } from './buffer.ts';
import { anon_vma_for_walk } from './i_mmap.ts';
import { type Mm, type Va } from './mm_types.ts';
import { madv_free_page_check } from './lazyfree.ts';
import { noteCleared } from './mm_contents.ts';
import { dec_mapcount, put_page, type Page } from './page.ts';
import { invalidate_range_end, invalidate_range_start } from './mmu_notifier.ts';
import { ptep_get_and_clear } from './pgtable.ts';
import type { Ptep } from './ptep.ts';
import { each_linked_vma, mappedAt } from './rmap.ts';
import { page_try_share_anon_rmap } from './share_anon_rmap.ts';
import { swap_duplicate, swap_free } from './swapfile.ts';
import { page_private } from './swap_state.ts';
import { swp_entry_t } from './swapops.ts';
import { set_tlb_ubc_flush_pending } from './tlbbatch.ts';
import { anonExclusive, batchedUnmap, lazyfree, since, source, swap } from './version.ts';

/** The flush is left to try_to_unmap_flush; whoever relies on "no PTE, no TLB entry" is told so before the PTE lock is dropped. */
function clear_flush_later(mm: Mm, va: Va): Value<'pte_t'> {
  const pte = ptep_get_and_clear(mm, va);
  noteCleared(mm, va, pte);
  set_tlb_ubc_flush_pending(mm);
  return pte;
}

/**
 * The PTE of an anonymous page says from now on where its contents are: in the slot, or in the page that the swap cache has for it.
 * `exclusive`: what PageAnonExclusive said before the PTE was cleared; a page that may be pinned then stays mapped.
 */
function leaveSwapEntry(page: Page, ptep: Ptep, pte: Value<'pte_t'>, exclusive: Value<'bool'> | null, putBack: () => void): void {
  const slot = page_private(page);
  swap_duplicate(slot);
  if (exclusive !== null) If(exclusive, () => {
    const shared = page_try_share_anon_rmap({ page }, 'shared');
    If(not(shared), () => {
      swap_free(slot);
      putBack();
    });
  });
  ptep.setSwap(swp_entry_t.of({ V: TRUE, slot, ...(since('6.2') ? { exclusive: exclusive ?? pte_write(pte) } : {}) }));
}

/** The page stays mapped as it was. */
function restore(mm: Mm, ptep: Ptep, pte: Value<'pte_t'>): void {
  ptep.set(pte);
  ptep.unlock();
  invalidate_range_end(mm);
  Return();
}

/** A page that was written to, or is held by somebody, is mapped again; the kernel makes it PG_swapbacked, too. */
function unlessDiscarded(page: Page, putBack: () => void): void {
  const discard = madv_free_page_check({ page }, 'discard');
  If(not(discard), putBack);
}

/** Unmaps one PTE: clear and flush, D to the page, rmap, reference; all under the PTE lock. */
const try_to_unmap_one = proc('try_to_unmap_one', {
  params: { page: pfn_t, mm: mm_t, va: va_t }, models: source('try_to_unmap_one', 'mm/rmap.c'),
}, ({ page, mm, va }) => {
  invalidate_range_start(mm);
  const ptep = mappedAt(page, mm, va, () => {
    invalidate_range_end(mm);
    Return();
  });
  const exclusive = swap() !== undefined && anonExclusive() ? PageAnonExclusive(page) : null;
  const pte = batchedUnmap() ? clear_flush_later(mm, va) : ptep.clearFlush('pte');
  If(pte_dirty(pte), () => { set_page_dirty({ page }); });
  const putBack = (): void => { restore(mm, ptep, pte); };
  if (swap() !== undefined) leaveSwapEntry(page, ptep, pte, exclusive, putBack);
  if (lazyfree()) unlessDiscarded(page, putBack);
  dec_mapcount(page);
  put_page(page);
  ptep.unlock();
  invalidate_range_end(mm);
});

/** The walk; its lock is held (TTU_RMAP_LOCKED). */
export function unmapEverywhere(page: Page): void {
  each_linked_vma((mm, va) => { try_to_unmap_one({ page, mm, va }); });
}

export const try_to_unmap = proc('try_to_unmap', { params: { page: pfn_t }, models: source('try_to_unmap_file', 'mm/rmap.c') }, ({ page }) => {
  const anon_vma = anon_vma_for_walk();
  anon_vma.lock();
  unmapEverywhere(page);
  anon_vma.unlock();
});
