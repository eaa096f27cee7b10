/** A device's page fault (Documentation/vm/hmm.rst): read the CPU's page table, then mirror it, unless it changed meanwhile. */
import { FALSE, Forever, heldShared, If, proc, Return } from '../language/index.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, find_vma, mmap_sem_at, up_read } from './mm_types.ts';
import { driver_lock, driver_unlock, mmu_interval_read_begin, mmu_interval_read_retry, set_spte } from './mmu_notifier.ts';
import { ptep_get } from './pgtable.ts';
import { source } from './version.ts';

/** The page that the address maps, faulted in if need be; no reference is taken. */
const hmm_range_fault = proc('hmm_range_fault', {
  params: { mm: mm_t, va: va_t }, returns: pfn_t, sleeps: true, models: source('hmm_range_fault', 'mm/hmm.c'),
  locks: ({ mm }) => ({ entry: [heldShared(mmap_sem_at.at(mm))], exit: [heldShared(mmap_sem_at.at(mm))] }),
}, ({ mm, va }) => {
  Forever(() => {
    const pte = ptep_get(mm, va);
    If(pte_present(pte), () => Return(pte_pfn(pte)));
    const vma = find_vma(mm, va);
    handle_pte_fault({ mm, va, vma, write: FALSE });
  });
});

/** The driver's handler of a read by the device. */
export const driver_fault = proc('driver_populate_range', { params: { mm: mm_t, va: va_t }, sleeps: true }, ({ mm, va }) => {
  Forever(() => {
    const seq = mmu_interval_read_begin({}, 'seq');
    down_read(mm);
    const page = hmm_range_fault({ mm, va }, 'page');
    up_read(mm);
    driver_lock();
    const retry = mmu_interval_read_retry(seq);
    If(retry, () => { driver_unlock(); }, () => {
      set_spte(page);
      driver_unlock();
      Return();
    });
  });
});
