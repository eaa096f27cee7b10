/** Changing the protection of a VMA (mm/mprotect.c). */
import { and, bool, FALSE, If, not, proc, select, track, TRUE, type Value } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_dirty, pte_mkwrite, pte_present, pte_t, pte_wrprotect, va_t } from '../machine/types.ts';
import { down_read, down_write, lockForWriting, pte_lock, pte_unlock, set_vma, up_read, up_write, vma_lookup, vma_t } from './mm_types.ts';
import { noteCleared } from './mm_contents.ts';
import { ptep_get, ptep_get_and_clear, set_pte_at } from './pgtable.ts';
import { is_writable_migration_entry, pte_mknone } from './migration_entry.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending } from './tlb_flush_pending.ts';
import { flush_tlb_batched_pending } from './tlbbatch.ts';
import { batchedUnmap, flushesLate, fs, is, migration, mixedmap, since, source, variant, vmaLocks } from './version.ts';

/** Clears the entry, so that hardware cannot set D meanwhile, and writes it back with the new protection. A swap entry stays as it is: do_swap_page asks the VMA. */
export const change_pte_range = proc('change_pte_range', {
  params: { mm: mm_t, va: va_t, prot_W: bool, dirty_accountable: bool }, models: source('change_pte_range', 'mm/mprotect.c'),
}, ({ mm, va, prot_W, dirty_accountable }) => {
  const counts = mixedmap() || (flushesLate() && since('3.15'));
  if (counts) inc_tlb_flush_pending(mm);
  pte_lock(mm);
  if (batchedUnmap() && since('4.20')) flush_tlb_batched_pending({ mm });
  const pte = ptep_get(mm, va);
  If(pte_present(pte), () => {
    const old = variant('mprotect reads the PTE and writes it back') ? pte : ptep_get_and_clear(mm, va);
    noteCleared(mm, va, old);
    const modified = pte_t.with(old, 'W', prot_W);
    set_pte_at(mm, va, select(and(dirty_accountable, pte_dirty(old)), pte_mkwrite(modified), modified));
  });
  if (migration()) If(is_writable_migration_entry(pte), () => set_pte_at(mm, va, pte_wrprotect(pte)));
  const inside = variant('mprotect flushes under the PTE lock');
  if (inside) flush_tlb_page({ mm, va });
  pte_unlock(mm);
  // "Only flush the TLB if we actually modified any entries" (change_protection_range).
  if (batchedUnmap()) If(pte_present(pte), () => { flush_tlb_page({ mm, va }); });
  else if (!inside) flush_tlb_page({ mm, va });
  if (counts) dec_tlb_flush_pending(mm);
});

/** NUMA balancing: the entry becomes PROT_NONE, to see who uses the page. Counted since 3.13, as all of change_protection_range is. */
export const change_prot_numa = proc('change_prot_numa', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('change_prot_numa', 'mm/mempolicy.c'), doc: 'change_pte_range with prot_numa, and its flush.',
}, ({ mm, va }) => {
  down_read(mm);
  inc_tlb_flush_pending(mm);
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_present(pte), () => {
    const old = ptep_get_and_clear(mm, va);
    set_pte_at(mm, va, pte_mknone(old));
  });
  pte_unlock(mm);
  If(pte_present(pte), () => { flush_tlb_page({ mm, va }); });
  dec_tlb_flush_pending(mm);
  up_read(mm);
});

/** Whether clean pages of the VMA must stay read-only (vma_wants_writenotify). */
const wantsNotify = (vma: Value<'vma_t'>): Value<'bool'> => (since('v5') ? and(vma_t.get(vma, 'S'), vma_t.get(vma, 'W')) : FALSE);

/** mprotect(2) of one VMA to read-write (`writable`) or read-only. */
export const mprotect_fixup = proc('mprotect_fixup', {
  params: { mm: mm_t, va: va_t, writable: bool }, models: source('mprotect_fixup', 'mm/mprotect.c'), sleeps: true,
  doc: 'v5 asks whether the VMA is shared and writable before it assigns the new flags.',
}, ({ mm, va, writable }) => {
  down_write(mm);
  const old = vma_lookup(mm, va);
  if (vmaLocks()) lockForWriting(mm, va, old);
  const flagged = vma_t.with(old, 'W', writable);
  const asked = is('v5') && !fs().mkwrite ? old : flagged;
  const prot_W = and(writable, vma_t.get(old, 'S'), not(wantsNotify(asked)));
  set_vma(mm, va, flagged);
  set_vma(mm, va, vma_t.with(flagged, 'prot_W', prot_W));
  const accountable = since('2.6.19') ? wantsNotify(flagged) : FALSE;
  change_pte_range({ mm, va, prot_W, dirty_accountable: accountable });
  up_write(mm);
  If(not(writable), () => track(revoked.at(mm, va), TRUE), () => track(revoked.at(mm, va), FALSE));
});
