/** UFFDIO_MOVE of a page that is swapped out (mm/userfaultfd.c): the entry moves, and with it the page that the swap cache may have for it. */
import { and, bool, eq, FALSE, Forever, If, ne, not, or, peek, primitive, proc, Return, track, TRUE, type Value } from '../language/index.ts';
import { mm_t, PTE_NONE, va_t, version_t } from '../machine/types.ts';
import { page_move_anon_rmap_to } from './anon_rmap.ts';
import { down_read, newest, pte_lock, pte_unlock, up_read, type Mm, type Va } from './mm_types.ts';
import { lock_page, put_page, slot_t, unlock_page, type Page } from './page.ts';
import { swap_count, swap_map_t } from './swapfile.ts';
import { lookup_swap_cache, page_private, PageSwapCache } from './swap_state.ts';
import { pte_none_or_entry, pte_to_swp_entry, set_pte_over_swap, set_swap_pte, swp_entry_t, swp_slot, type SwapEntry } from './swapops.ts';
import { since, source, variant } from './version.ts';

/** Source and destination are in one page table: one lock. */
const params = { mm: mm_t, src: va_t, dst: va_t, entry: swp_entry_t } as const;

const move_entry = primitive('set_pte', (mm: Mm, dst: Va, src: Va, entry: SwapEntry) => {
  set_swap_pte(mm, dst, entry);
  track(newest.at(mm, dst), peek(newest.at(mm, src)));
  // The next access to the source finds a page of zeroes.
  track(newest.at(mm, src), version_t.lit(0));
});
const clear_pte = primitive('ptep_get_and_clear', (mm: Mm, va: Va) => { set_pte_over_swap(mm, va, PTE_NONE()); });

/** Whether the page that the look-up found is that of the entry still: asked with the page locked since 6.16. */
function stillOfEntry(page: Page, entry: SwapEntry): void {
  if (!since('6.16') || variant('userfaultfd_move takes what the look-up found')) return;
  const cached = PageSwapCache(page);
  If(not(cached), () => Return(FALSE));
  const slot = page_private(page);
  If(ne(slot, swp_slot(entry)), () => Return(FALSE));
}

/** `found`: the locked page of the swap cache, if there is one. False: something has changed, begin again. */
const move_swap_pte = proc('move_swap_pte', {
  params: { ...params, found: slot_t }, returns: bool, models: source('move_swap_pte', 'mm/userfaultfd.c'),
}, ({ mm, src, dst, entry, found }) => {
  const page = slot_t.get(found, 'pfn');
  const cached = slot_t.get(found, 'present');
  If(cached, () => { stillOfEntry(page, entry); });
  pte_lock(mm);
  const to = pte_none_or_entry(mm, dst);
  const from = pte_to_swp_entry(mm, src);
  If(not(and(to.none, eq(from, entry))), () => {
    pte_unlock(mm);
    Return(FALSE);
  });
  If(cached, () => page_move_anon_rmap_to(page, dst), () => { noneCachedMeanwhile(mm, entry); });
  clear_pte(mm, src);
  move_entry(mm, dst, src, entry);
  pte_unlock(mm);
  Return(TRUE);
});

/** Since 6.16: SWAP_HAS_CACHE says that there is a page by now. */
function noneCachedMeanwhile(mm: Mm, entry: SwapEntry): void {
  if (!since('6.16') || variant('userfaultfd_move believes that there is no page')) return;
  const map = swap_count(swp_slot(entry));
  If(swap_map_t.get(map, 'has_cache'), () => {
    pte_unlock(mm);
    Return(FALSE);
  });
}

/** Moves one page that is swapped out; does nothing if the source is not, or the destination is not empty. Until 6.13 the page in the swap cache was not looked for. */
export const move_pages = proc('move_pages', {
  params: { mm: mm_t, src: va_t, dst: va_t }, models: source('move_pages_pte', 'mm/userfaultfd.c'), sleeps: true,
  doc: 'UFFDIO_MOVE. Where the kernel tries the page lock, it waits.',
}, ({ mm, src, dst }) => {
  down_read(mm);
  Forever(() => {
    const to = pte_none_or_entry(mm, dst);
    const from = pte_to_swp_entry(mm, src);
    If(or(not(to.none), not(swp_entry_t.get(from, 'V'))), () => {
      up_read(mm);
      Return();
    });
    const found = since('6.14') ? lookup_swap_cache(swp_slot(from)) : slot_t.of({});
    const page = slot_t.get(found, 'pfn');
    const move = (): Value<'bool'> => move_swap_pte({ mm, src, dst, entry: from, found }, 'moved');
    If(slot_t.get(found, 'present'), () => {
      lock_page(page);
      const moved = move();
      unlock_page(page);
      put_page(page);
      endIf(moved, mm);
    }, () => { endIf(move(), mm); });
  });
});

function endIf(moved: Value<'bool'>, mm: Mm): void {
  If(moved, () => {
    up_read(mm);
    Return();
  });
}
