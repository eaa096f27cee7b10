/**
 * Per-VMA locks (include/linux/mm.h, mmap_lock.h, since 6.4): a fault reads under the lock of its VMA alone; who changes the VMA or what
 * needs quiet page tables write-locks it under mmap_lock, until that is given back.
 */
import { atomic, bool, FALSE, heldShared, If, load, primitive, proc, Return, shared, store, TRUE, type Value } from '../language/index.ts';
import { downRead, downWrite, rwsem_t, upRead, upWrite } from '../machine/locks.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { source } from './version.ts';

type Mm = Value<'mm_t'>;
type Va = Value<'va_t'>;

/** vma->vm_lock: held for reading by faults, for writing within vma_start_write alone. */
export const vma_lock_at = shared('vma_lock', rwsem_t, [mm_t, va_t], { display: 'vma_lock[%0][%1]' });
/** vma->vm_lock_seq == mm->mm_lock_seq. Both numbers only grow and nothing else is asked of them, so whether they are equal is all there is to know. */
export const vma_write_locked = shared('vma_write_locked', bool, [mm_t, va_t], { display: 'vma_write_locked[%0][%1]' });
/** vma->detached, and an empty slot in the maple tree: both are written with the VMA write-locked. */
export const vma_detached = shared('vma_detached', bool, [mm_t, va_t], { display: 'vma_detached[%0][%1]' });
/** vma->anon_vma is set. */
export const anon_vma_at = shared('anon_vma', bool, [mm_t, va_t], { display: 'anon_vma[%0][%1]' });

/** The kernel tries, and goes by mmap_lock if the lock is taken; here it waits the two steps that a writer has it, sees that the VMA is write-locked, and does the same. */
const down_read = downRead('down_read_trylock', (mm: Mm, va: Va) => vma_lock_at.at(mm, va));
export const vma_end_read = upRead('vma_end_read', (mm: Mm, va: Va) => vma_lock_at.at(mm, va));
const down_write = downWrite('down_write', (mm: Mm, va: Va) => vma_lock_at.at(mm, va));
const up_write = upWrite('up_write', (mm: Mm, va: Va) => vma_lock_at.at(mm, va));
const is_vma_write_locked = primitive('is_vma_write_locked', (mm: Mm, va: Va) => load('locked', vma_write_locked.at(mm, va)));
const set_vm_lock_seq = primitive('set_vm_lock_seq', (mm: Mm, va: Va) => store(vma_write_locked.at(mm, va), TRUE));

/** True, and the lock is held for reading; false where the VMA is write-locked. */
export const vma_start_read = proc('vma_start_read', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('vma_start_read', 'include/linux/mm.h'),
  locks: ({ mm, va }) => ({ exitWhen: [{ returns: TRUE, locks: [heldShared(vma_lock_at.at(mm, va))] }] }),
}, ({ mm, va }) => {
  down_read(mm, va);
  const locked = is_vma_write_locked(mm, va);
  If(locked, () => {
    vma_end_read(mm, va);
    Return(FALSE);
  });
  Return(TRUE);
});

/** mmap_lock is held for writing. Waits for the faults that are under way in the VMA; from then on there are none, until mmap_lock is given back. */
export const vma_start_write = proc('vma_start_write', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('vma_start_write', 'include/linux/mm.h'),
}, ({ mm, va }) => {
  down_write(mm, va);
  set_vm_lock_seq(mm, va);
  up_write(mm, va);
});

/** mm_lock_seq++, before mmap_lock is given back: no VMA of the mm is write-locked any more. */
export const vma_end_write_all = primitive('vma_end_write_all', (mm: Mm) => {
  atomic('one store, to mm->mm_lock_seq', () => { va_t.all().forEach((va) => { store(vma_write_locked.at(mm, va), FALSE); }); });
});

export const vma_mark_detached = primitive('vma_mark_detached', (mm: Mm, va: Va) => store(vma_detached.at(mm, va), TRUE));
export const is_vma_detached = primitive('is_vma_detached', (mm: Mm, va: Va) => load('detached', vma_detached.at(mm, va)));
export const has_anon_vma = primitive('has_anon_vma', (mm: Mm, va: Va) => load('anon_vma', anon_vma_at.at(mm, va)));
export const set_anon_vma = primitive('set_anon_vma', (mm: Mm, va: Va) => store(anon_vma_at.at(mm, va), TRUE));
export const unlink_anon_vmas = primitive('unlink_anon_vmas', (mm: Mm, va: Va) => store(anon_vma_at.at(mm, va), FALSE));
