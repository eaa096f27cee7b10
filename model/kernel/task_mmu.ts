/** /proc/pid/clear_refs (fs/proc/task_mmu.c): from now on, tell me which pages are written. */
import { bool, ghost, If, peek, proc, track, TRUE } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_present, pte_wrprotect, va_t, version_t } from '../machine/types.ts';
import { down_read, down_write, pte_lock, pte_unlock, up_read, up_write, type Mm, type Va } from './mm_types.ts';
import { ptep_get, ptep_get_and_clear } from './pgtable.ts';
import { set_pte_soft_clean } from './soft_dirty.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending } from './tlb_flush_pending.ts';
import { flushesLate, since, source } from './version.ts';

/** clear_refs has returned, and what the world's page held then: whoever asked reads the page after that. */
export const asked = ghost('asked', bool, [mm_t, va_t]);
export const asked_data = ghost('asked_data', version_t, [mm_t, va_t]);

/** Takes W and the soft-dirty bit away; D stays. */
const clear_soft_dirty = proc('clear_soft_dirty', {
  params: { mm: mm_t, va: va_t }, models: source('clear_soft_dirty', 'fs/proc/task_mmu.c'),
}, ({ mm, va }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_present(pte), () => {
    const old = ptep_get_and_clear(mm, va);
    set_pte_soft_clean(mm, va, pte_wrprotect(old));
  });
  pte_unlock(mm);
});

function noteAsked(mm: Mm, va: Va): void {
  track(asked.at(mm, va), TRUE);
  track(asked_data.at(mm, va), peek(data.at(pfn_t.lit(0))));
}

/** From 5.6 on the flush is lost; from 5.12 on it comes with mmap_lock held for writing. */
const writes = (): boolean => since('5.15');
const flushes = (): boolean => !since('5.8') || writes();

/**
 * echo 4 > clear_refs. From 5.6 to 5.11 the flush is that of a gather for a whole mm into which nothing was gathered: there is none
 * (0758cd830494). From 5.12 on mmap_lock is held for writing, and the mm is flushed.
 */
export const clear_refs_write = proc('clear_refs_write', {
  params: { mm: mm_t, va: va_t }, models: source('clear_refs_write', 'fs/proc/task_mmu.c'), sleeps: true,
}, ({ mm, va }) => {
  if (writes()) down_write(mm);
  else down_read(mm);
  const counts = flushesLate() && since('4.14') && flushes();
  if (counts) inc_tlb_flush_pending(mm);
  clear_soft_dirty({ mm, va });
  if (flushes()) flush_tlb_mm({ mm });
  if (counts) dec_tlb_flush_pending(mm);
  if (writes()) up_write(mm);
  else up_read(mm);
  noteAsked(mm, va);
});
