/** Page faults (mm/memory.c): from the CPU's exception to a changed PTE. */
import { and, bool, eq, If, not, or, proc, Return, select, type Value } from '../language/index.ts';
import { hasPmds } from '../machine/pmd.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_present, pte_same, pte_write, va_t } from '../machine/types.ts';
import { do_anonymous_page } from './anonymous.ts';
import { do_device_private_page } from './device_private.ts';
import { do_no_page } from './do_no_page.ts';
import { do_swap_page, swapin_t } from './do_swap_page.ts';
import { do_wp_page } from './do_wp_page.ts';
import { vm_fault_t } from './filesystem.ts';
import { handle_mm_fault } from './huge_fault.ts';
import { lock_vma_under_rcu } from './lock_vma.ts';
import { is_device_private_entry, is_migration_entry } from './migration_entry.ts';
import { migration_entry_wait } from './migration_wait.ts';
import { down_read, find_vma, pte_lock, pte_unlock, up_read, vma_lookup, vma_t, type Mm, type Va, type Vma } from './mm_types.ts';
import { ptep_get } from './pgtable.ts';
import { has_refpage_ops, vm_private_data } from './refpage_v1.ts';
import { pte_none_or_entry, swp_entry_t } from './swapops.ts';
import { noteFaultEnds, throttle_unlocked } from './throttle.ts';
import { anonymous, devicePrivate, lazyfree, migration, mixedmap, refpages, since, source, swap, vmaLocks } from './version.ts';
import { vma_end_read } from './vma_lock.ts';
import { vmw_bo_vm_fault } from './vmwgfx_page_dirty.ts';

/** Of a PTE that holds a swap entry. It is read again, and may be present by now: then the instruction faults again. */
function swapIn(mm: Mm, va: Va, vma: Vma, write: Value<'bool'>): void {
  const { entry, none } = pte_none_or_entry(mm, va);
  If(swp_entry_t.get(entry, 'V'), () => {
    const ret = do_swap_page({ mm, va, vma, write, entry }, 'ret');
    If(eq(ret, swapin_t.is.WP), () => {
      const pte = ptep_get(mm, va);
      Return(do_wp_page({ mm, va, vma, orig_pte: pte }));
    });
    Return(select(eq(ret, swapin_t.is.DONE), vm_fault_t.is.NONE, vm_fault_t.is.NOPAGE));
  });
  If(not(none), () => Return(vm_fault_t.is.NOPAGE));
}

/** The VMA's own handler, or the anonymous one where it has no vm_ops. */
function doPteMissing(mm: Mm, va: Va, vma: Vma, write: Value<'bool'>): void {
  if (refpages() === 'v1') {
    const ref = vm_private_data(mm, va);
    If(not(has_refpage_ops(ref)), () => Return(do_anonymous_page({ mm, va, vma, write })));
  }
  if (swap() !== undefined) swapIn(mm, va, vma, write);
  if (mixedmap()) Return(vmw_bo_vm_fault({ mm, va, vma }));
  else if (refpages() === 'v2' || swap() !== undefined || lazyfree() || anonymous()) Return(do_anonymous_page({ mm, va, vma, write }));
  else Return(do_no_page({ mm, va, vma, write }));
}

/** do_swap_page, of a migration entry. */
function waitForMigration(mm: Mm, va: Va, entry: Value<'pte_t'>): void {
  If(is_migration_entry(entry), () => {
    migration_entry_wait({ mm, va });
    Return(vm_fault_t.is.NONE);
  });
}

/** do_swap_page, of a page in a device's memory. */
function bringBack(mm: Mm, va: Va, entry: Value<'pte_t'>): void {
  If(is_device_private_entry(entry), () => {
    do_device_private_page({ mm, va, orig_pte: entry });
    Return(vm_fault_t.is.NONE);
  });
}

/** A fault on a present entry or a none entry; mmap_sem is held for reading. */
export const handle_pte_fault = proc('handle_pte_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, models: source('handle_pte_fault', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  const entry = ptep_get(mm, va);
  if (migration()) waitForMigration(mm, va, entry);
  if (devicePrivate()) bringBack(mm, va, entry);
  If(not(pte_present(entry)), () => doPteMissing(mm, va, vma, write));
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(pte_same(pte, entry)), () => {
    pte_unlock(mm);
    Return(vm_fault_t.is.NOPAGE);
  });
  If(and(write, not(pte_write(entry))), () => Return(do_wp_page({ mm, va, vma, orig_pte: entry })));
  // Spurious: another thread of the mm was faster, and this CPU's TLB was behind.
  flush_tlb_page({ mm, va });
  pte_unlock(mm);
  Return(vm_fault_t.is.NONE);
});

/** Faults on anonymous memory since 6.4; on files that have ->map_pages, as ext4 and xfs do, since 6.7. */
const byVmaLock = (): boolean => anonymous() || hasPmds() || since('6.8');

/** do_user_addr_fault's first try: leaves the handler unless the VMA cannot be locked, or does not allow the access as it is now. */
function underVmaLock(mm: Mm, va: Va, write: Value<'bool'>): void {
  const locked = lock_vma_under_rcu({ mm, va }, 'locked');
  If(locked, () => {
    const vma = find_vma(mm, va);
    If(and(write, not(vma_t.get(vma, 'W'))), () => vma_end_read(mm, va), () => {
      const ret = (hasPmds() ? handle_mm_fault : handle_pte_fault)({ mm, va, vma, write }, 'ret');
      vma_end_read(mm, va);
      Return(ret);
    });
  });
}

/** The exception handler of the CPU (arch/i386/mm/fault.c). SIGBUS ends the program. */
export const do_page_fault = proc('do_page_fault', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: vm_fault_t, sleeps: true, models: source('do_page_fault', 'arch/i386/mm/fault.c'),
}, ({ mm, va, write }) => {
  if (vmaLocks() && byVmaLock()) underVmaLock(mm, va, write);
  down_read(mm);
  const vma = vma_lookup(mm, va);
  If(or(not(vma_t.get(vma, 'linked')), and(write, not(vma_t.get(vma, 'W')))), () => {
    up_read(mm);
    Return(vm_fault_t.is.SIGBUS);
  });
  const ret = (hasPmds() ? handle_mm_fault : handle_pte_fault)({ mm, va, vma, write }, 'ret');
  up_read(mm);
  noteFaultEnds(eq(ret, vm_fault_t.is.NOPAGE));
  throttle_unlocked();
  Return(ret);
});
