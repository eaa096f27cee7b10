/** When a write fault takes a private page over instead of copying it (mm/memory.c). Each of these leaves the fault if it does. */
import { and, eq, If, ne, not, Return, select, type Value } from '../language/index.ts';
import { count_t, pte_mkdirty, pte_pfn } from '../machine/types.ts';
import { PageAnonExclusive, SetPageAnonExclusive } from './anon_exclusive.ts';
import { vm_fault_t } from './filesystem.ts';
import { maybe_mkwrite, pte_unlock, type Mm, type Va, type Vma } from './mm_types.ts';
import { page_count, page_mapcount, trylock_page, unlock_page, type Page } from './page.ts';
import { ptep_set_access_flags } from './pgtable.ts';
import { anonExclusive, gupByVersion, ksm, since, swap, variant } from './version.ts';
import { PageKsm, reuse_t, wp_can_reuse, wp_page_anon } from './wp_anon.ts';

export function reuseIfMappedOnce(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>, anon: Value<'bool'>): void {
  const mapcount = page_mapcount(pte_pfn(orig_pte));
  If(and(anon, eq(mapcount, count_t.lit(1))), () => {
    wp_page_reuse(mm, va, vma, orig_pte);
  });
}

/** 09854ba94c6a (5.9-rc1): a page that is mapped once may still be pinned by somebody who had it mapped. */
export const reusesByReferences = (): boolean => gupByVersion() && since('5.9') && !variant('COW reuses what is mapped once');

export function reuseIfReferencedOnce(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>): void {
  const page = pte_pfn(orig_pte);
  if (anonExclusive()) {
    const exclusive = PageAnonExclusive(page);
    If(exclusive, () => wp_page_reuse(mm, va, vma, orig_pte));
  }
  // Since 5.18 (53a05ad9f21d); before, a page in the swap cache had one reference too many.
  if (swap() !== undefined && anonExclusive()) {
    If(wp_can_reuse({ page }, 'alone'), () => takeOver(page, () => wp_page_reuse(mm, va, vma, orig_pte)));
    return;
  }
  // Whoever holds the page lock may be about to take a reference. A KSM page is always copied.
  ifAlone(page, () => {
    If(trylock_page(page), () => {
      const take = (): void => takeOver(page, () => wp_page_reuse(mm, va, vma, orig_pte));
      if (anonExclusive()) ifAlone(page, take);
      else ifMappedOnce(page, () => ifAlone(page, take));
      unlock_page(page);
    });
  });
}

/**
 * page_move_anon_rmap says from 5.19 on that the page is one mapping's alone. Unlocked before the PTE lock is dropped, with which the page may
 * go ("mm: fix misplaced unlock_page in do_wp_page()", 5.9-rc).
 */
function takeOver(page: Page, then: () => void): void {
  if (anonExclusive()) SetPageAnonExclusive(page);
  unlock_page(page);
  then();
}

/** Asked before the page lock is tried, and with it. */
function ifAlone(page: Page, then: () => void): void {
  const counted = (): void => {
    const references = page_count(page);
    If(eq(references, count_t.lit(1)), then);
  };
  if (ksm()) If(not(PageKsm(page)), counted);
  else counted();
}

function ifMappedOnce(page: Page, then: () => void): void {
  const mapcount = page_mapcount(page);
  If(eq(mapcount, count_t.lit(1)), then);
}

/** What do_wp_page returns when it has broken COW. */
export const brokenCow = (): Value<'vm_fault_t'> => (gupByVersion() ? vm_fault_t.is.WRITE : vm_fault_t.is.NONE);

/** Makes the entry writable, if the VMA is, and leaves the fault. */
function wp_page_reuse(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>): void {
  ptep_set_access_flags({ mm, va, entry: maybe_mkwrite(pte_mkdirty(orig_pte), vma) });
  pte_unlock(mm);
  Return(brokenCow());
}

export function reuseUnlessMerged(mm: Mm, va: Va, vma: Vma, orig_pte: Value<'pte_t'>): void {
  const reuse = wp_page_anon({ mm, va, vma, orig_pte }, 'reuse');
  If(ne(reuse, reuse_t.is.COPY), () => Return(gupByVersion() ? select(eq(reuse, reuse_t.is.REUSED), vm_fault_t.is.WRITE, vm_fault_t.is.NONE) : vm_fault_t.is.NONE));
}
