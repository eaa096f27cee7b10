/** A fault's way to its VMA without mmap_lock (mm/memory.c lock_vma_under_rcu, since 6.4). */
import { bool, FALSE, Forever, heldShared, If, not, primitive, proc, Return, TRUE } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { vma_in_tree, vma_t, type Mm, type Va } from './mm_types.ts';
import { has_anon_vma, is_vma_detached, vma_end_read, vma_lock_at, vma_start_read } from './vma_lock.ts';
import { anonymous, since, source } from './version.ts';

const mas_walk = primitive('mas_walk', vma_in_tree);

/** The first fault of an anonymous VMA, which looks at its neighbours for an anon_vma, goes by mmap_lock. Asked with the VMA locked since 657b5146955e (6.5). */
function unlessPrepared(mm: Mm, va: Va, locked: boolean): void {
  const prepared = has_anon_vma(mm, va);
  If(not(prepared), () => {
    if (locked) vma_end_read(mm, va);
    Return(FALSE);
  });
}

/** True: the lock of the VMA is held for reading, and the VMA is the one at the address. False: by mmap_lock. */
export const lock_vma_under_rcu = proc('lock_vma_under_rcu', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('lock_vma_under_rcu', 'mm/memory.c'),
  locks: ({ mm, va }) => ({ exitWhen: [{ returns: TRUE, locks: [heldShared(vma_lock_at.at(mm, va))] }] }),
}, ({ mm, va }) => {
  Forever(() => {
    const vma = mas_walk(mm, va);
    If(not(vma_t.get(vma, 'linked')), () => Return(FALSE));
    if (anonymous() && !since('6.6')) unlessPrepared(mm, va, false);
    const reading = vma_start_read({ mm, va }, 'reading');
    If(not(reading), () => Return(FALSE));
    if (anonymous() && since('6.6')) unlessPrepared(mm, va, true);
    const detached = is_vma_detached(mm, va);
    If(not(detached), () => Return(TRUE));
    vma_end_read(mm, va);
  });
});
