/** Huge pages of anonymous memory (mm/huge_memory.c): the split of an entry, the zap, and the faults. */
import { add, and, bool, eq, FALSE, If, not, or, primitive, proc, Return, rmw, select, TRUE, Var, type Value } from '../language/index.ts';
import { nth_page, pmd_is_table, pmd_kind_t, pmd_none, pmd_t, pmd_trans_huge, pte_index, sub_t, type Pmd } from '../machine/pmd.ts';
import { count_t, mm_t, pte_present, pte_t, pte_write, va_t } from '../machine/types.ts';
import { PageAnonExclusive, SetPageAnonExclusive } from './anon_exclusive.ts';
import { clear_user_highpage } from './anonymous.ts';
import { vm_fault_t } from './filesystem.ts';
import { huge } from './huge_options.ts';
import { is_huge_zero_pmd, put_huge_zero_page, set_huge_zero_page } from './huge_zero.ts';
import { is_migration_entry, make_migration_entry } from './migration_entry.ts';
import { migration_entry_wait } from './migration_table.ts';
import { down_read, find_vma, up_read, vma_t, type Mm, type Va } from './mm_types.ts';
import { dec_mapcount, get_page, inc_mapcount, lock_page, page_count_at, put_page, set_anon, SetPageDirty, unlock_page, type Page } from './page.ts';
import { alloc_huge_page } from './page_alloc.ts';
import {
  flush_pmd_tlb_range, pmd_dirty, pmd_establish, pmd_get, pmd_get_and_clear, pmd_lock, pmd_mkinvalid, pmd_page, pmd_populate, pmd_unlock, pmdp_huge_clear_flush, pte_alloc_one, pte_get, pte_set,
  set_pmd_at,
} from './pgtable_pmd.ts';
import { page_try_share_anon_rmap } from './share_anon_rmap.ts';
import { page_add_anon_compound_rmap, page_remove_anon_compound_rmap, reuse_swap_page, transfer_mapcount } from './thp_mapcount.ts';
import { anonExclusive, gupByVersion, looksForVma, since, source } from './version.ts';

export const pmd_same = (a: Pmd, b: Pmd): Value<'bool'> => eq(a, b);
const page_ref_add = primitive('page_ref_add', (page: Page, n: Value<'count_t'>) => {
  rmw('count', page_count_at.at(page), (c) => add(c, n), { ignore: true });
});

/** Takes the present bit away and flushes. One exchange since 4.16 (d52605d7cb30); before, a read and a write (B46). */
export const pmdp_invalidate = proc('pmdp_invalidate', {
  params: { mm: mm_t, va: va_t }, returns: pmd_t, models: source('pmdp_invalidate', 'mm/pgtable-generic.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  if (huge().plainInvalidate) {
    set_pmd_at(mm, va, pmd_mkinvalid(e));
    flush_pmd_tlb_range(mm, va);
    Return(e);
    return;
  }
  const old = pmd_establish(mm, va, pmd_mkinvalid(e));
  flush_pmd_tlb_range(mm, va);
  Return(old);
});

/** The same without the flush, for who does not let A and D get lost (x86, 4f83145721f3, 6.1): the caller flushes once it has dropped the lock. */
export const pmdp_invalidate_ad = proc('pmdp_invalidate_ad', {
  params: { mm: mm_t, va: va_t }, returns: pmd_t, models: source('pmdp_invalidate_ad', 'arch/x86/mm/pgtable.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  Return(pmd_establish(mm, va, pmd_mkinvalid(e)));
});

/**
 * The page lock is taken before the PMD lock since 5.8 (c444eb564fb1): the kernel tries it with the PMD lock held, and does this
 * if it fails. The entry may have changed meanwhile.
 */
function lockPageAndPmd(mm: Mm, e: Pmd): void {
  get_page(pmd_page(e));
  pmd_unlock(mm);
  lock_page(pmd_page(e));
  pmd_lock(mm);
  put_page(pmd_page(e));
}

/** What the first small page says of the whole, each says of itself from now on. */
function shareExclusiveness(page: Page): void {
  const exclusive = PageAnonExclusive(page);
  If(exclusive, () => { sub_t.all().slice(1).forEach((s) => { SetPageAnonExclusive(nth_page(page, s)); }); });
}

/** Whether the small entries become migration entries, from 5.19 on: not those of an exclusive page that may be pinned, nor is it shared then. */
function sharedToFreeze(page: Page): Value<'bool'> {
  const frozen = Var('frozen', bool, TRUE);
  const exclusive = PageAnonExclusive(page);
  If(exclusive, () => { frozen.set(page_try_share_anon_rmap({ page }, 'shared')); });
  return frozen.get();
}

/**
 * Entered and left with the PMD lock held. W, and since 6.1 D, go to the small entries; D goes to the page. freeze: they become migration
 * entries, and the mapping's counts and references go.
 */
const splitLocked = (freeze: boolean, name = '__split_huge_pmd_locked') => proc(name, {
  params: { mm: mm_t, va: va_t }, models: source('__split_huge_pmd_locked', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  const old = pmdp_invalidate({ mm, va }, 'old');
  const page = pmd_page(old);
  If(pmd_dirty(old), () => { SetPageDirty(page); });
  if (sub_t.size() > 1) page_ref_add(page, count_t.lit(sub_t.size() - 1));
  if (anonExclusive() && sub_t.size() > 1) shareExclusiveness(page);
  const frozen = freeze && anonExclusive() ? sharedToFreeze(page) : freeze ? TRUE : FALSE;
  const table = pte_alloc_one();
  for (const s of sub_t.all()) {
    const D = since('6.2') ? { D: pmd_dirty(old) } : {};
    const entry = pte_t.of({ P: TRUE, pfn: nth_page(page, s), W: pmd_t.get(old, 'W'), ...D });
    const migrating = make_migration_entry(nth_page(page, s), pmd_t.get(old, 'W'));
    pte_set(table, s, !freeze ? entry : anonExclusive() ? select(frozen, migrating, entry) : migrating);
    inc_mapcount(nth_page(page, s));
  }
  transfer_mapcount({ page });
  pmd_populate(mm, va, table);
  if (!freeze) return;
  // The page is one still: its references are the first small page's.
  const unmap = (): void => {
    for (const s of sub_t.all()) {
      dec_mapcount(nth_page(page, s));
      put_page(page);
    }
  };
  if (anonExclusive()) If(frozen, unmap);
  else unmap();
});
const __split_huge_pmd_locked = splitLocked(false);
/** For split_huge_page, which unmaps the page and maps it again when it is split. */
export const __freeze_huge_pmd_locked = splitLocked(true);
/** The same in worlds in which others split entries. */
export const __freeze_anon_pmd_locked = splitLocked(true, '__split_huge_pmd_locked_freeze');

export const split_huge_anon_pmd = proc('__split_huge_pmd', {
  params: { mm: mm_t, va: va_t }, models: source('__split_huge_pmd', 'mm/huge_memory.c'), sleeps: true,
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(not(pmd_trans_huge(e)), () => {
    pmd_unlock(mm);
    Return();
  });
  // The page lock was needed while mapcounts decided who may write: from 5.8 to 5.17 (1b7f7e58decc).
  if (!since('5.9') || since('5.19')) {
    __split_huge_pmd_locked({ mm, va });
    pmd_unlock(mm);
    return;
  }
  lockPageAndPmd(mm, e);
  const again = pmd_get(mm, va);
  If(pmd_same(e, again), () => { __split_huge_pmd_locked({ mm, va }); });
  pmd_unlock(mm);
  unlock_page(pmd_page(e));
});

/** Nothing is counted but the mappings of the huge page of zeroes; its count goes behind the flush. */
function zeroPageGoes(mm: Mm, va: Va): void {
  pmd_unlock(mm);
  flush_pmd_tlb_range(mm, va);
  put_huge_zero_page();
  Return(TRUE);
}

/** Clears the entry and drops the mapping, and with it the page. The gather's flush comes before the page is freed. False: it was not huge any more. */
export const zap_huge_pmd = proc('zap_huge_pmd', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('zap_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(not(pmd_trans_huge(e)), () => {
    pmd_unlock(mm);
    Return(FALSE);
  });
  const old = pmd_get_and_clear(mm, va);
  if (huge().zeroPage) If(is_huge_zero_pmd(old), () => zeroPageGoes(mm, va));
  if (huge().mapping === 'anon') page_remove_anon_compound_rmap({ page: pmd_page(old) });
  pmd_unlock(mm);
  flush_pmd_tlb_range(mm, va);
  put_page(pmd_page(old));
  Return(TRUE);
});

/** madvise(MADV_DONTNEED) of the whole huge page. */
export const zap_page_range = proc('zap_page_range', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('zap_page_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  down_read(mm);
  zap_huge_pmd({ mm, va });
  up_read(mm);
});

/** The W bit of what is mapped. Only worlds whose VMAs may not allow stores have faults that ask. */
const maybe_pmd_mkwrite = (mm: Mm, va: Va): Value<'bool'> => (huge().zeroPage || looksForVma() ? vma_t.get(find_vma(mm, va), 'W') : TRUE);

/** A write fault on the huge page of zeroes: a huge page of its own, read-only if the VMA is. */
const do_huge_pmd_wp_zero_page = proc('do_huge_pmd_wp_zero_page', {
  params: { mm: mm_t, va: va_t, orig_pmd: pmd_t }, returns: vm_fault_t, models: source('do_huge_pmd_wp_page', 'mm/huge_memory.c'),
}, ({ mm, va, orig_pmd }) => {
  const grant = maybe_pmd_mkwrite(mm, va);
  const page = alloc_huge_page();
  clear_user_highpage(page);
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(not(pmd_same(e, orig_pmd)), () => {
    pmd_unlock(mm);
    put_page(page);
    Return(vm_fault_t.is.NONE);
  });
  pmdp_huge_clear_flush({ mm, va });
  page_add_anon_compound_rmap(page);
  set_pmd_at(mm, va, pmd_t.of({ kind: pmd_kind_t.is.HUGE, pfn: page, W: grant, D: TRUE }));
  put_huge_zero_page();
  pmd_unlock(mm);
  Return(vm_fault_t.is.WRITE);
});

/** A store to a read-only huge page: made writable if nobody else maps any of it. Copying is not modelled: SIGBUS. */
const do_huge_pmd_wp_page = proc('do_huge_pmd_wp_page', {
  params: { mm: mm_t, va: va_t, orig_pmd: pmd_t }, returns: vm_fault_t, sleeps: true, models: source('do_huge_pmd_wp_page', 'mm/huge_memory.c'),
}, ({ mm, va, orig_pmd }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(not(pmd_same(e, orig_pmd)), () => {
    pmd_unlock(mm);
    Return(vm_fault_t.is.NONE);
  });
  const page = pmd_page(orig_pmd);
  const grant = maybe_pmd_mkwrite(mm, va);
  lockPageAndPmd(mm, orig_pmd);
  const again = pmd_get(mm, va);
  If(not(pmd_same(again, orig_pmd)), () => {
    unlock_page(page);
    pmd_unlock(mm);
    Return(vm_fault_t.is.NONE);
  });
  const reuse = reuse_swap_page({ page }, 'reuse');
  If(reuse, () => { set_pmd_at(mm, va, pmd_t.with(pmd_t.with(orig_pmd, 'W', grant), 'D', TRUE)); });
  unlock_page(page);
  pmd_unlock(mm);
  If(reuse, () => Return(gupByVersion() ? vm_fault_t.is.WRITE : vm_fault_t.is.NONE));
  Return(vm_fault_t.is.SIGBUS);
});

/** A huge page of zeroes where nothing is mapped; somebody may be faster. */
export const do_huge_pmd_anonymous_page = proc('do_huge_pmd_anonymous_page', {
  params: { mm: mm_t, va: va_t }, returns: vm_fault_t, models: source('do_huge_pmd_anonymous_page', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  const grant = maybe_pmd_mkwrite(mm, va);
  const page = alloc_huge_page();
  clear_user_highpage(page);
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_none(e), () => {
    if (anonExclusive()) set_anon(page);
    page_add_anon_compound_rmap(page);
    set_pmd_at(mm, va, pmd_t.of({ kind: pmd_kind_t.is.HUGE, pfn: page, W: grant, D: TRUE }));
    pmd_unlock(mm);
  }, () => {
    pmd_unlock(mm);
    put_page(page);
  });
  Return(vm_fault_t.is.NONE);
});

/** Faults of anonymous memory: only that of a huge page is carried out. Where a page must be mapped or copied: SIGBUS, and the program ends. */
export const handle_anon_fault = proc('handle_anon_fault', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: vm_fault_t, models: source('__handle_mm_fault', 'mm/memory.c'),
}, ({ mm, va, write }) => {
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => {
    if (huge().zeroPage) If(and(write, is_huge_zero_pmd(e)), () => Return(do_huge_pmd_wp_zero_page({ mm, va, orig_pmd: e })));
    If(and(write, not(pmd_t.get(e, 'W'))), () => Return(do_huge_pmd_wp_page({ mm, va, orig_pmd: e })));
    Return(vm_fault_t.is.NONE);
  });
  if (huge().zeroPage) {
    If(and(pmd_none(e), not(write)), () => {
      set_huge_zero_page({ mm, va });
      Return(vm_fault_t.is.NONE);
    });
  }
  if (huge().anonFaults) If(pmd_none(e), () => Return(do_huge_pmd_anonymous_page({ mm, va })));
  If(pmd_is_table(e), () => {
    const table = pmd_t.get(e, 'table');
    const entry = pte_get(table, pte_index(va));
    If(and(pte_present(entry), or(not(write), pte_write(entry))), () => Return(vm_fault_t.is.NOPAGE));
    if (huge().migration) {
      If(is_migration_entry(entry), () => {
        migration_entry_wait({ table, i: pte_index(va) });
        Return(vm_fault_t.is.NONE);
      });
    }
  });
  Return(vm_fault_t.is.SIGBUS);
});
