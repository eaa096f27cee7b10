/** Page faults (mm/memory.c): from the CPU's exception to a changed PTE. */
import { and, bool, eq, FALSE, held, If, ne, not, or, proc, Return, select, track, TRUE, type Value } from '../language/index.ts';
import { hasPmds } from '../machine/pmd.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { count_t, mm_t, mk_pte, pfn_t, pte_mkdirty, pte_mkwrite, pte_pfn, pte_present, pte_same, pte_t, pte_write, va_t } from '../machine/types.ts';
import { PageAnonExclusive, SetPageAnonExclusive } from './anon_exclusive.ts';
import { setAnon } from './anon_rmap.ts';
import { do_anonymous_page } from './anonymous.ts';
import { set_page_dirty } from './buffer.ts';
import { leave_old_version, of_version, version_nopage } from './cow.ts';
import { set_page_dirty_sleeping } from './lameter.ts';
import { besidePunching, mkwriteBesidePunching } from './extents.ts';
import { page_mkwrite, vm_fault_t } from './filesystem.ts';
import { filemap_nopage, i_size_read } from './filemap.ts';
import { pin_t } from './follow_page.ts';
import { handle_mm_fault } from './huge_fault.ts';
import { down_read, find_vma, in_fault, maybe_mkwrite, pte_lock, pte_unlock, ptl_at, up_read, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { lock_vma_under_rcu } from './lock_vma.ts';
import { vma_end_read } from './vma_lock.ts';
import {
  alloc_page, copy_user_page, dec_mapcount, get_page, inc_mapcount, lock_page, page_anon, page_count, page_mapcount, page_mapping, PG_locked, put_page,
  set_anon, slot_t, trylock_page, unlock_page,
  wait_on_page_locked, type Page,
} from './page.ts';
import { balance_dirty_pages, set_page_dirty_balance } from './page_writeback.ts';
import { grant_access_flags, ptep_clear_flush, ptep_get, ptep_set_access_flags, set_pte_at } from './pgtable.ts';
import { migration_entry_wait } from './migration_wait.ts';
import { ifNormal, notNormal } from './refpage.ts';
import { do_swap_page, swapin_t } from './do_swap_page.ts';
import { pte_none_or_entry, swp_entry_t } from './swapops.ts';
import { mm_tlb_flush_pending } from './tlb_flush_pending.ts';
import { has_refpage_ops, refpage_fault, vm_private_data } from './refpage_v1.ts';
import { do_device_private_page } from './device_private.ts';
import { is_device_private_entry, is_migration_entry, pte_occupied } from './migration_entry.ts';
import { noteFaultEnds, throttle_unlocked } from './throttle.ts';
import { sequence_t, truncate_count } from './truncate_count.ts';
import { anonExclusive, anonymous, balance, cow, devicePrivate, flushesLate, fs, gupByVersion, is, ksm, lazyfree, migration, mixedmap, refpages, since, source, swap, truncationNoticed, variant, vmaLocks, writeProtection, swapByVersion } from './version.ts';
import { PageKsm, reuse_t, wp_page_anon, wp_can_reuse } from './wp_anon.ts';
import { free_swap_cache } from './swap_free.ts';
import { vmw_bo_vm_fault, vmw_bo_vm_mkwrite } from './vmwgfx_page_dirty.ts';
import { break_protection, break_protection_of_file, byNode, farMms, map_copy, map_copy_of_node, mapping_passed_down, PageWriteProtected } from './write_protect.ts';

type Vma = Value<'vma_t'>;

/** Whether the kernel write-protects clean pages of the VMA to hear of the first store (since v5), or the file system asks. */
const sharedWritable = (vma: Vma): Value<'bool'> => and(vma_t.get(vma, 'S'), vma_t.get(vma, 'W'));
/** v5 looked at VM_SHARED alone. */
const takesReusePath = (vma: Vma): Value<'bool'> => (is('v5') ? vma_t.get(vma, 'S') : sharedWritable(vma));

/** Ghost bookkeeping of a fault that has made a shared PTE writable: I3 waits for its set_page_dirty. */
const beginDirtying = (mm: Mm, va: Va): void => track(in_fault.at(mm, va), TRUE);
const endDirtying = (mm: Mm, va: Va): void => track(in_fault.at(mm, va), FALSE);

/** The tail of a write-protect fault on a shared page: dirty the page, which the fault holds a reference on. */
const finish_dirty = proc('set_page_dirty_after_fault', {
  params: { mm: mm_t, va: va_t, page: pfn_t, locked: bool }, returns: bool, models: source('do_wp_page', 'mm/memory.c'),
  doc: 'The lines after pte_unmap_unlock; `locked`: page_mkwrite returned the page locked. False: SIGBUS.',
}, ({ mm, va, page, locked }) => {
  if (variant('set_page_dirty notifies the file system')) {
    if (cow() !== undefined) leaveOldVersionLate(page);
    const ok = set_page_dirty_sleeping({ page }, 'ok');
    endDirtying(mm, va);
    Return(ok);
    return;
  }
  if (variant('set_page_dirty before the PTE write')) {
    endDirtying(mm, va);
    Return(TRUE);
    return;
  }
  If(locked, () => { set_page_dirty({ page }); }, () => {
    if (since('2.6.23') && !since('4.20')) wait_on_page_locked(page);
    set_page_dirty_balance({ page });
  });
  endDirtying(mm, va);
  Return(TRUE);
});

/** Where set_page_dirty is the only notification, the file system hears of the write here. */
function leaveOldVersionLate(page: Page): void {
  lock_page(page);
  leave_old_version({ page });
  unlock_page(page);
}

const mkwriteFirst = (): boolean => fs().mkwrite === true && !variant('set_page_dirty notifies the file system') && !is('2.6.17');

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

/** The shared-writable part of do_wp_page (a function of its own since 4.2). */
const wp_page_shared = proc('wp_page_shared', {
  params: { mm: mm_t, va: va_t, vma: vma_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('do_wp_page', 'mm/memory.c'),
  doc: 'page_mkwrite, if any, is called with the PTE lock dropped; then relock and compare the PTE.',
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))] }),
}, ({ mm, va, vma, orig_pte }) => {
  const page = pte_pfn(orig_pte);
  if (mkwriteFirst()) {
    const ret = mkwrite_unlocked({ mm, va, page, orig_pte }, 'ret');
    If(ne(ret, since('2.6.30') ? vm_fault_t.is.LOCKED : vm_fault_t.is.NONE), () => Return(ret));
  }
  if (writeProtection()) breakProtectionFirst(mm, page);
  const keepRef = !variant('no page reference over set_page_dirty');
  if (keepRef) get_page(page);
  const entry = maybe_mkwrite(pte_mkdirty(orig_pte), vma);
  beginDirtying(mm, va);
  ptep_set_access_flags({ mm, va, entry });
  pte_unlock(mm);
  if (mkwriteFirst() && since('2.6.30')) {
    put_page(page);
    finish_dirty({ mm, va, page, locked: TRUE });
    unlock_page(page);
    if (balance() !== undefined) balance_dirty_pages({ page });
    if (keepRef) put_page(page);
    Return(vm_fault_t.is.NONE);
    return;
  }
  // Since 3.19; the worlds of 4.8 do without.
  if (since('4.20')) lock_page(page);
  const ok = finish_dirty({ mm, va, page, locked: FALSE }, 'ok');
  if (since('4.20')) unlock_page(page);
  if (keepRef) put_page(page);
  Return(select(ok, vm_fault_t.is.NONE, vm_fault_t.is.SIGBUS));
});

/** A write fault on a special entry: there is no page to lock or to hold, so nothing is held between pfn_mkwrite and the PTE lock. */
const wp_pfn_shared = proc('wp_pfn_shared', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('wp_pfn_shared', 'mm/memory.c'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))] }),
}, ({ mm, va, orig_pte }) => {
  pte_unlock(mm);
  const ret = vmw_bo_vm_mkwrite({ mm, va, orig_pte }, 'ret');
  If(ne(ret, vm_fault_t.is.NONE), () => Return(ret));
  Return(finish_mkwrite_fault({ mm, va, orig_pte }));
});

const finish_mkwrite_fault = proc('finish_mkwrite_fault', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('finish_mkwrite_fault', 'mm/memory.c'),
}, ({ mm, va, orig_pte }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(pte_same(pte, orig_pte)), () => {
    pte_unlock(mm);
    Return(vm_fault_t.is.NOPAGE);
  });
  grant_access_flags(mm, va, pte_mkwrite(pte_mkdirty(orig_pte)));
  pte_unlock(mm);
  Return(vm_fault_t.is.NONE);
});

/** Of a page that is write-protected: give up the PTE, break, and let the instruction fault again. Asked under the PTE lock. */
function breakProtectionFirst(mm: Mm, page: Page): void {
  const protectedPage = PageWriteProtected(page);
  If(protectedPage, () => {
    pte_unlock(mm);
    if (mkwriteFirst()) {
      break_protection({ page });
      unlock_page(page);
      put_page(page);
    } else {
      break_protection_of_file({});
    }
    Return(vm_fault_t.is.NOPAGE);
  });
}

/**
 * Reference, unlock, page_mkwrite, relock, compare. Until 2.6.20 the reference was dropped before the lock was
 * retaken (B06). NONE or LOCKED: the PTE lock is held again; else not.
 */
const mkwrite_unlocked = proc('do_page_mkwrite', {
  params: { mm: mm_t, va: va_t, page: pfn_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ mm, page }) => ({
    entry: [held(ptl_at.at(mm))],
    exitWhen: [
      { returns: vm_fault_t.is.NONE, locks: [held(ptl_at.at(mm))] },
      ...(since('2.6.30') ? [{ returns: vm_fault_t.is.LOCKED, locks: [held(ptl_at.at(mm)), held(PG_locked.at(page))] }] : []),
    ],
  }),
}, ({ mm, va, page, orig_pte }) => {
  get_page(page);
  pte_unlock(mm);
  const ret = mkwriteBesidePunching(() => page_mkwrite({ page }, 'ret'));
  const failed = or(eq(ret, vm_fault_t.is.SIGBUS), eq(ret, vm_fault_t.is.NOPAGE));
  If(failed, () => {
    put_page(page);
    Return(ret);
  });
  if (!since('2.6.21')) put_page(page);
  pte_lock(mm);
  if (since('2.6.21') && !since('2.6.30')) put_page(page);
  const pte = ptep_get(mm, va);
  If(not(pte_same(pte, orig_pte)), () => {
    if (since('2.6.30')) {
      If(eq(ret, vm_fault_t.is.LOCKED), () => unlock_page(page));
      put_page(page);
    }
    pte_unlock(mm);
    Return(vm_fault_t.is.NOPAGE);
  });
  Return(ret);
});

function reuseIfMappedOnce(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>, anon: Value<'bool'>): void {
  const mapcount = page_mapcount(pte_pfn(orig_pte));
  If(and(anon, eq(mapcount, count_t.lit(1))), () => {
    wp_page_reuse(mm, va, vma, orig_pte);
  });
}

/** 09854ba94c6a (5.9-rc1): a page that is mapped once may still be pinned by somebody who had it mapped. */
const reusesByReferences = (): boolean => gupByVersion() && since('5.9') && !variant('COW reuses what is mapped once');

function reuseIfReferencedOnce(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>): void {
  const page = pte_pfn(orig_pte);
  if (anonExclusive()) {
    const exclusive = PageAnonExclusive(page);
    If(exclusive, () => wp_page_reuse(mm, va, vma, orig_pte));
  }
  // Since 5.18 (53a05ad9f21d); before, a page in the swap cache had one reference too many.
  if (swap() !== undefined && anonExclusive()) {
    If(wp_can_reuse({ page }, 'alone'), () => takeOver(page, () => wp_page_reuse(mm, va, vma, orig_pte)));
    return;
  }
  // Whoever holds the page lock may be about to take a reference. A KSM page is always copied.
  ifAlone(page, () => {
    If(trylock_page(page), () => {
      const take = (): void => takeOver(page, () => wp_page_reuse(mm, va, vma, orig_pte));
      if (anonExclusive()) ifAlone(page, take);
      else ifMappedOnce(page, () => ifAlone(page, take));
      unlock_page(page);
    });
  });
}

/**
 * page_move_anon_rmap says from 5.19 on that the page is one mapping's alone. Unlocked before the PTE lock is dropped, with which the page may
 * go ("mm: fix misplaced unlock_page in do_wp_page()", 5.9-rc).
 */
function takeOver(page: Page, then: () => void): void {
  if (anonExclusive()) SetPageAnonExclusive(page);
  unlock_page(page);
  then();
}

/** Asked before the page lock is tried, and with it. */
function ifAlone(page: Page, then: () => void): void {
  const counted = (): void => {
    const references = page_count(page);
    If(eq(references, count_t.lit(1)), then);
  };
  if (ksm()) If(not(PageKsm(page)), counted);
  else counted();
}

function ifMappedOnce(page: Page, then: () => void): void {
  const mapcount = page_mapcount(page);
  If(eq(mapcount, count_t.lit(1)), then);
}

/** What do_wp_page returns when it has broken COW. */
const brokenCow = (): Value<'vm_fault_t'> => (gupByVersion() ? vm_fault_t.is.WRITE : vm_fault_t.is.NONE);

/** Makes the entry writable, if the VMA is, and leaves the fault. */
function wp_page_reuse(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>): void {
  ptep_set_access_flags({ mm, va, entry: maybe_mkwrite(pte_mkdirty(orig_pte), vma) });
  pte_unlock(mm);
  Return(brokenCow());
}

function reuseUnlessMerged(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>): void {
  const reuse = wp_page_anon({ mm, va, vma, orig_pte }, 'reuse');
  If(ne(reuse, reuse_t.is.COPY), () => Return(gupByVersion() ? select(eq(reuse, reuse_t.is.REUSED), vm_fault_t.is.WRITE, vm_fault_t.is.NONE) : vm_fault_t.is.NONE));
}

/** Copy on write: a private page for this mm. */
const wp_page_copy = proc('wp_page_copy', {
  params: { mm: mm_t, va: va_t, vma: vma_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))] }),
}, ({ mm, va, vma, orig_pte }) => {
  const old_page = pte_pfn(orig_pte);
  const special = notNormal(mm, va, old_page);
  ifNormal(special, () => {
    const anon = page_anon(old_page);
    if (anonymous()) If(anon, () => reuseIfReferencedOnce(mm, va, vma, orig_pte));
    else if (ksm() || swap() !== undefined) If(anon, () => reuseUnlessMerged(mm, va, vma, orig_pte));
    else if (reusesByReferences()) If(anon, () => reuseIfReferencedOnce(mm, va, vma, orig_pte));
    else reuseIfMappedOnce(mm, va, vma, orig_pte, anon);
    get_page(old_page);
  });
  pte_unlock(mm);
  const new_page = alloc_page();
  copy_user_page(new_page, old_page);
  setAnon(new_page, va);
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_same(pte, orig_pte), () => {
    ptep_clear_flush({ mm, va });
    set_pte_at(mm, va, maybe_mkwrite(pte_mkdirty(mk_pte(new_page, FALSE)), vma));
    inc_mapcount(new_page);
    ifNormal(special, () => dec_mapcount(old_page));
    pte_unlock(mm);
    // Since 5.14 (f4c4a3f48480).
    if (swapByVersion() && since('5.15')) free_swap_cache({ page: old_page });
    ifNormal(special, () => {
      put_page(old_page);
      put_page(old_page);
    });
    if (gupByVersion()) Return(brokenCow());
  }, () => {
    pte_unlock(mm);
    put_page(new_page);
    ifNormal(special, () => put_page(old_page));
  });
  Return(vm_fault_t.is.NONE);
});

function pageOfFile(mm: Mm): Page {
  const slot = cow() === undefined ? besidePunching(() => filemap_nopage({}, 'slot')) : version_nopage({ mm }, 'slot');
  If(not(slot_t.get(slot, 'present')), () => Return(vm_fault_t.is.SIGBUS));
  return slot_t.get(slot, 'pfn');
}

function pageOfReference(mm: Mm, va: Va): Page {
  const found = refpage_fault({ mm, va }, 'found');
  If(not(pin_t.get(found, 'ok')), () => Return(vm_fault_t.is.SIGBUS));
  return pin_t.get(found, 'pfn');
}

/** Fault on a none entry of a file mapping: find the page, install it. do_no_page until 2.6.22, __do_fault after. */
export const do_no_page = proc('do_no_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, models: source('do_no_page', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  if (writeProtection() && byNode()) mapCopyOfNode(mm, va, write);
  const sequence = since('2.6.23') ? null : truncate_count();
  const page = refpages() === 'v1' ? pageOfReference(mm, va) : pageOfFile(mm);
  if (since('2.6.23') && refpages() !== 'v1') {
    lock_page(page);
    recheckMapping(mm, page);
    if (truncationNoticed()) recheckSize(page);
  }
  // What v1's handler would do last.
  if (variant('reference page locked by its fault handler')) lock_page(page);
  If(and(write, not(vma_t.get(vma, 'S'))), () => {
    if (sequence !== null && truncationNoticed()) Return(do_cow_no_page({ mm, va, vma, page, sequence }));
    else Return(do_cow_fault({ mm, va, vma, page }));
  });
  if (mkwriteFirst()) If(write, () => mkwriteOnFault(mm, page));
  if (writeProtection()) If(write, () => { break_protection({ page }); }, () => mapCopyIfFar(mm, va, page));
  pte_lock(mm);
  if (sequence !== null) {
    const now = truncate_count();
    If(ne(sequence, now), () => backOut(mm, page));
  }
  const pte = ptep_get(mm, va);
  If(pte_occupied(pte), () => backOut(mm, page));
  const entry = mk_pte(page, vma_t.get(vma, 'prot_W'));
  if (since('2.6.30')) inc_mapcount(page);
  If(write, () => beginDirtying(mm, va));
  set_pte_at(mm, va, select(write, maybe_mkwrite(pte_mkdirty(entry), vma), entry));
  if (!since('2.6.30')) inc_mapcount(page);
  if (is('2.6.17')) {
    pte_unlock(mm);
    endDirtying(mm, va);
    Return(vm_fault_t.is.NONE);
    return;
  }
  const keepRef = !variant('no page reference over set_page_dirty');
  if (keepRef) If(write, () => get_page(page));
  pte_unlock(mm);
  if (since('2.6.23') && !since('2.6.30')) unlock_page(page);
  If(write, () => {
    if (since('2.6.30')) finish_dirty({ mm, va, page, locked: TRUE });
    else dirty_unlocked({ mm, va, page });
  });
  if (since('2.6.30')) unlock_page(page);
  if (balance() !== undefined && since('2.6.30')) If(write, () => { balance_dirty_pages({ page }); });
  if (keepRef) If(write, () => put_page(page));
  Return(vm_fault_t.is.NONE);
});

/** A reader on another node maps that node's copy of the page, if there is one. */
function mapCopyIfFar(mm: Mm, va: Va, page: Page): void {
  const far = byNode() ? [] : farMms();
  if (far.length === 0) return;
  If(or(...far.map((m) => eq(mm, m))), () => {
    const mapped = map_copy({ mm, va }, 'mapped');
    If(mapped, () => {
      unlock_page(page);
      put_page(page);
      Return(vm_fault_t.is.NONE);
    });
  });
}

/** The same, where each node has a cache of its own and the fault looks there first. */
function mapCopyOfNode(mm: Mm, va: Va, write: Value<'bool'>): void {
  If(and(not(write), or(...farMms().map((m) => eq(mm, m)))), () => {
    const mapped = map_copy_of_node({ mm, va }, 'mapped');
    If(mapped, () => Return(vm_fault_t.is.NONE));
  });
}

/** do_no_page's set_page_dirty_balance: until 2.6.29 without the page lock, and without waiting for it. */
const dirty_unlocked = proc('dirty_after_no_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, models: source('do_no_page', 'mm/memory.c'),
}, ({ mm, va, page }) => {
  if (variant('set_page_dirty notifies the file system')) set_page_dirty_sleeping({ page });
  else if (!variant('set_page_dirty before the PTE write')) set_page_dirty_balance({ page });
  endDirtying(mm, va);
});

/** What a fault takes for page->mapping. */
const mappingOf = (page: Page): Value<'bool'> => (variant('a protected page is taken to be in the file that is asked for') ? mapping_passed_down(page) : page_mapping(page));

/** Since 2.6.23 the page is locked here: gone from the file means fault again. */
function recheckMapping(mm: Mm, page: Page): void {
  const mapping = cow() === undefined ? mappingOf(page) : of_version({ mm, page }, 'mapping');
  If(not(mapping), () => {
    unlock_page(page);
    put_page(page);
    Return(vm_fault_t.is.NOPAGE);
  });
}

/** filemap_fault: "Must recheck i_size under page lock". */
function recheckSize(page: Page): void {
  const beyond = i_size_read();
  If(beyond, () => {
    unlock_page(page);
    put_page(page);
    Return(vm_fault_t.is.SIGBUS);
  });
}

/** page_mkwrite on the page just found; from 2.6.23 the page is locked around it, from 2.6.30 it comes back locked. */
function mkwriteOnFault(mm: Mm, page: Page): void {
  if (since('2.6.23')) unlock_page(page);
  const ret = mkwriteBesidePunching(() => page_mkwrite({ page }, 'ret'));
  If(or(eq(ret, vm_fault_t.is.SIGBUS), eq(ret, vm_fault_t.is.NOPAGE)), () => {
    put_page(page);
    Return(ret);
  });
  if (since('2.6.23') && !since('2.6.30')) {
    lock_page(page);
    recheckMapping(mm, page);
  }
}

/** Somebody was faster, or the file was cut: drop what was found and let the instruction fault again. */
function backOut(mm: Mm, page: Page): void {
  pte_unlock(mm);
  if (since('2.6.23')) unlock_page(page);
  put_page(page);
  Return(vm_fault_t.is.NOPAGE);
}

/** v1's reference page says VM_FAULT_LOCKED and is not. */
const unlocked = (): boolean => refpages() === 'v1' && !variant('reference page locked by its fault handler');

/** Early copy for a write fault in a private mapping. From 2.6.23 the file page is locked until the copy is mapped. */
const do_cow_fault = proc('do_cow_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t, page: pfn_t }, returns: vm_fault_t, models: source('do_no_page', 'mm/memory.c'),
  locks: ({ page }) => (since('2.6.23') && !unlocked() ? { entry: [held(PG_locked.at(page))] } : {}),
}, ({ mm, va, vma, page }) => {
  const new_page = alloc_page();
  copy_user_page(new_page, page);
  set_anon(new_page);
  pte_lock(mm);
  mapCopy(mm, va, vma, page, new_page);
});

/** Until 2.6.22, which tells by truncate_count whether the page that was copied is still the file's. */
const do_cow_no_page = proc('do_cow_no_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, page: pfn_t, sequence: sequence_t }, returns: vm_fault_t, models: source('do_no_page', 'mm/memory.c'),
}, ({ mm, va, vma, page, sequence }) => {
  const new_page = alloc_page();
  copy_user_page(new_page, page);
  set_anon(new_page);
  pte_lock(mm);
  const now = truncate_count();
  If(ne(sequence, now), () => {
    put_page(new_page);
    backOut(mm, page);
  });
  mapCopy(mm, va, vma, page, new_page);
});

/** The end of both, PTE lock held: maps the copy if nobody was faster. */
function mapCopy(mm: Mm, va: Va, vma: Vma, page: Page, new_page: Page): void {
  const pte = ptep_get(mm, va);
  const none = not(pte_occupied(pte));
  If(none, () => {
    set_pte_at(mm, va, maybe_mkwrite(pte_mkdirty(mk_pte(new_page, FALSE)), vma));
    inc_mapcount(new_page);
  });
  pte_unlock(mm);
  if (since('2.6.23')) unlock_page(page);
  put_page(page);
  If(not(none), () => put_page(new_page));
  Return(vm_fault_t.is.NONE);
}

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
