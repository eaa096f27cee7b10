/** Faults of small anonymous pages where page tables are objects (mm/memory.c, 5.19 on). mmap_sem is held for reading: nobody frees a table. */
import { and, bool, eq, FALSE, held, If, not, or, proc, Return, select, type Value } from '../language/index.ts';
import { pmd_is_table, pmd_none, pmd_t, pte_index, table_ptl_at, table_t, type Table } from '../machine/pmd.ts';
import { count_t, mk_pte, mm_t, PTE_NONE, pte_mkdirty, pte_pfn, pte_present, pte_same, pte_t, pte_write, va_t } from '../machine/types.ts';
import { PageAnonExclusive, SetPageAnonExclusive } from './anon_exclusive.ts';
import { clear_user_highpage } from './anonymous.ts';
import { do_swap_page } from './do_swap_page.ts';
import { vm_fault_t } from './filesystem.ts';
import { huge } from './huge_options.ts';
import { is_migration_entry } from './migration_entry.ts';
import { migration_entry_wait } from './migration_table.ts';
import { maybe_mkwrite, vma_t, type Va } from './mm_types.ts';
import { copy_user_page, dec_mapcount, get_page, inc_mapcount, page_count, put_page, set_anon, trylock_page, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { flush_pmd_tlb_range, pmd_get, pte_clear, pte_get, pte_set, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { pte_alloc } from './pte_alloc.ts';
import { free_swap_cache } from './swap_free.ts';
import { try_to_free_swap } from './swap_reuse.ts';
import { PageSwapCache } from './swap_state.ts';
import { table_pte_and_entry } from './swap_table.ts';
import { swp_entry_t } from './swapops.ts';
import { ksm, source, swap } from './version.ts';
import { PageKsm } from './wp_anon.ts';

/** A page that nobody has mapped yet becomes the address's. Dirty where it is writable. */
function mapNew(table: Table, va: Va, vma: Value<'vma_t'>, page: Page): void {
  const entry = mk_pte(page, vma_t.get(vma, 'W'));
  inc_mapcount(page);
  pte_set(table, pte_index(va), select(vma_t.get(vma, 'W'), pte_mkdirty(entry), entry));
}

/** The page of zeroes is not there: a read gets a page of its own too. */
const do_anonymous_page = proc('do_anonymous_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t }, returns: vm_fault_t, sleeps: true, models: source('do_anonymous_page', 'mm/memory.c'),
}, ({ mm, va, vma }) => {
  const first = pmd_get(mm, va);
  If(pmd_none(first), () => { pte_alloc({ mm, va }); });
  const e = pmd_get(mm, va);
  If(not(pmd_is_table(e)), () => Return(vm_fault_t.is.NONE));
  const table = pmd_t.get(e, 'table');
  const page = alloc_page();
  clear_user_highpage(page);
  pte_table_lock(table);
  const none = swap() === undefined ? eq(pte_get(table, pte_index(va)), PTE_NONE()) : table_pte_and_entry(table, pte_index(va)).none;
  If(not(none), () => {
    pte_table_unlock(table);
    put_page(page);
    Return(vm_fault_t.is.NONE);
  });
  set_anon(page);
  mapNew(table, va, vma, page);
  pte_table_unlock(table);
  Return(vm_fault_t.is.NONE);
});

/** The caller has a reference to the old page. */
const wp_page_copy = proc('wp_page_copy', {
  params: { mm: mm_t, va: va_t, vma: vma_t, table: table_t, orig_pte: pte_t }, sleeps: true, models: source('wp_page_copy', 'mm/memory.c'),
}, ({ mm, va, vma, table, orig_pte }) => {
  const old_page = pte_pfn(orig_pte);
  const new_page = alloc_page();
  copy_user_page(new_page, old_page);
  pte_table_lock(table);
  const pte = pte_get(table, pte_index(va));
  If(pte_same(pte, orig_pte), () => {
    pte_clear(table, pte_index(va));
    flush_pmd_tlb_range(mm, va);
    set_anon(new_page);
    mapNew(table, va, vma, new_page);
    dec_mapcount(old_page);
    pte_table_unlock(table);
    if (swap() !== undefined) free_swap_cache({ page: old_page });
    put_page(old_page);
  }, () => {
    pte_table_unlock(table);
    put_page(new_page);
  });
  put_page(old_page);
});

/** Entered with the table's lock held and the entry as it was read; leaves without it. Whoever has the page locked makes it copied. */
const do_wp_page = proc('do_wp_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, table: table_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ table }) => ({ entry: [held(table_ptl_at.at(table))] }),
}, ({ mm, va, vma, table, orig_pte }) => {
  const page = pte_pfn(orig_pte);
  const reuse = (): void => {
    pte_set(table, pte_index(va), maybe_mkwrite(pte_mkdirty(orig_pte), vma));
    pte_table_unlock(table);
    Return(vm_fault_t.is.NONE);
  };
  const exclusive = PageAnonExclusive(page);
  If(exclusive, reuse);
  const references = page_count(page);
  const cached = swap() === undefined ? FALSE : PageSwapCache(page);
  const merged = ksm() ? PageKsm(page) : FALSE;
  If(and(or(eq(references, count_t.lit(1)), and(cached, eq(references, count_t.lit(2)))), not(merged)), () => {
    const locked = trylock_page(page);
    If(locked, () => {
      if (swap() !== undefined) try_to_free_swap({ page });
      const again = page_count(page);
      const mergedNow = ksm() ? PageKsm(page) : FALSE;
      If(and(eq(again, count_t.lit(1)), not(mergedNow)), () => {
        SetPageAnonExclusive(page);
        unlock_page(page);
        reuse();
      });
      unlock_page(page);
    });
  });
  get_page(page);
  pte_table_unlock(table);
  wp_page_copy({ mm, va, vma, table, orig_pte });
  Return(vm_fault_t.is.NONE);
});

/** Who meets a migration entry waits, where the world has any; a huge entry that has come up meanwhile is for the next fault. */
export const handle_anon_pte_fault = proc('handle_pte_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, sleeps: true, models: source('handle_pte_fault', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  const e = pmd_get(mm, va);
  If(pmd_none(e), () => Return(do_anonymous_page({ mm, va, vma })));
  If(not(pmd_is_table(e)), () => Return(vm_fault_t.is.NONE));
  const table = pmd_t.get(e, 'table');
  const entry = swap() === undefined ? pte_get(table, pte_index(va)) : readOrSwapIn({ mm, va, vma, write, table });
  if (huge().migration) If(is_migration_entry(entry), () => waitForMigration(table, va));
  If(not(pte_present(entry)), () => Return(do_anonymous_page({ mm, va, vma })));
  If(or(not(write), pte_write(entry)), () => Return(vm_fault_t.is.NONE));
  pte_table_lock(table);
  const again = pte_get(table, pte_index(va));
  If(pte_same(again, entry), () => Return(do_wp_page({ mm, va, vma, table, orig_pte: entry })));
  pte_table_unlock(table);
  Return(vm_fault_t.is.NONE);
});

/** Leaves the fault when what a swap entry leads to is mapped, or has changed meanwhile. */
function readOrSwapIn({ table, ...at }: { mm: Value<'mm_t'>; va: Va; vma: Value<'vma_t'>; write: Value<'bool'>; table: Table }): Value<'pte_t'> {
  const { pte, entry } = table_pte_and_entry(table, pte_index(at.va));
  If(swp_entry_t.get(entry, 'V'), () => {
    do_swap_page({ ...at, entry }, 'swapin');
    Return(vm_fault_t.is.NONE);
  });
  return pte;
}

function waitForMigration(table: Table, va: Va): void {
  migration_entry_wait({ table, i: pte_index(va) });
  Return(vm_fault_t.is.NONE);
}
