/** madvise(MADV_FREE) (mm/madvise.c, 4.5 on): the page may be dropped unless it is written again, which the D bit will tell. */
import { and, bool, ghost, If, proc } from '../language/index.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_dirty, pte_mkclean, pte_present, va_t } from '../machine/types.ts';
import { down_read, pte_lock, pte_unlock, up_read } from './mm_types.ts';
import { ptep_get, ptep_get_and_clear, set_pte_at } from './pgtable.ts';
import { inc_tlb_flush_pending } from './tlb_flush_pending.ts';
import { flushesLate, since, source } from './version.ts';
import { tlb_finish_mmu } from './zap.ts';

/** Latched when an access reached a page that MADV_DONTNEED had dropped before, and had returned. */
export const reached_dropped = ghost('reached_dropped', bool, []);

/** Takes D away and keeps W; the flush comes with the end of the gather. */
export const madvise_free = proc('madvise_free_single_vma', {
  params: { mm: mm_t, va: va_t }, models: source('madvise_free_pte_range', 'mm/madvise.c'), sleeps: true,
}, ({ mm, va }) => {
  const counts = flushesLate() && since('4.14');
  down_read(mm);
  if (counts) inc_tlb_flush_pending(mm);
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  const dirty = and(pte_present(pte), pte_dirty(pte));
  If(dirty, () => {
    const old = ptep_get_and_clear(mm, va);
    set_pte_at(mm, va, pte_mkclean(old));
  });
  pte_unlock(mm);
  If(dirty, () => { flush_tlb_page({ mm, va }); });
  if (counts) tlb_finish_mmu({ mm });
  up_read(mm);
});
