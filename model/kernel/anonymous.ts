/** The first fault on a page of an anonymous VMA (mm/memory.c), with v2's reference pages where the world has them. */
import { and, assert, bool, FALSE, If, ne, not, peek, primitive, proc, Return, select, store, TRUE } from '../language/index.ts';
import { rwsem_t } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { mk_pte, mm_t, pfn_t, pte_mkdirty, pte_mkwrite, pte_present, va_t, version_t } from '../machine/types.ts';
import { setAnon } from './anon_rmap.ts';
import { vm_fault_t } from './filesystem.ts';
import { mmap_sem_at, pte_lock, pte_unlock, vma_t, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, inc_mapcount, put_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { get_vma_refpage, is_refpage_vma, vm_file, type VmFile } from './refpage.ts';
import { pte_occupied } from './migration_entry.ts';
import { pte_none_or_entry } from './swapops.ts';
import { refpages, source, swap, variant, vmaLocks } from './version.ts';
import { has_anon_vma, set_anon_vma } from './vma_lock.ts';

/** A page of zeroes is version 0 of its contents. */
export const clear_user_highpage = primitive('clear_user_highpage', (page: Page) => store(data.at(page), version_t.lit(0)));

/** A read maps the VMA's reference page read-only, if it has one. Whatever else gets a page of its own: the zero page is not there. */
export const do_anonymous_page = proc('do_anonymous_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, models: source('do_anonymous_page', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  const file = refpages() === 'v2' ? vm_file(mm, va) : null;
  if (file !== null) If(and(not(write), is_refpage_vma(file)), () => Return(map_reference_page({ mm, va, page: get_vma_refpage(file) })));
  if (vmaLocks()) anon_vma_prepare(mm, va);
  const page = alloc_page();
  fill(page, file);
  setAnon(page, va);
  pte_lock(mm);
  const taken = swap() === undefined ? pte_occupied(ptep_get(mm, va)) : not(pte_none_or_entry(mm, va).none);
  If(taken, () => {
    pte_unlock(mm);
    put_page(page);
    Return(vm_fault_t.is.NOPAGE);
  });
  inc_mapcount(page);
  const entry = mk_pte(page, FALSE);
  set_pte_at(mm, va, select(vma_t.get(vma, 'W'), pte_mkwrite(pte_mkdirty(entry)), entry));
  pte_unlock(mm);
  Return(vm_fault_t.is.NONE);
});

/** The VMA's first fault, which holds mmap_lock, gives it an anon_vma. */
function anon_vma_prepare(mm: Mm, va: Va): void {
  const prepared = has_anon_vma(mm, va);
  If(not(prepared), () => {
    assert('the neighbours of a VMA are looked at with mmap_lock held', ne(peek(mmap_sem_at.at(mm)), rwsem_t.of({})));
    set_anon_vma(mm, va);
  });
}

function fill(page: Page, file: VmFile | null): void {
  if (file === null) clear_user_highpage(page);
  else If(is_refpage_vma(file), () => copy_user_page(page, get_vma_refpage(file)), () => clear_user_highpage(page));
}

/** No counter moves: vm_normal_page will not know the page. vm_page_prot of a private mapping has no W. */
const map_reference_page = proc('map_reference_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, returns: vm_fault_t, models: source('do_anonymous_page', 'mm/memory.c'),
}, ({ mm, va, page }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  const prot = variant('reference page mapped with the permissions of the VMA') ? TRUE : FALSE;
  If(not(pte_present(pte)), () => set_pte_at(mm, va, mk_pte(page, prot)));
  pte_unlock(mm);
  Return(vm_fault_t.is.NONE);
});

