/** split_huge_page (mm/huge_memory.c, 4.5 on): all mappings become migration entries, the reference count is frozen, the page is split. */
import {
  atomic, bool, eq, exchange, FALSE, ghost, If, load, not, or, peek, primitive, proc, Return, select, shared, store, track, TRUE, Var, type Value, type Variable,
} from '../language/index.ts';
import { nth_page, pmd_is_table, pmd_t, pmd_trans_huge, sub_t } from '../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t } from '../machine/types.ts';
import { __freeze_huge_pmd_locked } from './huge_anon.ts';
import { huge } from './huge_options.ts';
import { remove_migration_pte } from './migration_table.ts';
import { get_page, inc_mapcount, lock_page, page_count, page_count_at, put_page, unlock_page, type Page } from './page.ts';
import { pmd_get, pmd_lock, pmd_unlock } from './pgtable_pmd.ts';
import { compound_mapcount_at } from './thp_mapcount.ts';
import { since, source } from './version.ts';

/** The frames are one huge page still. */
export const compound_at = shared('compound', bool, [], { display: 'compound' });

export const PageCompound = primitive('PageCompound', () => load('compound', compound_at.at()));

const small = (page: Page): Value<'pfn_t'>[] => sub_t.all().map((s) => nth_page(page, s));
const page_ref_unfreeze = primitive('page_ref_unfreeze', (page: Page) => store(page_count_at.at(page), count_t.lit(1)));
/** Latched when the page was still mapped by a PMD entry after unmap_page: VM_BUG_ON_PAGE(page_mapped). */
export const still_mapped = ghost('still_mapped', bool, []);
/** Latched when a reference that somebody had taken was overwritten. */
export const reference_lost = ghost('reference_lost', bool, []);
const set_page_count = primitive('set_page_count', (page: Page) => {
  const was = exchange('was', page_count_at.at(page), count_t.lit(0));
  track(reference_lost.at(), or(peek(reference_lost.at()), not(eq(was, count_t.lit(1)))));
});
const clear_compound = primitive('ClearPageCompound', () => store(compound_at.at(), FALSE));

/** 1, the caller's own, becomes 0, from which nobody can take a reference; or nothing happens. */
const page_ref_freeze = primitive('page_ref_freeze', (page: Page) => {
  let frozen: Variable<'bool'> | undefined;
  atomic('atomic_cmpxchg of the reference count', () => {
    frozen = Var('frozen', bool, FALSE);
    const c = load('count', page_count_at.at(page));
    If(eq(c, count_t.lit(1)), () => {
      store(page_count_at.at(page), count_t.lit(0));
      frozen?.set(TRUE);
    });
  });
  return (frozen as Variable<'bool'>).get();
});

/** Until 4.7 the entry is first looked at without its lock: one that is none is passed by (33f4751e9960, B50). */
const split_huge_pmd_address = proc('split_huge_pmd_address', {
  params: { mm: mm_t, va: va_t }, models: source('split_huge_pmd_address', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  if (!since('4.8')) {
    const look = pmd_get(mm, va);
    If(not(pmd_trans_huge(look)), () => Return());
  }
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => { __freeze_huge_pmd_locked({ mm, va }); });
  pmd_unlock(mm);
});

/** The rmap walk in which every mapping of the page becomes migration entries: of one mm here, by its address. */
const unmap_page = proc('unmap_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, models: source('unmap_page', 'mm/huge_memory.c'),
}, ({ mm, va, page }) => {
  split_huge_pmd_address({ mm, va });
  track(still_mapped.at(), or(peek(still_mapped.at()), not(eq(peek(compound_mapcount_at.at(page)), count_t.lit(0)))));
});

/** Migration entries that are still there become present. References are the small page's, or the first one's of a page that stays whole. */
const remap_page = proc('remap_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t, split: bool }, models: source('remap_page', 'mm/huge_memory.c'),
}, ({ mm, va, page, split }) => {
  const e = pmd_get(mm, va);
  If(not(pmd_is_table(e)), () => Return());
  for (const s of sub_t.all()) {
    const p = nth_page(page, s);
    remove_migration_pte(pmd_t.get(e, 'table'), s, p, () => {
      get_page(select(split, p, page));
      inc_mapcount(p);
    });
  }
});

/** Of a page that one mm maps by one entry. The caller's reference is the only one that may be left. */
export const split_huge_page = proc('split_huge_page_to_list', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, sleeps: true, models: source('split_huge_page_to_list', 'mm/huge_memory.c'),
}, ({ mm, va, page }) => {
  get_page(page);
  lock_page(page);
  unmap_page({ mm, va, page });
  const frozen = huge().looseFreeze ? countThenFreeze(page) : page_ref_freeze(page);
  If(frozen, () => {
    clear_compound();
    small(page).slice(1).forEach((p) => { page_ref_unfreeze(p); });
    page_ref_unfreeze(page);
    remap_page({ mm, va, page, split: TRUE });
    small(page).slice(1).forEach((p) => { put_page(p); });
  }, () => { remap_page({ mm, va, page, split: FALSE }); });
  unlock_page(page);
  put_page(page);
});

/** A mutant's: looks, then sets. */
function countThenFreeze(page: Page): Value<'bool'> {
  const c = page_count(page);
  If(eq(c, count_t.lit(1)), () => { set_page_count(page); });
  return eq(c, count_t.lit(1));
}
