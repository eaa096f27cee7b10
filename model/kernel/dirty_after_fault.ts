/** The end of a fault that has made a shared page writable (mm/memory.c): the page becomes dirty, for I3 too. */
import { bool, FALSE, If, proc, Return, track, TRUE } from '../language/index.ts';
import { mm_t, pfn_t, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { leave_old_version } from './cow.ts';
import { set_page_dirty_sleeping } from './lameter.ts';
import { in_fault, type Mm, type Va } from './mm_types.ts';
import { lock_page, unlock_page, wait_on_page_locked, type Page } from './page.ts';
import { set_page_dirty_balance } from './page_writeback.ts';
import { cow, fs, is, since, source, variant } from './version.ts';

/** Ghost bookkeeping of a fault that has made a shared PTE writable: I3 waits for its set_page_dirty. */
export const beginDirtying = (mm: Mm, va: Va): void => track(in_fault.at(mm, va), TRUE);
export const endDirtying = (mm: Mm, va: Va): void => track(in_fault.at(mm, va), FALSE);

/** The tail of a write-protect fault on a shared page: dirty the page, which the fault holds a reference on. */
export const finish_dirty = proc('set_page_dirty_after_fault', {
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

/** do_no_page's set_page_dirty_balance: until 2.6.29 without the page lock, and without waiting for it. */
export const dirty_unlocked = proc('dirty_after_no_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, models: source('do_no_page', 'mm/memory.c'),
}, ({ mm, va, page }) => {
  if (variant('set_page_dirty notifies the file system')) set_page_dirty_sleeping({ page });
  else if (!variant('set_page_dirty before the PTE write')) set_page_dirty_balance({ page });
  endDirtying(mm, va);
});

/** Whether a write fault asks the file system before it makes the PTE writable. */
export const mkwriteFirst = (): boolean => fs().mkwrite === true && !variant('set_page_dirty notifies the file system') && !is('2.6.17');
