/** Reclaim of anonymous pages (mm/vmscan.c): out to swap. */
import { add, and, atomic, choose, eq, held, If, load, ne, not, peek, primitive, proc, Return, rmw, track, type Value } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import {
  clear_page_writeback, lock_page, page_count, page_count_at, page_mapped, PageDirty, PageWriteback, PG_anon, PG_locked, put_page, set_page_writeback, ClearPageDirty,
  unlock_page, type Page,
} from './page.ts';
import { dma_to_swap } from './page_io.ts';
import { io_checksum } from './page_writeback.ts';
import { try_to_free_swap } from './swap_reuse.ts';
import { add_to_swap, page_private, PageSwapCache } from './swap_state.ts';
import { try_to_unmap } from './try_to_unmap.ts';
import { checksums, source, swap } from './version.ts';
import { remove_mapping } from './vmscan.ts';

/** Takes the page off the LRU list, if it is an anonymous page in use: a reference. */
const isolate_lru_page = primitive('isolate_lru_page', (page: Page) => {
  let isolated: Value<'bool'> | undefined;
  atomic('get_page_unless_zero under the lock of the list, on which free pages are not', () => {
    const count = load('count', page_count_at.at(page));
    const anon = load('anon', PG_anon.at(page));
    isolated = and(anon, ne(count, count_t.lit(0)));
    If(isolated, () => { rmw('count', page_count_at.at(page), (c) => add(c, count_t.lit(1)), { ignore: true }); });
  });
  return isolated as Value<'bool'>;
});

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
  const isolated = isolate_lru_page(page);
  If(not(isolated), () => Return());
  lock_page(page);
  const writeback = PageWriteback(page);
  If(writeback, () => keep(page));
  const cached = PageSwapCache(page);
  If(not(cached), () => {
    const added = add_to_swap({ page }, 'added');
    If(not(added), () => keep(page));
  });
  const mapcount = page_mapped(page);
  If(ne(mapcount, count_t.lit(0)), () => { try_to_unmap({ page }); });
  const left = page_mapped(page);
  If(ne(left, count_t.lit(0)), () => keep(page));
  const dirty = PageDirty(page);
  If(dirty, () => { pageout(page); });
  remove_mapping({ page });
  keep(page);
});

/** A page to which somebody else has a reference is not written. The flag is cleared without a look at PTEs: there are none. */
function pageout(page: Page): void {
  const count = page_count(page);
  If(not(eq(count, count_t.lit(2))), () => keep(page));
  ClearPageDirty(page);
  swap_writepage({ page });
  if (swap() === 'disk') {
    put_page(page);
    Return();
  } else {
    lock_page(page);
    const again = PageDirty(page);
    If(again, () => keep(page));
  }
}

function keep(page: Page): void {
  unlock_page(page);
  put_page(page);
  Return();
}

/** A pass of reclaim that meets one page: any. */
export const shrink_any_anon_page = proc('shrink_inactive_list', { params: {}, models: source('shrink_inactive_list', 'mm/vmscan.c'), sleeps: true }, () => {
  const page = choose('page', pfn_t, pfn_t.size());
  shrink_anon_page({ page });
});
