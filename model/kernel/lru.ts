/** The list that reclaim and migration take pages from (mm/vmscan.c): a page that one has taken is no other's until it is back. */
import { add, and, atomic, bool, FALSE, If, load, ne, not, primitive, rmw, shared, store, sub, TRUE, type Value } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { page_count_at, PG_anon, PG_ksm, type Page } from './page.ts';
import { walked } from './huge_options.ts';
import { ksm, swapByVersion } from './version.ts';

/** The page is off its list, in the hands of who has isolated it: the kernel's PageLRU, the other way round. Kept where several isolate. */
const off_lru = shared('off_lru', bool, [pfn_t], { display: '%0.off_lru' });

/** Whether those who take pages from the list keep each other away. */
export const isolates = (): boolean => swapByVersion() || walked();

/** An anonymous page that somebody has: with a reference from now on. Pages that KSM has merged are passed by. */
export const isolate_anon_page = primitive('isolate_lru_page', (page: Page) => {
  let isolated: Value<'bool'> | undefined;
  atomic('get_page_unless_zero under the lock of the list, on which free pages are not', () => {
    const count = load('count', page_count_at.at(page));
    const anon = load('anon', PG_anon.at(page));
    const others = [...(isolates() ? [load('off_lru', off_lru.at(page))] : []), ...(isolates() && ksm() ? [load('ksm', PG_ksm.at(page))] : [])];
    isolated = and(anon, ne(count, count_t.lit(0)), ...others.map(not));
    If(isolated, () => {
      rmw('count', page_count_at.at(page), (c) => add(c, count_t.lit(1)), { ignore: true });
      if (isolates()) store(off_lru.at(page), TRUE);
    });
  });
  return isolated as Value<'bool'>;
});

/** The same of a page to which the caller has a reference already. Returns whether the caller has isolated it. */
export const isolate_held_page = primitive('isolate_lru_page', (page: Page) => {
  let isolated: Value<'bool'> | undefined;
  atomic('TestClearPageLRU', () => {
    const gone = load('off_lru', off_lru.at(page));
    store(off_lru.at(page), TRUE);
    isolated = not(gone);
  });
  return isolated as Value<'bool'>;
});

/** Back to the list; the reference of the isolation goes. */
export const putback_lru_page = primitive('putback_lru_page', (page: Page) => {
  atomic('move_pages_to_lru under the lock of the list: a page whose last reference goes is not put there', () => {
    store(off_lru.at(page), FALSE);
    rmw('count', page_count_at.at(page), (c) => sub(c, count_t.lit(1)), { ignore: true });
  });
});
