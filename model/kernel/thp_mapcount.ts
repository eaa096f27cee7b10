/** How often a huge page is mapped (mm/rmap.c, mm/huge_memory.c, 4.5 on): as a whole, and each small page of it. Until 6.1 the small pages count the whole's mappings once more while there are both kinds. */
import { add, bool, eq, exchange, FALSE, If, le, load, lt, not, primitive, proc, Return, rmw, select, shared, sub, TRUE, Var, type Value } from '../language/index.ts';
import { nth_page, sub_t } from '../machine/pmd.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { dec_mapcount, inc_mapcount, page_mapcount, type Page } from './page.ts';
import { since, source } from './version.ts';

/** Number of PMD entries that map the huge page; of the first small page only. Each small page's own count leaves them out. */
export const compound_mapcount_at = shared('compound_mapcount', count_t, [pfn_t], { display: '%0.compound_mapcount' });
/** Mapped by PMDs and by PTEs: each small page counts one more, once for all PMDs. */
export const PG_double_map = shared('PG_double_map', bool, [pfn_t], { display: '%0.PG_double_map' });

const compound_mapcount = primitive('compound_mapcount', (page: Page) => load('compound', compound_mapcount_at.at(page)));
const dec_compound_mapcount = primitive('atomic_add_negative(compound_mapcount)', (page: Page) =>
  rmw('compound', compound_mapcount_at.at(page), (c) => sub(c, count_t.lit(1))));
/** Since 6.2 (cb67f4282bf9) nobody looks what is left: small pages do not count the whole's mappings. */
const drop_compound_mapcount = primitive('atomic_dec(entire_mapcount)', (page: Page) => {
  rmw('compound', compound_mapcount_at.at(page), (c) => sub(c, count_t.lit(1)), { ignore: true });
});
/** page_add_new_anon_rmap and page_add_anon_rmap of a whole page. */
export const page_add_anon_compound_rmap = primitive('page_add_anon_rmap(compound)', (page: Page) => {
  rmw('compound', compound_mapcount_at.at(page), (c) => add(c, count_t.lit(1)), { ignore: true });
});
const PageDoubleMap = primitive('PageDoubleMap', (page: Page) => load('doubleMap', PG_double_map.at(page)));
const TestSetPageDoubleMap = primitive('TestSetPageDoubleMap', (page: Page) => exchange('was', PG_double_map.at(page), TRUE));
const TestClearPageDoubleMap = primitive('TestClearPageDoubleMap', (page: Page) => exchange('was', PG_double_map.at(page), FALSE));

/** How often any part of it is mapped, by either kind of entry. */
export function folio_mapcount(page: Page): Value<'count_t'> {
  const whole = compound_mapcount(page);
  const mapcount = page_mapcount(page);
  return add(whole, mapcount);
}

const small = (page: Page): Value<'pfn_t'>[] => sub_t.all().map((s) => nth_page(page, s));

/** page_remove_rmap of the whole: one PMD entry less, and nobody counts in two ways with the last one gone. */
export const page_remove_anon_compound_rmap = proc('page_remove_anon_compound_rmap', {
  params: { page: pfn_t }, models: source('page_remove_anon_compound_rmap', 'mm/rmap.c'),
}, ({ page }) => {
  if (since('6.2')) {
    drop_compound_mapcount(page);
    return;
  }
  const compound = dec_compound_mapcount(page);
  If(eq(compound, count_t.lit(1)), () => {
    const was = TestClearPageDoubleMap(page);
    If(was, () => { small(page).forEach((p) => { dec_mapcount(p); }); });
  });
});

/**
 * The count moves from the whole to the small pages, which have counted the new PTE already. PG_double_map is set before the
 * last whole mapping goes, so that page_mapped() never says no.
 */
export const transfer_mapcount = proc('transfer_mapcount', {
  params: { page: pfn_t }, models: source('__split_huge_pmd_locked', 'mm/huge_memory.c'),
}, ({ page }) => {
  if (since('6.2')) {
    page_remove_anon_compound_rmap({ page });
    return;
  }
  const compound = compound_mapcount(page);
  If(lt(count_t.lit(1), compound), () => {
    const was = TestSetPageDoubleMap(page);
    If(not(was), () => { small(page).forEach((p) => { inc_mapcount(p); }); });
  });
  page_remove_anon_compound_rmap({ page });
});

/** Whether at most one mapping maps any part of the huge page. Each count is read by itself: small pages first, then the whole. */
export const reuse_swap_page = proc('reuse_swap_page', {
  params: { page: pfn_t }, returns: bool, models: source('page_trans_huge_mapcount', 'mm/huge_memory.c'),
  doc: 'page_trans_huge_mapcount() <= 1; nothing is in swap here.',
}, ({ page }) => {
  const most = Var('most', count_t, count_t.lit(0));
  for (const p of small(page)) {
    const mapcount = page_mapcount(p);
    most.set(select(lt(most.get(), mapcount), mapcount, most.get()));
  }
  const doubleMap = PageDoubleMap(page);
  const compound = compound_mapcount(page);
  Return(le(add(most.get(), compound), select(doubleMap, count_t.lit(2), count_t.lit(1))));
});
