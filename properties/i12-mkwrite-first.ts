import { forall, not, or, peek, property } from '../model/language/index.ts';
import { fs_prep, notified, PG_dirty } from '../model/kernel/page.ts';
import { pfn_t, pte_pfn, pte_write } from '../model/machine/types.ts';
import { everySharedPte, someSharedPte } from './places.ts';

export const I12 = property('I12', 'page_mkwrite first: a writable PTE means that the file system was told of this use of the frame', () => ({
  'writable and not notified': { when: someSharedPte((e) => pte_write(e)), holds: everySharedPte((e) => or(not(pte_write(e)), peek(notified.at(pte_pfn(e))))) },
}));

export const I12b = property('I12b', 'a dirty page has a block reserved by its file system', () => ({
  'dirty and not prepared': forall(pfn_t, 'page', (page) => or(not(peek(PG_dirty.at(page))), peek(fs_prep.at(page)))),
}));
