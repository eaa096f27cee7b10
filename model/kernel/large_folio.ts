/** Whether a page is a huge one still, however it is mapped (include/linux/page-flags.h). Kept where somebody walks the rmap of pages that may be huge. */
import { atomic, bool, eq, FALSE, ghost, If, load, ne, or, peek, primitive, shared, store, track, TRUE, type Value } from '../language/index.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { page_count_at } from './page.ts';
import { hugeFiles, variant } from './version.ts';

export const PG_head = shared('PG_head', bool, [pfn_t], { display: '%0.PG_head' });

type Page = Value<'pfn_t'>;
export const folio_test_large = primitive('folio_test_large', (page: Page) => load('large', PG_head.at(page)));

/** Latched when a huge page of a file was split to which somebody but its cache and who splits it had a reference. */
export const split_referenced = ghost('split_referenced', bool, []);

const loose = (): boolean => variant('a split believes its first look at the references');

/** True, and the page is small, if it has so many references: those of who splits it, and of the cache that it is in. */
export const freezeAndSplit = (references: number) => primitive('folio_ref_freeze', (page: Page) => {
  let done: Value<'bool'> | undefined;
  atomic('the count is frozen at 0 from the cmpxchg until the page is split: nobody can take a reference meanwhile, and the page is locked and mapped nowhere', () => {
    const count = load('count', page_count_at.at(page));
    done = loose() ? TRUE : eq(count, count_t.lit(references));
    If(done, () => {
      store(PG_head.at(page), FALSE);
      if (hugeFiles() !== undefined) track(split_referenced.at(), or(peek(split_referenced.at()), ne(count, count_t.lit(references))));
    });
  });
  return done as Value<'bool'>;
});
