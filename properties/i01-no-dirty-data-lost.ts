import { and, eq, ne, or, peek, property, quiescent } from '../model/language/index.ts';
import { disk, has_contents, last_store, PG_dirty } from '../model/kernel/page.ts';
import { pte_dirty, pte_pfn } from '../model/machine/types.ts';
import { cached, cachedPage, someSharedPte } from './places.ts';

const unwritten = () => and(peek(has_contents.at()), ne(peek(last_store.at()), peek(disk.at())));

/** I1, strong: what was stored is on disk, or the page says that it is dirty. From v5 on PTEs need not be asked (A4.14). */
export const I1Strong = property('I1-strong', 'no dirty data lost: once all is quiet, contents that are not on disk are in a cached page with PG_dirty set', () => ({
  quiet: { when: and(quiescent(), unwritten()), holds: and(cached(), peek(PG_dirty.at(cachedPage()))) },
}));

/** I1, weak: a dirty PTE that rmap finds counts as well. What 2.6.17 promises. */
export const I1Weak = property('I1-weak', 'no dirty data lost: once all is quiet, contents that are not on disk are in a cached page that is dirty by its flag or by a PTE', () => ({
  quiet: {
    when: and(quiescent(), unwritten()),
    holds: and(cached(), or(peek(PG_dirty.at(cachedPage())), someSharedPte((e) => and(pte_dirty(e), eq(pte_pfn(e), cachedPage()))))),
  },
}));
