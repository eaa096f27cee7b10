/** userfaultfd(2): a thread maps the page of a shmem file where another one has faulted (mm/userfaultfd.c, 5.14 on). */
import { FALSE, If, not, proc, Return } from '../language/index.ts';
import { mk_pte, mm_t, pfn_t, pte_mkdirty, pte_present, va_t } from '../machine/types.ts';
import { down_read, pte_lock, pte_unlock, up_read } from './mm_types.ts';
import { change_pte_range } from './mprotect.ts';
import { inc_mapcount, lock_page, put_page, slot_t, unlock_page } from './page.ts';
import { find_get_page } from './page_cache.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { since, source } from './version.ts';

/** Maps a page of the cache, read-only because the VMA is private; dirty since 5.16 (9ae0f87d009c). The caller's reference goes to the PTE. */
const mfill_atomic_install_pte = proc('mfill_atomic_install_pte', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, models: source('mfill_atomic_install_pte', 'mm/userfaultfd.c'),
}, ({ mm, va, page }) => {
  const entry = mk_pte(page, FALSE);
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_present(pte), () => {
    pte_unlock(mm);
    put_page(page);
    Return();
  });
  inc_mapcount(page);
  set_pte_at(mm, va, since('5.16') ? pte_mkdirty(entry) : entry);
  pte_unlock(mm);
});

/** UFFDIO_CONTINUE. EEXIST if something is mapped already. */
export const mcontinue_atomic_pte = proc('mcontinue_atomic_pte', {
  params: { mm: mm_t, va: va_t }, models: source('mcontinue_atomic_pte', 'mm/userfaultfd.c'), sleeps: true,
}, ({ mm, va }) => {
  down_read(mm);
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => {
    up_read(mm);
    Return();
  });
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  mfill_atomic_install_pte({ mm, va, page });
  unlock_page(page);
  up_read(mm);
});

/**
 * UFFDIO_WRITEPROTECT to take a protection away: the VMA's own protection, which in a private one has no W, so that an entry that nobody
 * had protected loses it. Nothing tells such an entry from one that waits for copy on write.
 */
export const mwriteprotect_range = proc('mwriteprotect_range', {
  params: { mm: mm_t, va: va_t }, models: source('mwriteprotect_range', 'mm/userfaultfd.c'), sleeps: true,
}, ({ mm, va }) => {
  down_read(mm);
  change_pte_range({ mm, va, prot_W: FALSE, dirty_accountable: FALSE });
  up_read(mm);
});
