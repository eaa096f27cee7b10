/** fork(2) where a PMD entry may be huge (mm/huge_memory.c copy_huge_pmd, mm/memory.c copy_pte_range): private memory is shared read-only. */
import { bool, FALSE, held, If, not, proc, Return, TRUE, Var } from '../language/index.ts';
import { pmd_is_table, pmd_t, pmd_trans_huge, pte_index, table_ptl_at, table_t, type Table } from '../machine/pmd.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mk_pte, mm_t, pte_mkdirty, pte_mkold, pte_pfn, pte_present, pte_t, pte_wrprotect, va_t, type Pte } from '../machine/types.ts';
import { ClearPageAnonExclusive, PageAnonExclusive } from './anon_exclusive.ts';
import { ifNeedsCow, raw_write_seqcount_begin, raw_write_seqcount_end } from './gup_pin.ts';
import { copySwapEntry } from './fork.ts';
import { split_huge_anon_pmd } from './huge_anon.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, maybe_mkwrite, set_vma, up_write, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, get_page, inc_mapcount, put_page, set_anon, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import {
  pmd_get, pmd_lock, pmd_page, pmd_populate, pmd_unlock, pmd_wrprotect, pmdp_set_wrprotect, pte_alloc_one, pte_get, pte_set, pte_set_wrprotect, pte_table_lock, pte_table_unlock, set_pmd_at,
} from './pgtable_pmd.ts';
import { page_add_anon_compound_rmap } from './thp_mapcount.ts';
import { is_migration_entry, is_writable_migration_entry } from './migration_entry.ts';
import { ptepIn } from './ptep.ts';
import { anonExclusive, follPin, migration, since, source, swap, vmaLocks } from './version.ts';
import { vma_start_write } from './vma_lock.ts';

/**
 * True: the child shares the page, read-only in both. False: go on with PTEs, because the entry is no huge one any more, or because it
 * was split here: a page that may be pinned is copied by small ones. The child's own lock is not taken: nobody faults there yet.
 */
const copy_huge_pmd = proc('copy_huge_pmd', {
  params: { src: mm_t, dst: mm_t, va: va_t }, returns: bool, models: source('copy_huge_pmd', 'mm/huge_memory.c'),
}, ({ src, dst, va }) => {
  pmd_lock(src);
  const e = pmd_get(src, va);
  If(not(pmd_trans_huge(e)), () => {
    pmd_unlock(src);
    Return(FALSE);
  });
  const page = pmd_page(e);
  get_page(page);
  if (anonExclusive()) {
    unshare(src, page, () => {
      put_page(page);
      pmd_unlock(src);
      split_huge_anon_pmd({ mm: src, va });
      Return(FALSE);
    });
  }
  page_add_anon_compound_rmap(page);
  pmdp_set_wrprotect(src, va);
  set_pmd_at(dst, va, pmd_wrprotect(e));
  pmd_unlock(src);
  Return(TRUE);
});

/** page_try_dup_anon_rmap: an exclusive page becomes shared, unless it may be pinned; then `pinned` runs. */
function unshare(src: Mm, page: Page, pinned: () => void): void {
  const exclusive = PageAnonExclusive(page);
  If(exclusive, () => {
    ifNeedsCow(src, page, pinned);
    ClearPageAnonExclusive(page);
  });
}

/** Of a page that may be pinned the child gets a copy; it is allocated with the locks held here, where the kernel drops them. */
const copy_present_pte = proc('copy_present_pte', {
  params: { src: mm_t, va: va_t, vma: vma_t, table: table_t, fresh: table_t, pte: pte_t }, models: source('copy_present_pte', 'mm/memory.c'),
  locks: ({ table }) => ({ entry: [held(table_ptl_at.at(table))], exit: [held(table_ptl_at.at(table))] }),
}, ({ src, va, vma, table, fresh, pte }) => {
  const page = pte_pfn(pte);
  if (anonExclusive()) {
    unshare(src, page, () => {
      const new_page = alloc_page();
      copy_user_page(new_page, page);
      set_anon(new_page);
      inc_mapcount(new_page);
      pte_set(fresh, pte_index(va), maybe_mkwrite(pte_mkdirty(mk_pte(new_page, FALSE)), vma));
      Return();
    });
  }
  get_page(page);
  inc_mapcount(page);
  pte_set_wrprotect(table, pte_index(va));
  pte_set(fresh, pte_index(va), pte_mkold(pte_wrprotect(pte)));
});

/** copy_nonpresent_pte: both become readable ones, of a page that is nobody's alone. They hold no reference. */
function copyMigrationEntry(table: Table, fresh: Table, va: Va, pte: Pte): void {
  If(is_writable_migration_entry(pte), () => pte_set(table, pte_index(va), pte_wrprotect(pte)));
  pte_set(fresh, pte_index(va), pte_wrprotect(pte));
}

const copy_pte_range = proc('copy_pte_range', {
  params: { src: mm_t, dst: mm_t, va: va_t, vma: vma_t }, models: source('copy_pte_range', 'mm/memory.c'),
}, ({ src, dst, va, vma }) => {
  const e = pmd_get(src, va);
  If(not(pmd_is_table(e)), () => Return());
  const table = pmd_t.get(e, 'table');
  const fresh = pte_alloc_one();
  pmd_populate(dst, va, fresh);
  pte_table_lock(table);
  const pte = swap() === undefined ? pte_get(table, pte_index(va)) : copySwapEntry(ptepIn(table, src, va), ptepIn(fresh, dst, va));
  If(pte_present(pte), () => { copy_present_pte({ src, va, vma, table, fresh, pte }); });
  if (migration()) If(is_migration_entry(pte), () => copyMigrationEntry(table, fresh, va, pte));
  pte_table_unlock(table);
});

/** copy_pmd_range. Since 5.11 GUP-fast is told that pages are being write-protected. */
const copy_page_range = proc('copy_page_range', {
  params: { src: mm_t, dst: mm_t, va: va_t, vma: vma_t }, models: source('copy_page_range', 'mm/memory.c'),
}, ({ src, dst, va, vma }) => {
  const sequence = follPin() && since('5.11');
  if (sequence) raw_write_seqcount_begin(src);
  const e = pmd_get(src, va);
  const copied = Var('copied', bool, FALSE);
  If(pmd_trans_huge(e), () => { copied.set(copy_huge_pmd({ src, dst, va }, 'done')); });
  If(not(copied.get()), () => { copy_pte_range({ src, dst, va, vma }); });
  if (sequence) raw_write_seqcount_end(src);
});

/** mmap_sem of both is held for writing; a split of the entry by somebody who takes neither is looked for again. */
export const dup_mmap_pmd = proc('dup_mmap', {
  params: { src: mm_t, dst: mm_t, va: va_t }, sleeps: true, models: source('dup_mmap', 'kernel/fork.c'),
}, ({ src, dst, va }) => {
  down_write(src);
  down_write(dst);
  const vma = vma_lookup(src, va);
  if (vmaLocks()) If(vma_t.get(vma, 'linked'), () => { vma_start_write({ mm: src, va }); });
  i_mmap_lock_write();
  set_vma(dst, va, vma);
  i_mmap_unlock_write();
  copy_page_range({ src, dst, va, vma });
  flush_tlb_mm({ mm: src });
  up_write(dst);
  up_write(src);
});
