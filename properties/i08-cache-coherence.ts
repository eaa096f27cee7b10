import { and, forall, not, or, peek, property } from '../model/language/index.ts';
import { mapping_at, PG_anon, PG_dirty } from '../model/kernel/page.ts';
import { pfn_t, pte_pfn } from '../model/machine/types.ts';
import { everySharedPte, noPtlHeld } from './places.ts';

export const I8 = property('I8', 'cache coherence: a shared mapping maps the cached page or nothing, and no page outside the cache is dirty', () => ({
  'mapped but not cached': { when: noPtlHeld(), holds: everySharedPte((e) => peek(mapping_at.at(pte_pfn(e)))) },
  'dirty without mapping': forall(pfn_t, 'page', (page) => or(not(peek(PG_dirty.at(page))), peek(mapping_at.at(page)), and(peek(PG_anon.at(page))))),
}));
