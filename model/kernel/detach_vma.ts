/** How munmap takes a VMA out of an address space whose VMAs have locks (mm/mmap.c do_vmi_align_munmap). */
import { downgrade_write, lockForWriting, vma_lookup, type Mm, type Va } from './mm_types.ts';
import { vma_mark_detached } from './vma_lock.ts';

/**
 * mmap_lock is held for writing. The VMA is write-locked and out of the tree before mmap_lock is given back to readers: nobody finds it by its
 * address any more, walks of the file do. Leaves munmap if there is none.
 */
export function detachVma(mm: Mm, va: Va): void {
  lockForWriting(mm, va, vma_lookup(mm, va));
  vma_mark_detached(mm, va);
  downgrade_write(mm);
}
