/** PageAnonExclusive (include/linux/page-flags.h, 5.19 on): an anonymous page that is one mapping's alone, however many references it has. */
import { bool, FALSE, load, primitive, shared, store, TRUE, type Value } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';

export const PG_anon_exclusive = shared('PG_anon_exclusive', bool, [pfn_t], { display: '%0.PG_anon_exclusive' });

type Page = Value<'pfn_t'>;
export const PageAnonExclusive = primitive('PageAnonExclusive', (page: Page) => load('exclusive', PG_anon_exclusive.at(page)));
/** With the PTE lock held and the entry about to be write-protected: from here on the page may be shared. */
export const ClearPageAnonExclusive = primitive('ClearPageAnonExclusive', (page: Page) => store(PG_anon_exclusive.at(page), FALSE));
/** page_move_anon_rmap, after it was seen that nobody else has the page. */
export const SetPageAnonExclusive = primitive('page_move_anon_rmap', (page: Page) => store(PG_anon_exclusive.at(page), TRUE));
