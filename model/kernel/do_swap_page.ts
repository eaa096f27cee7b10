/** A fault on a PTE that holds a swap entry (mm/memory.c). */
import { and, assert, bool, enumeration, eq, FALSE, held, If, ne, not, or, peek, proc, Return, select, TRUE, Var, type Value } from '../language/index.ts';
import { hasPmds } from '../machine/pmd.ts';
import { count_t, mk_pte, mm_t, pfn_t, pte_mkdirty, va_t } from '../machine/types.ts';
import { PG_anon_exclusive } from './anon_exclusive.ts';
import { page_add_anon_rmap, setAnon } from './anon_rmap.ts';
import { maybe_mkwrite, pte_unlock, ptl_at, vma_t, type Mm } from './mm_types.ts';
import { inc_mapcount, lock_page, page_count, PageWriteback, PG_locked, put_page, slot_t, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { swap_readpage } from './page_io.ts';
import { ptepLocked, ptepOf, type Ptep } from './ptep.ts';
import { reuse_swap_page, try_to_free_swap } from './swap_reuse.ts';
import { swap_count, swap_free, swapcache_clear, swapcache_prepare, usedBy } from './swapfile.ts';
import { lookup_swap_cache, page_private, PageSwapCache, read_swap_cache_async } from './swap_state.ts';
import { set_pte_over_swap, swp_entry_t, swp_slot, type SwapEntry } from './swapops.ts';
import { anonExclusive, checksums, ksm, since, source, swap, variant } from './version.ts';
import { PageKsm } from './wp_anon.ts';

/** DONE: the page is mapped. RETRY: fault again. WP: it is mapped read-only, the fault was a write, and the PTE lock is held. */
export const swapin_t = enumeration('swapin_t', ['DONE', 'RETRY', 'WP']);

const params = { mm: mm_t, va: va_t, vma: vma_t, write: bool, entry: swp_entry_t } as const;
const withPage = { ...params, page: pfn_t } as const;

/** Whether the page is this mapping's alone, by the entry or by its references; gives up the swap cache's for that. A page that was read past the cache has one. */
const certainly_exclusive = proc('do_swap_page_exclusive', {
  params: { write: bool, entry: swp_entry_t, page: pfn_t }, returns: bool, models: source('do_swap_page', 'mm/memory.c'), doc: 'should_try_to_free_swap, and what do_swap_page does by it.',
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ write, entry, page }) => {
  if (ksm()) {
    const merged = PageKsm(page);
    If(merged, () => Return(FALSE));
  }
  const marked = exclusive(entry, page);
  If(write, () => {
    const cached = PageSwapCache(page);
    const count = page_count(page);
    If(and(cached, eq(count, count_t.lit(2))), () => { try_to_free_swap({ page }); });
  });
  If(marked, () => Return(TRUE));
  const left = page_count(page);
  Return(eq(left, count_t.lit(1)));
});

/** The PTE lock is held where a write fault goes on with do_wp_page; where page tables are objects it drops the lock, and the program faults again. */
const goesOn = ({ mm }: { readonly mm: Mm }) => (hasPmds() ? {} : { exitWhen: [{ returns: swapin_t.is.WP, locks: [held(ptl_at.at(mm))] }] });

interface Swapped {
  readonly vma: Value<'vma_t'>;
  readonly write: Value<'bool'>;
  readonly entry: SwapEntry;
  readonly page: Page;
}

/** From 5.19 on. */
function mapByExclusive({ vma, write, entry, page }: Swapped, ptep: Ptep): void {
  swap_free(swp_slot(entry));
  // BUG_ON(folio_test_anon(folio) && PageAnonExclusive(page)).
  assert('a page that a swap entry leads to is not PageAnonExclusive', not(peek(PG_anon_exclusive.at(page))));
  const alone = certainly_exclusive({ write, entry, page }, 'alone');
  page_add_anon_rmap(page, alone);
  inc_mapcount(page);
  const pte = mk_pte(page, FALSE);
  ptep.setOverSwap(select(and(write, alone), maybe_mkwrite(pte_mkdirty(pte), vma), pte));
  unlock_page(page);
  if (!hasPmds()) If(and(write, not(alone)), () => Return(swapin_t.is.WP));
  ptep.unlock();
  Return(swapin_t.is.DONE);
}

/** The end of map_swapped_page from 5.19 on. */
const map_by_exclusive = proc('map_swapped_page_exclusive', {
  params: withPage, returns: swapin_t, models: source('do_swap_page', 'mm/memory.c'),
  locks: ({ mm, page }) => ({ entry: [held(PG_locked.at(page)), held(ptl_at.at(mm))], exitWhen: [{ returns: swapin_t.is.WP, locks: [held(ptl_at.at(mm))] }] }),
}, ({ mm, va, ...swapped }) => { mapByExclusive(swapped, ptepOf(mm, va)); });

/** Maps the locked page, if the PTE still holds the entry; drops page lock and, if not, reference. */
const map_swapped_page = proc('map_swapped_page', {
  params: withPage, returns: swapin_t, models: source('do_swap_page', 'mm/memory.c'), doc: 'The second half of do_swap_page.',
  locks: ({ mm, page }) => ({ entry: [held(PG_locked.at(page))], ...goesOn({ mm }) }),
}, ({ mm, va, vma, write, entry, page }) => {
  const slot = swp_slot(entry);
  const ptep = ptepLocked(mm, va, () => { outPage(page); });
  const now = ptep.swapEntry();
  If(ne(now, entry), () => {
    ptep.unlock();
    outPage(page);
  });
  if (hasPmds()) {
    mapByExclusive({ vma, write, entry, page }, ptep);
    return;
  }
  if (anonExclusive()) {
    Return(map_by_exclusive({ mm, va, vma, write, entry, page }));
    return;
  }
  const reused = Var('reused', bool, FALSE);
  // Until 5.17 the page is counted in swap, and not in mapcount, when it is asked for; since then in neither.
  if (since('6.2')) swap_free(slot);
  If(write, () => {
    const alone = reuse_swap_page({ page }, 'alone');
    reused.set(since('6.2') ? or(alone, exclusive(entry, page)) : alone);
  });
  const pte = mk_pte(page, FALSE);
  If(reused.get(), () => set_pte_over_swap(mm, va, maybe_mkwrite(pte_mkdirty(pte), vma)), () => set_pte_over_swap(mm, va, pte));
  setAnon(page, va);
  inc_mapcount(page);
  if (!since('6.2')) swap_free(slot);
  unlock_page(page);
  If(and(write, not(reused.get())), () => Return(swapin_t.is.WP));
  pte_unlock(mm);
  Return(swapin_t.is.DONE);
});

/** Not while the page is under IO to a device that needs it stable. */
function exclusive(entry: SwapEntry, page: Page): Value<'bool'> {
  const bit = swp_entry_t.get(entry, 'exclusive');
  return checksums() ? and(bit, not(PageWriteback(page))) : bit;
}

function outPage(page: Page): void {
  unlock_page(page);
  put_page(page);
  Return(swapin_t.is.RETRY);
}

/** Whether it is asked, with the page locked, that the page still is in the swap cache; and for this slot. Both since 2.6.36. */
const asksCache = (): boolean => since('2.6.36') || variant('do_swap_page asks PageSwapCache and no more');
const asksSlot = (): boolean => since('2.6.36') && !variant('do_swap_page asks PageSwapCache and no more');

/** A page that was found in the swap cache, or put there to be read. */
const map_cached_page = proc('map_cached_page', {
  params: withPage, returns: swapin_t, models: source('do_swap_page', 'mm/memory.c'), doc: 'do_swap_page, from lock_page on.', sleeps: true,
  locks: goesOn,
}, ({ page, ...at }) => {
  lock_page(page);
  if (asksCache()) {
    const cached = PageSwapCache(page);
    If(not(cached), () => outPage(page));
  }
  if (asksSlot()) {
    const now = page_private(page);
    If(ne(now, swp_slot(at.entry)), () => outPage(page));
  }
  Return(map_swapped_page({ ...at, page }));
});

/** SWP_SYNCHRONOUS_IO and an entry that no other PTE holds: a page of the fault's own is read, the swap cache does without it (4.15). */
const skip_swapcache = proc('skip_swapcache', {
  params, returns: swapin_t, models: source('do_swap_page', 'mm/memory.c'), sleeps: true,
  locks: goesOn,
}, (at) => {
  const slot = swp_slot(at.entry);
  if (since('6.8')) {
    const mine = swapcache_prepare(slot);
    If(not(mine), () => Return(swapin_t.is.RETRY));
  }
  const page = alloc_page();
  lock_page(page);
  swap_readpage(page, slot);
  const ret = map_swapped_page({ ...at, page }, 'ret');
  if (since('6.8')) swapcache_clear(slot);
  Return(ret);
});

/** Entered without locks but mmap_sem; the caller has read the entry from the PTE. */
export const do_swap_page = proc('do_swap_page', {
  params, returns: swapin_t, models: source('do_swap_page', 'mm/memory.c'), sleeps: true,
  locks: goesOn,
}, (at) => {
  const slot = swp_slot(at.entry);
  const found = lookup_swap_cache(slot);
  If(slot_t.get(found, 'present'), () => Return(map_cached_page({ ...at, page: slot_t.get(found, 'pfn') })));
  if (swap() === 'synchronous' && since('4.20')) {
    const map = swap_count(slot);
    If(usedBy(map, 1), () => Return(skip_swapcache(at)));
  }
  const read = read_swap_cache_async({ slot }, 'read');
  If(not(slot_t.get(read, 'present')), () => Return(swapin_t.is.RETRY));
  Return(map_cached_page({ ...at, page: slot_t.get(read, 'pfn') }));
});
