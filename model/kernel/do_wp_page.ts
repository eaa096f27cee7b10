/** A write fault on a present entry (mm/memory.c): share, or copy. */
import { and, held, If, proc, Return, type Value } from '../language/index.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_t, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { ptl_at, vma_t, type Vma } from './mm_types.ts';
import { mm_tlb_flush_pending } from './tlb_flush_pending.ts';
import { flushesLate, is, mixedmap, since, source } from './version.ts';
import { wp_page_copy } from './wp_page_copy.ts';
import { wp_page_shared } from './wp_page_shared.ts';
import { wp_pfn_shared } from './wp_pfn_shared.ts';

/** Whether the kernel write-protects clean pages of the VMA to hear of the first store (since v5), or the file system asks. */
const sharedWritable = (vma: Vma): Value<'bool'> => and(vma_t.get(vma, 'S'), vma_t.get(vma, 'W'));
/** v5 looked at VM_SHARED alone. */
const takesReusePath = (vma: Vma): Value<'bool'> => (is('v5') ? vma_t.get(vma, 'S') : sharedWritable(vma));

/** Entered with the PTE lock held and the PTE equal to orig_pte; leaves without it. */
export const do_wp_page = proc('do_wp_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))] }),
}, ({ mm, va, vma, orig_pte }) => {
  if (is('2.6.17')) {
    Return(wp_page_copy({ mm, va, vma, orig_pte }));
    return;
  }
  if (mixedmap()) {
    Return(wp_pfn_shared({ mm, va, orig_pte }));
    return;
  }
  // 6ce64428d620 (5.12-rc3): userfaultfd's protection may not be flushed yet. Every VMA of such a world is registered.
  if (flushesLate() && since('5.15')) {
    const pending = mm_tlb_flush_pending(mm);
    If(pending, () => { flush_tlb_page({ mm, va }); });
  }
  If(takesReusePath(vma), () => Return(wp_page_shared({ mm, va, vma, orig_pte })));
  Return(wp_page_copy({ mm, va, vma, orig_pte }));
});
