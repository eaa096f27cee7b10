/** Where worlds of swap begin: anonymous pages, mapped or swapped out, each mm with one of its own or with one that fork has shared. */
import { FALSE, TRUE, type Init } from '../../language/index.ts';
import { shrink_anon_page, shrink_any_anon_page } from '../../kernel/vmscan_anon.ts';
import { mapping_at, page_cache, page_count_at, PG_anon, slot_t } from '../../kernel/page.ts';
import { swap_map, swap_map_t, users_t } from '../../kernel/swapfile.ts';
import { PG_swapcache, private_at, swap_cache } from '../../kernel/swap_state.ts';
import { swp_entry_t, swp_pte, swp_t } from '../../kernel/swapops.ts';
import { count_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import type { Start } from '../contents.ts';

interface Swapped {
  /** Each mm's PTE: holds the entry of slot 0, or maps page 0. */
  readonly maps: readonly ('swapped' | 'ro' | 'w' | 'rw')[];
  /** The swap cache has page 0 for the slot; else all pages are free. */
  readonly cached: boolean;
  /** The swap entries say so, as they do from 5.19 on of a page that was its mapping's alone. */
  readonly exclusive?: boolean;
  readonly pages: number;
  readonly slots: number;
}

/** One page of contents of version 0, in slot 0 and perhaps in page 0. */
export function swappedOut({ maps, cached, exclusive, pages, slots }: Swapped): Start {
  const users = maps.filter((m) => m === 'swapped').length;
  return {
    maps: maps.map((m) => ({ pte: m === 'swapped' ? 'none' : m, shared: false } as const)),
    freeFrames: pages - 1, slots,
    also: (set) => {
      const page = pfn_t.lit(0);
      const slot = swp_t.lit(0);
      nothingInPageCache(set);
      set(page_count_at.at(page), count_t.lit(maps.length - users + (cached ? 1 : 0)));
      set(swap_map.at(slot), swap_map_t.of({ users: users_t.lit(users), has_cache: cached ? TRUE : FALSE }));
      maps.forEach((m, mm) => { if (m === 'swapped') set(swp_pte.at(mm_t.lit(mm), va_t.lit(0)), swp_entry_t.of({ V: TRUE, slot, exclusive: exclusive ? TRUE : FALSE })); });
      if (cached || users < maps.length) set(PG_anon.at(page), TRUE);
      if (!cached) return;
      set(PG_swapcache.at(page), TRUE);
      set(private_at.at(page), slot);
      set(swap_cache.at(slot), slot_t.of({ present: TRUE, pfn: page }));
    },
  };
}

function nothingInPageCache(set: Init): void {
  set(page_cache.at(), slot_t.of({}));
  set(mapping_at.at(pfn_t.lit(0)), FALSE);
}

/** A pass of reclaim that meets the page: kswapd's, or that of whoever finds no free page. */
export const reclaimsAnon = (page: number) => (): void => { shrink_anon_page({ page: pfn_t.lit(page) }); };
/** A pass that meets any page. */
export const reclaimsAny = (): void => { shrink_any_anon_page({}); };
