/** split_huge_page (mm/huge_memory.c, 4.5 on): all mappings become migration entries, the reference count is frozen, the page is split. */
import { atomic, bool, eq, exchange, FALSE, ghost, If, load, not, or, peek, primitive, proc, Return, shared, store, track, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { nth_page, pmd_t, sub_t, table_t } from '../machine/pmd.ts';
import { count_t, mm_t, pfn_t, pte_t, va_t } from '../machine/types.ts';
import { get_page, inc_mapcount, lock_page, page_count, page_count_at, put_page, unlock_page, type Page } from './page.ts';
import { flush_pmd_tlb_range, pmd_establish, pmd_get, pmd_lock, pmd_mkinvalid, pmd_populate, pmd_unlock, pte_alloc_one, pte_set } from './pgtable_pmd.ts';
import { huge } from './huge_options.ts';
import { page_remove_anon_compound_rmap } from './thp_mapcount.ts';
import { source } from './version.ts';

/** The frames are one huge page still. */
export const compound_at = shared('compound', bool, [], { display: 'compound' });

const small = (page: Page): Value<'pfn_t'>[] => sub_t.all().map((s) => nth_page(page, s));
const page_ref_unfreeze = primitive('page_ref_unfreeze', (page: Page) => store(page_count_at.at(page), count_t.lit(1)));
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

/** unmap_page: the entry is split to migration entries, which hold neither count nor reference and which nobody can follow. */
const unmap_page = proc('unmap_page', {
  params: { mm: mm_t, va: va_t }, returns: table_t, models: source('unmap_page', 'mm/huge_memory.c'),
  doc: 'Migration entries are none here: a fault would wait for them, and no program runs.',
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  const old = pmd_establish(mm, va, pmd_mkinvalid(e));
  flush_pmd_tlb_range(mm, va);
  const table = pte_alloc_one();
  page_remove_anon_compound_rmap({ page: pmd_t.get(old, 'pfn') });
  put_page(pmd_t.get(old, 'pfn'));
  pmd_populate(mm, va, table);
  pmd_unlock(mm);
  Return(table);
});

/** remap_page: small entries instead of migration entries. The references are the page's, or the first one's of a page that stays whole. */
function remap_page(table: Value<'table_t'>, page: Page, split: boolean): void {
  for (const s of sub_t.all()) {
    const p = nth_page(page, s);
    get_page(split ? p : page);
    inc_mapcount(p);
    pte_set(table, s, pte_t.of({ P: TRUE, pfn: p, W: TRUE }));
  }
}

/** Of a page that one mm maps by one entry. The caller's reference is the only one that may be left. */
export const split_huge_page = proc('split_huge_page_to_list', {
  params: { mm: mm_t, va: va_t, page: pfn_t }, sleeps: true, models: source('split_huge_page_to_list', 'mm/huge_memory.c'),
}, ({ mm, va, page }) => {
  get_page(page);
  lock_page(page);
  const table = unmap_page({ mm, va }, 'table');
  const frozen = huge().looseFreeze ? countThenFreeze(page) : page_ref_freeze(page);
  If(frozen, () => {
    clear_compound();
    small(page).slice(1).forEach((p) => { page_ref_unfreeze(p); });
    page_ref_unfreeze(page);
    remap_page(table, page, true);
    small(page).slice(1).forEach((p) => { put_page(p); });
  }, () => { remap_page(table, page, false); });
  unlock_page(page);
  put_page(page);
});

/** A mutant's: looks, then sets. */
function countThenFreeze(page: Page): Value<'bool'> {
  const c = page_count(page);
  If(eq(c, count_t.lit(1)), () => { set_page_count(page); });
  return eq(c, count_t.lit(1));
}
