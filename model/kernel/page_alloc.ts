/** The page allocator (mm/page_alloc.c). */
import { and, atomic, bool, eq, FALSE, If, load, not, or, peek, primitive, store, track, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { PG_anon_exclusive } from './anon_exclusive.ts';
import { walked } from './huge_options.ts';
import { PG_head } from './large_folio.ts';
import { freed, frozen, fs_prep, notified, page_count_at, PG_anon, PG_dirty, PG_ksm, type Page } from './page.ts';
import { anonExclusive, counterBits, devicePrivate, hugeFiles, ksm } from './version.ts';

/** What the allocator hands out. */
const frames = (): readonly Page[] => pfn_t.all().slice(devicePrivate() ? 1 : 0);
const anyFree = (): Value<'bool'> => or(...frames().map((p) => eq(peek(page_count_at.at(p)), count_t.lit(0))));

const allocate = (large: boolean): (() => Page) => primitive('alloc_page', () => {
  let page: Variable<'pfn_t'> | undefined;
  atomic('the allocator hands a frame to one caller only', () => {
    page = Var('page', pfn_t, pfn_t.lit(0));
    const chosen = page;
    const taken = Var('taken', bool, FALSE);
    for (const p of frames()) {
      const c = load('count', page_count_at.at(p));
      If(and(not(taken.get()), eq(c, count_t.lit(0))), () => {
        store(page_count_at.at(p), count_t.lit(1));
        store(PG_dirty.at(p), FALSE);
        store(PG_anon.at(p), FALSE);
        if (anonExclusive()) store(PG_anon_exclusive.at(p), FALSE);
        if (walked() || hugeFiles() !== undefined) store(PG_head.at(p), large ? TRUE : FALSE);
        if (ksm()) {
          store(PG_ksm.at(p), FALSE);
          track(frozen.at(p), FALSE);
        }
        track(notified.at(p), FALSE);
        track(fs_prep.at(p), FALSE);
        if (counterBits() !== undefined) track(freed.at(p), FALSE);
        chosen.set(p);
        taken.set(TRUE);
      });
    }
  }, { when: anyFree() });
  return (page as Variable<'pfn_t'>).get();
});
/** A free frame with one reference and clean flags (prep_new_page); blocks while there is none. */
export const alloc_page = allocate(false);
/** The same of a huge page. */
export const alloc_huge_page = allocate(true);
