/** Reclaim's deferred flushes (mm/rmap.c): one flush for many cleared PTEs, and a flag for those who meet none. */
import { bool, FALSE, ForEach, If, load, primitive, proc, shared, store, TRUE } from '../language/index.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mm_t } from '../machine/types.ts';
import type { Mm } from './mm_types.ts';
import { source } from './version.ts';

/** mm->tlb_flush_batched: some PTE of the mm was cleared and not flushed yet, perhaps. Written under the PTE lock. */
export const tlb_flush_batched = shared('tlb_flush_batched', bool, [mm_t], { display: '%0.tlb_flush_batched' });

export const set_tlb_ubc_flush_pending = primitive('set_tlb_ubc_flush_pending', (mm: Mm) => store(tlb_flush_batched.at(mm), TRUE));
const batched = primitive('mm->tlb_flush_batched', (mm: Mm) => load('batched', tlb_flush_batched.at(mm)));
const clear_batched = primitive('mm->tlb_flush_batched = false', (mm: Mm) => store(tlb_flush_batched.at(mm), FALSE));

/** One flush for all that this pass of reclaim cleared; the flag stays, and costs somebody a flush too many. */
export const try_to_unmap_flush = proc('try_to_unmap_flush', {
  params: {}, models: source('try_to_unmap_flush', 'mm/rmap.c'), doc: 'Flushes every mm; the kernel, the CPUs of those that it unmapped pages from.',
}, () => {
  ForEach(mm_t, 'mm', (mm) => { flush_tlb_mm({ mm }); });
});

/** Called with the PTE lock held by those who take "no PTE" for "no TLB entry". */
export const flush_tlb_batched_pending = proc('flush_tlb_batched_pending', {
  params: { mm: mm_t }, models: source('flush_tlb_batched_pending', 'mm/rmap.c'),
}, ({ mm }) => {
  const pending = batched(mm);
  If(pending, () => {
    flush_tlb_mm({ mm });
    clear_batched(mm);
  });
});
