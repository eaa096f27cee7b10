/** The huge page of zeroes (mm/huge_memory.c): shared by all who only read, freed by a shrinker when nobody maps it. */
import { add, atomic, bool, eq, FALSE, If, load, macro, not, primitive, proc, Return, rmw, shared, store, sub, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { pmd_kind_t, pmd_none, pmd_t, pmd_trans_huge, type Pmd } from '../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t } from '../machine/types.ts';
import { down_read, up_read } from './mm_types.ts';
import { put_page } from './page.ts';
import { flush_pmd_tlb_range, pmd_clear, pmd_get, pmd_lock, pmd_page, pmd_unlock, set_pmd_at } from './pgtable_pmd.ts';
import { since, source } from './version.ts';

/** One for each mapping, and one that the shrinker may take. The page itself has one reference. */
export const huge_zero_refcount = shared('huge_zero_refcount', count_t, []);
export const put_huge_zero_page = primitive('put_huge_zero_page', () => {
  rmw('count', huge_zero_refcount.at(), (c) => sub(c, count_t.lit(1)), { ignore: true });
});

/** atomic_inc_not_zero; where nobody shrinks, there is always one. */
const get_huge_zero_page = primitive('mm_get_huge_zero_page', () => {
  rmw('count', huge_zero_refcount.at(), (c) => add(c, count_t.lit(1)), { ignore: true });
});
export const is_huge_zero_pmd = macro('is_huge_zero_pmd', (e: Pmd) => eq(pmd_page(e), pfn_t.lit(0)));

/** A read fault on a none entry (4.x do_huge_pmd_anonymous_page); somebody may be faster. */
export const set_huge_zero_page = proc('set_huge_zero_page', {
  params: { mm: mm_t, va: va_t }, models: source('do_huge_pmd_anonymous_page', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  get_huge_zero_page();
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_none(e), () => {
    set_pmd_at(mm, va, pmd_t.of({ kind: pmd_kind_t.is.HUGE, pfn: pfn_t.lit(0) }));
    pmd_unlock(mm);
  }, () => {
    pmd_unlock(mm);
    put_huge_zero_page();
  });
});

/** 1 becomes 0, or nothing happens. */
const take_last = primitive('atomic_cmpxchg(huge_zero_refcount)', (): Value<'bool'> => {
  let taken: Variable<'bool'> | undefined;
  atomic('atomic_cmpxchg of the count', () => {
    taken = Var('taken', bool, FALSE);
    const c = load('count', huge_zero_refcount.at());
    If(eq(c, count_t.lit(1)), () => {
      store(huge_zero_refcount.at(), count_t.lit(0));
      taken?.set(TRUE);
    });
  });
  return (taken as Variable<'bool'>).get();
});

export const shrink_huge_zero_page_scan = proc('shrink_huge_zero_page_scan', {
  params: {}, models: source('shrink_huge_zero_page_scan', 'mm/huge_memory.c'),
}, () => {
  const last = take_last();
  If(last, () => { put_page(pfn_t.lit(0)); });
});

/** The branch of zap_huge_pmd. Since 4.6 (aa88b68c3b1d) the count goes with the gather, behind its flush; before, with the entry. */
const zap_huge_zero_pmd = proc('zap_huge_pmd', {
  params: { mm: mm_t, va: va_t }, models: source('zap_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(not(pmd_trans_huge(e)), () => {
    pmd_unlock(mm);
    Return();
  });
  pmd_clear(mm, va);
  pmd_unlock(mm);
  if (!since('4.6')) put_huge_zero_page();
  flush_pmd_tlb_range(mm, va);
  if (since('4.6')) put_huge_zero_page();
});

/** MADV_DONTNEED of a range that maps the huge page of zeroes. */
export const zap_huge_zero_range = proc('zap_page_range', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('zap_page_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  down_read(mm);
  zap_huge_zero_pmd({ mm, va });
  up_read(mm);
});
