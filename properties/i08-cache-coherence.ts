import { forall, not, or, peek, property } from '../model/language/index.ts';
import { mapping_at, PG_anon, PG_dirty } from '../model/kernel/page.ts';
import { pfn_t, pte_pfn } from '../model/machine/types.ts';
import { everySharedPte, noPtlHeld } from './places.ts';

export const I8 = property('I8', 'cache coherence: a shared mapping maps a page that is in the cache, or nothing', () => ({
  'mapped but not cached': { when: noPtlHeld(), holds: everySharedPte((e) => peek(mapping_at.at(pte_pfn(e)))) },
}));

/** Apart from I8: kernels without page_mkwrite break it harmlessly when a fault races with truncation. */
export const I8Dirty = property('I8-dirty', 'no file page outside the cache is dirty', () => ({
  'dirty without mapping': forall(pfn_t, 'page', (page) => or(not(peek(PG_dirty.at(page))), peek(mapping_at.at(page)), peek(PG_anon.at(page)))),
}));
