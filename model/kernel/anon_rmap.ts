/** page->index of anonymous pages: where in which VMA rmap looks for the PTE (mm/rmap.c). Kept in worlds that move pages from one address to another. */
import { atomic, If, load, not, primitive, shared, store, TRUE, type Value } from '../language/index.ts';
import { pfn_t, va_t } from '../machine/types.ts';
import { PG_anon_exclusive } from './anon_exclusive.ts';
import type { Va } from './mm_types.ts';
import { PG_anon, set_anon, type Page } from './page.ts';
import { anonIndex } from './version.ts';

/** The address that page->mapping and page->index stand for. */
export const anon_index = shared('index', va_t, [pfn_t], { display: '%0.index' });

/** A page that is anonymous already keeps its index: a page of the swap cache was mapped before. */
const page_set_anon_rmap = primitive('page_add_anon_rmap', (page: Page, va: Va) => {
  atomic('page->mapping and page->index are written under the page lock, or of a new page, before anybody walks by them', () => {
    const anon = load('anon', PG_anon.at(page));
    If(not(anon), () => {
      store(PG_anon.at(page), TRUE);
      store(anon_index.at(page), va);
    });
  });
});
export function setAnon(page: Page, va: Va): void {
  if (anonIndex()) page_set_anon_rmap(page, va);
  else set_anon(page);
}

/** RMAP_EXCLUSIVE, of a page that was swapped out (5.19 on). A page in the swap cache that KSM has merged stays what it is. */
export const page_add_anon_rmap = primitive('page_add_anon_rmap', (page: Page, exclusive: Value<'bool'>) => {
  atomic('page->mapping and flags are written under the page lock, and no PTE maps the page for the caller yet', () => {
    store(PG_anon.at(page), TRUE);
    If(exclusive, () => { store(PG_anon_exclusive.at(page), TRUE); });
  });
});

/** folio_move_anon_rmap, and page->index with it. The page is locked. */
export const page_move_anon_rmap_to = primitive('folio_move_anon_rmap', (page: Page, va: Va) => store(anon_index.at(page), va));
