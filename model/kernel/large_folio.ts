/** Whether a page is a huge one still, however it is mapped (include/linux/page-flags.h). Kept where somebody walks the rmap of pages that may be huge. */
import { bool, load, primitive, shared, type Value } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';

export const PG_head = shared('PG_head', bool, [pfn_t], { display: '%0.PG_head' });

type Page = Value<'pfn_t'>;
export const folio_test_large = primitive('folio_test_large', (page: Page) => load('large', PG_head.at(page)));
