/** FOLL_PIN: references that are counted apart, and by which fork knows pages that a device may use (mm/gup.c, from 5.6 on). */
import { add, atomic, bool, eq, FALSE, If, int, load, macro, ne, not, or, primitive, rmw, shared, store, sub, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { count_t, mm_t, pfn_t } from '../machine/types.ts';
import type { Mm } from './mm_types.ts';
import { page_count_at, type Page } from './page.ts';

/** The part of page->_count that is in units of GUP_PIN_COUNTING_BIAS, one word with it. Each pin counts one in both. */
export const pin_count_at = shared('pin_count', count_t, [pfn_t], { display: '%0.pin_count' });
/** mm->has_pinned: somebody has pinned pages of the mm, ever. */
const has_pinned_at = shared('has_pinned', bool, [mm_t], { display: '%0.has_pinned' });
const seqcount_t = int('seqcount_t', 7);
/** mm->write_protect_seq (57efa1fe5957, 5.11-rc1): odd while fork write-protects. */
const write_protect_seq_at = shared('write_protect_seq', seqcount_t, [mm_t], { display: '%0.write_protect_seq' });

const ONE_WORD = 'a pin is GUP_PIN_COUNTING_BIAS references: one word in the kernel';
const one = (): Value<'count_t'> => count_t.lit(1);

function countPin(page: Page, by: (c: Value<'count_t'>, n: Value<'count_t'>) => Value<'count_t'>): void {
  rmw('count', page_count_at.at(page), (c) => by(c, one()), { ignore: true });
  rmw('pins', pin_count_at.at(page), (c) => by(c, one()), { ignore: true });
}

/** No pin of a page that has no reference (try_grab_compound_head). */
export const try_pin_page = primitive('try_grab_compound_head', (page: Page) => {
  let got: Variable<'bool'> | undefined;
  atomic(ONE_WORD, () => {
    got = Var('got', bool, FALSE);
    const was = load('count', page_count_at.at(page));
    If(ne(was, count_t.lit(0)), () => {
      store(page_count_at.at(page), add(was, one()));
      rmw('pins', pin_count_at.at(page), (c) => add(c, one()), { ignore: true });
      got?.set(TRUE);
    });
  });
  return (got as Variable<'bool'>).get();
});
export const pin_page = primitive('try_grab_page', (page: Page) => atomic(ONE_WORD, () => { countPin(page, add); }));
export const unpin_user_page = primitive('unpin_user_page', (page: Page) => atomic(ONE_WORD, () => { countPin(page, sub); }));

/** Whether anybody may have pinned the page. */
export const page_maybe_dma_pinned = primitive('page_maybe_dma_pinned', (page: Page) => ne(load('pins', pin_count_at.at(page)), count_t.lit(0)));

export const set_has_pinned = primitive('atomic_set(has_pinned)', (mm: Mm) => store(has_pinned_at.at(mm), TRUE));
const has_pinned = primitive('atomic_read(has_pinned)', (mm: Mm) => load('has_pinned', has_pinned_at.at(mm)));

export const raw_read_seqcount = primitive('raw_read_seqcount', (mm: Mm) => load('seq', write_protect_seq_at.at(mm)));
export const read_seqcount_again = primitive('read_seqcount_retry', (mm: Mm) => load('now', write_protect_seq_at.at(mm)));
export const isOdd = macro('is_odd', (seq: Value<'seqcount_t'>) => or(...[1, 3, 5, 7].map((n) => eq(seq, seqcount_t.lit(n)))));
const next = (mm: Mm): void => { rmw('seq', write_protect_seq_at.at(mm), (seq) => add(seq, seqcount_t.lit(1)), { ignore: true }); };
export const raw_write_seqcount_begin = primitive('raw_write_seqcount_begin', next);
export const raw_write_seqcount_end = primitive('raw_write_seqcount_end', next);

/** page_needs_cow_for_dma (include/linux/mm.h): `then` runs if the mm has ever pinned a page, and this one may be pinned. */
export function ifNeedsCow(mm: Mm, page: Page, then: () => void): void {
  const ever = has_pinned(mm);
  If(ever, () => {
    const maybe = page_maybe_dma_pinned(page);
    If(maybe, then);
  });
}

/** The same where the answer no ends the procedure. */
export function unlessNeedsCow(mm: Mm, page: Page, end: () => void): void {
  const ever = has_pinned(mm);
  If(not(ever), end);
  const maybe = page_maybe_dma_pinned(page);
  If(not(maybe), end);
}
