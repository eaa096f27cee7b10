/** A write fault on a shared page that is mapped read-only (mm/memory.c): the file system is asked, the entry made writable, the page made dirty. */
import { eq, FALSE, held, If, ne, not, or, proc, Return, select, TRUE } from '../language/index.ts';
import { mm_t, pfn_t, pte_mkdirty, pte_pfn, pte_same, pte_t, va_t } from '../machine/types.ts';
import { beginDirtying, finish_dirty, mkwriteFirst } from './dirty_after_fault.ts';
import { mkwriteBesidePunching } from './extents.ts';
import { page_mkwrite, vm_fault_t } from './filesystem.ts';
import { maybe_mkwrite, pte_lock, pte_unlock, ptl_at, vma_t, type Mm } from './mm_types.ts';
import { get_page, lock_page, PG_locked, put_page, unlock_page, type Page } from './page.ts';
import { balance_dirty_pages } from './page_writeback.ts';
import { ptep_get, ptep_set_access_flags } from './pgtable.ts';
import { balance, since, source, variant, writeProtection } from './version.ts';
import { break_protection, break_protection_of_file, PageWriteProtected } from './write_protect.ts';

/** The shared-writable part of do_wp_page (a function of its own since 4.2). */
export const wp_page_shared = proc('wp_page_shared', {
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
