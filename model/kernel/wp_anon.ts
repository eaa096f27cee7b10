/** A write fault on a read-only anonymous page, before it is copied (mm/memory.c do_wp_page, of 5.1 to 5.8; and of 5.18 on where there is swap). */
import { and, atomic, bool, enumeration, eq, FALSE, held, If, le, load, not, primitive, proc, Return, select, store, track, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { count_t, mm_t, pfn_t, pte_mkdirty, pte_pfn, pte_same, pte_t, va_t } from '../machine/types.ts';
import { maybe_mkwrite, pte_lock, pte_unlock, ptl_at, vma_t } from './mm_types.ts';
import { frozen, get_page, lock_page, page_count, page_count_at, page_mapcount, PG_ksm, PG_locked, put_page, trylock_page, unlock_page, type Page } from './page.ts';
import { ptep_get, ptep_set_access_flags } from './pgtable.ts';
import { reuse_swap_page, try_to_free_swap } from './swap_reuse.ts';
import { PageSwapCache } from './swap_state.ts';
import { ksm, source, swap, variant } from './version.ts';

/** COPY: the page must be copied, the PTE lock is held. REUSED: it is writable now. CHANGED: the PTE is no longer what it was. */
export const reuse_t = enumeration('reuse_t', ['COPY', 'REUSED', 'CHANGED']);

export const PageKsm = primitive('PageKsm', (page: Page) => load('ksm', PG_ksm.at(page)));
/** page_move_anon_rmap: page->mapping is the VMA's anon_vma again. */
const page_move_anon_rmap = primitive('page_move_anon_rmap', (page: Page) => {
  store(PG_ksm.at(page), FALSE);
  track(frozen.at(page), FALSE);
});

/** True if there was one reference: then the page is no KSM page any more. */
const reuse_if_count_is_1 = primitive('page_ref_freeze', (page: Page) => {
  let reused: Variable<'bool'> | undefined;
  atomic('the count is frozen at 0 from the cmpxchg until page->mapping is written: nobody can take a reference meanwhile', () => {
    reused = Var('reused', bool, FALSE);
    const was = load('count', page_count_at.at(page));
    If(eq(was, count_t.lit(1)), () => {
      store(PG_ksm.at(page), FALSE);
      track(frozen.at(page), FALSE);
      reused?.set(TRUE);
    });
  });
  return (reused as Variable<'bool'>).get();
});

/** reuse_ksm_page (mm/ksm.c, 5.1 to 5.8): takes a KSM page back that nobody else can reach. */
const reuse_ksm_page = proc('reuse_ksm_page', {
  params: { page: pfn_t }, returns: bool, models: source('reuse_ksm_page', 'mm/ksm.c'),
}, ({ page }) => {
  if (variant('KSM page mapped once is reused by mapcount')) {
    const mapcount = page_mapcount(page);
    If(eq(mapcount, count_t.lit(1)), () => {
      page_move_anon_rmap(page);
      Return(TRUE);
    });
    Return(FALSE);
    return;
  }
  const reused = reuse_if_count_is_1(page);
  Return(reused);
});

/** Whether the page, now locked, is this mapping's alone: a KSM page by its references, another by its map count. */
const reusable = proc('reuse_swap_page', {
  params: { page: pfn_t }, returns: bool, models: source('do_wp_page', 'mm/memory.c'),
}, ({ page }) => {
  const merged = PageKsm(page);
  If(merged, () => Return(reuse_ksm_page({ page }, 'reused')));
  const mapcount = page_mapcount(page);
  Return(eq(mapcount, count_t.lit(1)));
});

/** The kernel tries the page lock first and waits for it, with the PTE lock dropped, only if that fails; here it always waits. */
export const wp_page_anon = proc('wp_page_anon', {
  params: { mm: mm_t, va: va_t, vma: vma_t, orig_pte: pte_t }, returns: reuse_t, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))], exitWhen: [{ returns: reuse_t.is.COPY, locks: [held(ptl_at.at(mm))] }] }),
}, ({ mm, va, vma, orig_pte }) => {
  const page: Value<'pfn_t'> = pte_pfn(orig_pte);
  get_page(page);
  pte_unlock(mm);
  lock_page(page);
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  const changed = not(pte_same(pte, orig_pte));
  put_page(page);
  If(changed, () => {
    unlock_page(page);
    pte_unlock(mm);
    Return(reuse_t.is.CHANGED);
  });
  const mine = (swap() === undefined ? reusable : reuse_swap_page)({ page }, 'mine');
  unlock_page(page);
  If(mine, () => {
    ptep_set_access_flags({ mm, va, entry: maybe_mkwrite(pte_mkdirty(orig_pte), vma) });
    pte_unlock(mm);
    Return(reuse_t.is.REUSED);
  });
  Return(reuse_t.is.COPY);
});

/**
 * Whether the mapping has the page's one reference, once it has left the swap cache where it can; then it is returned locked. The page lock is
 * tried: who does not get it copies. Part of do_wp_page until 6.5; 5.18 (53a05ad9f21d) and later.
 */
export const wp_can_reuse = proc('wp_can_reuse_anon_folio', {
  params: { page: pfn_t }, returns: bool, models: source('do_wp_page', 'mm/memory.c'),
  locks: ({ page }) => ({ exitWhen: [{ returns: TRUE, locks: [held(PG_locked.at(page))] }] }),
}, ({ page }) => {
  if (ksm()) {
    const merged = PageKsm(page);
    If(merged, () => Return(FALSE));
  }
  const count = page_count(page);
  const cached = PageSwapCache(page);
  If(not(le(count, select(cached, count_t.lit(2), count_t.lit(1)))), () => Return(FALSE));
  const locked = trylock_page(page);
  If(not(locked), () => Return(FALSE));
  try_to_free_swap({ page });
  const merged = ksm() ? PageKsm(page) : FALSE;
  const left = page_count(page);
  If(and(not(merged), eq(left, count_t.lit(1))), () => Return(TRUE));
  unlock_page(page);
  Return(FALSE);
});
