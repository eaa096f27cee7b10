/** The early copy that a write fault in a private mapping makes of a page of the file (mm/memory.c). */
import { FALSE, held, If, ne, not, proc, Return } from '../language/index.ts';
import { mk_pte, mm_t, pfn_t, pte_mkdirty, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { pte_occupied } from './migration_entry.ts';
import { maybe_mkwrite, pte_lock, pte_unlock, vma_t, type Mm, type Va, type Vma } from './mm_types.ts';
import { copy_user_page, inc_mapcount, PG_locked, put_page, set_anon, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { sequence_t, truncate_count } from './truncate_count.ts';
import { refpages, since, source, variant } from './version.ts';

/** Somebody was faster, or the file was cut: drop what was found and let the instruction fault again. */
export function backOut(mm: Mm, page: Page): void {
  pte_unlock(mm);
  if (since('2.6.23')) unlock_page(page);
  put_page(page);
  Return(vm_fault_t.is.NOPAGE);
}

/** v1's reference page says VM_FAULT_LOCKED and is not. */
const unlocked = (): boolean => refpages() === 'v1' && !variant('reference page locked by its fault handler');

/** Early copy for a write fault in a private mapping. From 2.6.23 the file page is locked until the copy is mapped. */
export const do_cow_fault = proc('do_cow_fault', {
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
export const do_cow_no_page = proc('do_cow_no_page', {
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
