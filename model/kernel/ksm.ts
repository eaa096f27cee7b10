/** KSM (mm/ksm.c): protects a page against writing, and maps a page of equal contents in its place. */
import { and, atomic, eq, FALSE, held, If, load, ne, not, peek, primitive, proc, Return, select, store, TRUE, track, add, bool, Var, While, type Value } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { hasPmds } from '../machine/pmd.ts';
import { count_t, mk_pte, mm_t, pfn_t, pte_dirty, pte_mkclean, pte_same, pte_t, pte_present, pte_write, pte_wrprotect, PTE_NONE, va_t } from '../machine/types.ts';
import { ClearPageAnonExclusive, PageAnonExclusive } from './anon_exclusive.ts';
import { set_page_dirty } from './buffer.ts';
import { NO_PIN, pin_t } from './follow_page.ts';
import { follow_page } from './follow_pmd.ts';
import { handle_mm_fault } from './huge_fault.ts';
import { walked } from './huge_options.ts';
import { folio_test_large } from './large_folio.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, down_write, find_vma, lockForWriting, unlessGone, up_read, up_write, vma_lookup } from './mm_types.ts';
import { dec_mapcount, frozen, frozen_data, get_page, inc_mapcount, lock_page, page_anon, page_count, page_mapcount, PG_ksm, put_page, slot_t, unlock_page, type Page, PG_locked } from './page.ts';
import { ptepLocked } from './ptep.ts';
import { mappedAt } from './rmap.ts';
import { page_try_share_anon_rmap } from './share_anon_rmap.ts';
import { split_folio } from './split_folio.ts';
import { PageSwapCache } from './swap_state.ts';
import { freeSwapUnlessMapped } from './swap_free.ts';
import { mm_tlb_flush_pending } from './tlb_flush_pending.ts';
import { anonExclusive, flushesLate, since, source, variant, vmaLocks, privateFile, refpages, swap, unmergeable } from './version.ts';
import { clear_vm_mergeable, unmerged, vm_mergeable } from './vm_mergeable.ts';
import { PageKsm } from './wp_anon.ts';

/** From anonymous to KSM page: page->mapping becomes the stable node. The page is locked and protected. */
const set_page_stable_node = primitive('set_page_stable_node', (page: Page) => {
  store(PG_ksm.at(page), TRUE);
  track(frozen.at(page), TRUE);
  track(frozen_data.at(page), peek(data.at(page)));
});

/** References beyond those of the PTEs, the caller's and the swap cache's. */
const referencesRaised = (): ((page: Page) => Value<'bool'>) => (page) => {
  const swapped = swap() === undefined ? null : PageSwapCache(page);
  const mapcount = page_mapcount(page);
  const refs = page_count(page);
  const known = add(mapcount, count_t.lit(1));
  return ne(swapped === null ? known : add(known, select(swapped, count_t.lit(1), count_t.lit(0))), refs);
};

/** The contents of both pages at one instant: the first is protected, the second is a KSM page or protected too. */
const pages_identical = primitive('pages_identical', (page: Page, kpage: Page) => {
  let a: Value<'version_t'> | undefined;
  let b: Value<'version_t'> | undefined;
  atomic('the model compares pages at one instant', () => {
    a = load('a', data.at(page));
    b = load('b', data.at(kpage));
  });
  return eq(a as Value<'version_t'>, b as Value<'version_t'>);
});

/**
 * Makes the page's one PTE read-only and clean, unless somebody else has a reference: a pin. The entry is cleared and
 * flushed first, so that nobody can take a reference through it after the comparison.
 */
export const write_protect_page = proc('write_protect_page', {
  params: { page: pfn_t, mm: mm_t, va: va_t }, returns: pte_t, models: source('write_protect_page', 'mm/ksm.c'),
  doc: 'The entry as it was left; a none entry: not protected. The page is locked.',
}, ({ page, mm, va }) => {
  const ptep = mappedAt(page, mm, va, () => Return(PTE_NONE()));
  const pte = ptep.get();
  const exclusive = anonExclusive() ? PageAnonExclusive(page) : FALSE;
  // Since b3a81d0841a9 (4.13-rc5): a TLB may still have what the PTE no longer says.
  const pending = flushesLate() && since('4.14') ? [mm_tlb_flush_pending(mm)] : [];
  If(and(not(pte_write(pte)), not(pte_dirty(pte)), ...pending.map(not), ...(anonExclusive() ? [not(exclusive)] : [])), () => {
    ptep.unlock();
    Return(pte);
  });
  const early = variant('KSM compares references before it clears the PTE');
  if (early) giveUpIf(referencesRaised()(page), () => { ptep.unlock(); });
  const entry = ptep.clearFlush('entry');
  const restore = (): void => {
    ptep.set(entry);
    ptep.unlock();
  };
  if (!early && !variant('KSM looks for pins alone')) giveUpIf(referencesRaised()(page), restore);
  if (anonExclusive()) {
    If(exclusive, () => {
      const shared = page_try_share_anon_rmap({ page }, 'shared');
      giveUpIf(not(shared), restore);
    });
  }
  If(pte_dirty(entry), () => { set_page_dirty({ page }); });
  ptep.set(pte_mkclean(pte_wrprotect(entry)));
  if (variant('PageAnonExclusive is cleared after the PTE is written')) ClearPageAnonExclusive(page);
  ptep.unlock();
  Return(pte_mkclean(pte_wrprotect(entry)));
});

function giveUpIf(raised: Value<'bool'>, undo: () => void): void {
  If(raised, () => {
    undo();
    Return(PTE_NONE());
  });
}

/** Maps kpage in place of the page, if the PTE is still what write_protect_page left. */
export const replace_page = proc('replace_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t, kpage: pfn_t, orig_pte: pte_t }, returns: bool, models: source('replace_page', 'mm/ksm.c'),
  locks: ({ page }) => (swap() === undefined ? {} : { entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ mm, va, page, kpage, orig_pte }) => {
  const ptep = ptepLocked(mm, va, () => Return(FALSE));
  const pte = ptep.get();
  If(not(pte_same(pte, orig_pte)), () => {
    ptep.unlock();
    Return(FALSE);
  });
  get_page(kpage);
  inc_mapcount(kpage);
  ptep.clearFlush();
  ptep.set(mk_pte(kpage, FALSE));
  dec_mapcount(page);
  if (swap() !== undefined) freeSwapUnlessMapped(page);
  put_page(page);
  ptep.unlock();
  Return(TRUE);
});

/** Leaves the caller, whose page lock goes, unless the page is small now. */
function splitFirst(page: Page): void {
  const large = folio_test_large(page);
  If(large, () => {
    const split = split_folio({ page }, 'split');
    If(not(split), () => {
      unlock_page(page);
      Return(FALSE);
    });
  });
}

/**
 * Protects the page, then makes it the KSM page (`kpage` not present) or replaces it by one of equal contents.
 * The kernel tries the page lock; here it waits.
 */
export const try_to_merge_one_page = proc('try_to_merge_one_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t, kpage: slot_t }, returns: bool, sleeps: true, models: source('try_to_merge_one_page', 'mm/ksm.c'),
}, ({ mm, va, page, kpage }) => {
  If(and(slot_t.get(kpage, 'present'), eq(slot_t.get(kpage, 'pfn'), page)), () => Return(TRUE));
  lock_page(page);
  if (walked()) splitFirst(page);
  const orig_pte = write_protect_page({ page, mm, va }, 'orig_pte');
  If(not(pte_present(orig_pte)), () => {
    unlock_page(page);
    Return(FALSE);
  });
  If(not(slot_t.get(kpage, 'present')), () => {
    set_page_stable_node(page);
    unlock_page(page);
    Return(TRUE);
  });
  const same = pages_identical(page, slot_t.get(kpage, 'pfn'));
  If(not(same), () => {
    unlock_page(page);
    Return(FALSE);
  });
  const replaced = replace_page({ mm, va, page, kpage: slot_t.get(kpage, 'pfn'), orig_pte }, 'replaced');
  unlock_page(page);
  Return(replaced);
});

/** find_mergeable_vma: ksmd finds the VMA by its address each time that it takes mmap_lock. */
function unlessMergeable(mm: Value<'mm_t'>, va: Value<'va_t'>, nothing?: Value<string>): void {
  unlessGone(mm, vma_lookup(mm, va), up_read, nothing);
  if (unmergeable()) {
    const mergeable = vm_mergeable(mm, va);
    If(not(mergeable), () => {
      up_read(mm);
      Return(nothing);
    });
  }
}

const try_to_merge_with_ksm_page = proc('try_to_merge_with_ksm_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t, kpage: slot_t }, returns: bool, sleeps: true, models: source('try_to_merge_with_ksm_page', 'mm/ksm.c'),
}, ({ mm, va, page, kpage }) => {
  down_read(mm);
  if (vmaLocks()) unlessMergeable(mm, va, FALSE);
  const merged = try_to_merge_one_page({ mm, va, page, kpage }, 'merged');
  up_read(mm);
  Return(merged);
});

/** Only anonymous pages are merged; asked where the world has others. */
function unlessAnon(mm: Value<'mm_t'>, found: Value<'pin_t'>): void {
  If(pin_t.get(found, 'ok'), () => {
    const anon = variant('KSM takes pages that are not anonymous') ? TRUE : page_anon(pin_t.get(found, 'pfn'));
    If(not(anon), () => {
      up_read(mm);
      put_page(pin_t.get(found, 'pfn'));
      Return(NO_PIN());
    });
  });
}

/** The page at an address, with a reference. */
const get_mergeable_page = proc('get_mergeable_page', {
  params: { mm: mm_t, va: va_t }, returns: pin_t, sleeps: true, models: source('get_mergeable_page', 'mm/ksm.c'),
}, ({ mm, va }) => {
  down_read(mm);
  if (vmaLocks()) unlessMergeable(mm, va, NO_PIN());
  const found = follow_page({ mm, va, write: FALSE }, 'found');
  if (refpages() !== undefined || privateFile()) unlessAnon(mm, found);
  up_read(mm);
  Return(found);
});

/** Merges what two programs have mapped: the page of the first becomes the KSM page, unless it is one already. */
export const cmp_and_merge_page = proc('cmp_and_merge_page', {
  params: { tree: mm_t, mm: mm_t, va: va_t }, sleeps: true, models: source('cmp_and_merge_page', 'mm/ksm.c'),
}, ({ tree, mm, va }) => {
  const stable = get_mergeable_page({ mm: tree, va }, 'stable');
  If(not(pin_t.get(stable, 'ok')), () => Return());
  const kpage = pin_t.get(stable, 'pfn');
  const found = get_mergeable_page({ mm, va }, 'found');
  If(pin_t.get(found, 'ok'), () => {
    const already = PageKsm(kpage);
    If(already, () => { mergeInto(mm, va, pin_t.get(found, 'pfn'), kpage); }, () => {
      const first = try_to_merge_with_ksm_page({ mm: tree, va, page: kpage, kpage: slot_t.of({}) }, 'first');
      If(first, () => {
        const second = mergeInto(mm, va, pin_t.get(found, 'pfn'), kpage);
        If(not(second), () => { break_cow({ mm: tree, va }); });
      });
    });
    put_page(pin_t.get(found, 'pfn'));
  });
  put_page(kpage);
});

function mergeInto(mm: Value<'mm_t'>, va: Value<'va_t'>, page: Page, kpage: Page): Value<'bool'> {
  return try_to_merge_with_ksm_page({ mm, va, page, kpage: slot_t.of({ present: TRUE, pfn: kpage }) }, 'merged');
}

/** If the entry maps a page that KSM has merged, a write fault in the program's name gives the mapping one of its own; then `broken`. */
function breakIfMerged(mm: Value<'mm_t'>, va: Value<'va_t'>, broken?: () => void): void {
  const found = follow_page({ mm, va, write: FALSE }, 'found');
  If(pin_t.get(found, 'ok'), () => {
    const merged = PageKsm(pin_t.get(found, 'pfn'));
    put_page(pin_t.get(found, 'pfn'));
    If(merged, () => {
      const vma = find_vma(mm, va);
      (hasPmds() ? handle_mm_fault : handle_pte_fault)({ mm, va, vma, write: TRUE });
      broken?.();
    });
  });
}

/** Gives the mapping a page of its own again, by a write fault in the program's name. */
export const break_cow = proc('break_cow', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('break_cow', 'mm/ksm.c'),
}, ({ mm, va }) => {
  down_read(mm);
  if (vmaLocks()) unlessMergeable(mm, va);
  breakIfMerged(mm, va);
  up_read(mm);
});

/** The same until no merged page is found, for the fault may have backed out. */
const break_ksm = proc('break_ksm', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('break_ksm', 'mm/ksm.c'),
}, ({ mm, va }) => {
  const again = Var('again', bool, TRUE);
  While(again.get(), () => {
    again.set(FALSE);
    breakIfMerged(mm, va, () => { again.set(TRUE); });
  });
});

/** madvise(MADV_UNMERGEABLE) of memory that was touched: the page is the mapping's own again, and ksmd takes it no more. */
export const madvise_unmergeable = proc('ksm_madvise', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('ksm_madvise', 'mm/ksm.c'),
}, ({ mm, va }) => {
  down_write(mm);
  lockForWriting(mm, va, vma_lookup(mm, va));
  break_ksm({ mm, va });
  clear_vm_mergeable(mm, va);
  up_write(mm);
  track(unmerged.at(mm, va), TRUE);
});
