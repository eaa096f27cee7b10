/** Reclaim of anonymous pages (mm/vmscan.c): out to swap. */
import { choose, eq, held, If, ne, not, peek, proc, Return, track, type Value } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import {
  clear_page_writeback, lock_page, page_count, page_mapped, PageDirty, PageWriteback, PG_locked, put_page, set_page_writeback, ClearPageDirty,
  unlock_page, type Page,
} from './page.ts';
import { page_maybe_dma_pinned } from './gup_pin.ts';
import { walked } from './huge_options.ts';
import { folio_test_large } from './large_folio.ts';
import { isolate_anon_page, putback_lru_page } from './lru.ts';
import { dma_to_swap } from './page_io.ts';
import { io_checksum } from './page_writeback.ts';
import { split_folio } from './split_folio.ts';
import { try_to_free_swap } from './swap_reuse.ts';
import { add_to_swap, page_private, PageSwapCache } from './swap_state.ts';
import { try_to_unmap } from './try_to_unmap.ts';
import { checksums, follPin, ksm, since, source, swap, swapByVersion } from './version.ts';
import { remove_mapping } from './vmscan.ts';
import { PageKsm } from './wp_anon.ts';

/** Writes the page to its slot, unless nobody needs it there; unlocks it. Returns when the IO is done. */
const swap_writepage = proc('swap_writepage', {
  params: { page: pfn_t }, models: source('swap_writepage', 'mm/page_io.c'), locks: ({ page }) => ({ entry: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const freed = try_to_free_swap({ page }, 'freed');
  If(freed, () => {
    unlock_page(page);
    Return();
  });
  const slot = page_private(page);
  set_page_writeback(page);
  if (checksums()) track(io_checksum.at(page), peek(data.at(page)));
  unlock_page(page);
  dma_to_swap(page, slot);
  clear_page_writeback(page);
});

/** One page of a pass of reclaim: slot, unmap, write if dirty, drop. From a disk it is dropped in a later pass. */
export const shrink_anon_page = proc('shrink_anon_page', {
  params: { page: pfn_t }, models: source('shrink_page_list', 'mm/vmscan.c'), sleeps: true,
}, ({ page }) => {
  const isolated = isolate_anon_page(page);
  If(not(isolated), () => Return());
  lock_page(page);
  const writeback = PageWriteback(page);
  If(writeback, () => keep(page));
  const cached = PageSwapCache(page);
  if (swapByVersion()) skipUnswappable(page, cached);
  If(not(cached), () => {
    if (walked()) splitFirst(page);
    const added = add_to_swap({ page }, 'added');
    If(not(added), () => keep(page));
  });
  const mapcount = page_mapped(page);
  If(ne(mapcount, count_t.lit(0)), () => { try_to_unmap({ page }); });
  const left = page_mapped(page);
  If(ne(left, count_t.lit(0)), () => keep(page));
  const dirty = PageDirty(page);
  If(dirty, () => { pageout(page); });
  if (swapByVersion()) unlessLeft(page);
  remove_mapping({ page });
  keep(page);
});

/** add_to_swap finds no room for a huge page: it is split, and what it was split into is swapped. */
function splitFirst(page: Page): void {
  const large = folio_test_large(page);
  If(large, () => {
    const split = split_folio({ page }, 'split');
    If(not(split), () => keep(page));
  });
}

/** "if (!mapping": while the page was not locked it may have left the swap cache. */
function unlessLeft(page: Page): void {
  const mapping = PageSwapCache(page);
  If(not(mapping), () => keep(page));
}

/** A page to which somebody else has a reference is not written. The flag is cleared without a look at PTEs: there are none. */
function pageout(page: Page): void {
  const count = page_count(page);
  If(not(eq(count, count_t.lit(2))), () => keep(page));
  ClearPageDirty(page);
  swap_writepage({ page });
  if (swap() === 'disk') {
    putBack(page);
    Return();
  } else {
    lock_page(page);
    const again = PageDirty(page);
    If(again, () => keep(page));
  }
}

/** Since 5.11 (feb889fb40fa) no page that may be pinned goes to swap; KSM may have merged the page before it was locked. */
function skipUnswappable(page: Page, cached: Value<'bool'>): void {
  if (follPin() && since('5.11')) If(not(cached), () => {
    const pinned = page_maybe_dma_pinned(page);
    If(pinned, () => keep(page));
  });
  if (ksm()) {
    const merged = PageKsm(page);
    If(merged, () => keep(page));
  }
}

function keep(page: Page): void {
  unlock_page(page);
  putBack(page);
  Return();
}

function putBack(page: Page): void {
  if (swapByVersion()) putback_lru_page(page);
  else put_page(page);
}

/** A pass of reclaim that meets one page: any. */
export const shrink_any_anon_page = proc('shrink_inactive_list', { params: {}, models: source('shrink_inactive_list', 'mm/vmscan.c'), sleeps: true }, () => {
  const page = choose('page', pfn_t, pfn_t.size());
  shrink_anon_page({ page });
});
