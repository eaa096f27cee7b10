/** split_huge_page of a file's page (mm/huge_memory.c, at 6.8): it is unmapped, and faults bring it back. A huge page has one small page here, and PTEs map it. */
import { bool, eq, FALSE, held, If, load, not, or, primitive, proc, Return } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { pfn_t } from '../machine/types.ts';
import { i_mmap_for_walk } from './i_mmap.ts';
import { folio_test_large, freezeAndSplit } from './large_folio.ts';
import { page_cache, page_mapcount, page_mapping, PageWriteback, PG_locked, put_page, slot_t, tree_lock, tree_unlock, trylock_page, unlock_page } from './page.ts';
import { find_get_page } from './page_cache.ts';
import { canSplitFolio } from './split_folio.ts';
import { unmapEverywhere } from './try_to_unmap.ts';
import { source } from './version.ts';

const can_split_folio = canSplitFolio(2, page_mapcount);

const unmap_folio = proc('unmap_folio', { params: { page: pfn_t }, models: source('unmap_folio', 'mm/huge_memory.c') }, ({ page }) => { unmapEverywhere(page); });

const xas_load = primitive('xas_load', () => load('slot', page_cache.at()));
const freeze_and_split = freezeAndSplit(2);

/** Of a locked page to which the caller has one reference. False: it is huge still, though perhaps mapped nowhere. */
export const split_file_folio = proc('split_huge_page_to_list', {
  params: { page: pfn_t }, returns: bool, sleeps: true, models: source('split_huge_page_to_list', 'mm/huge_memory.c'),
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const writeback = PageWriteback(page);
  If(writeback, () => Return(FALSE));
  const mapping = page_mapping(page);
  If(not(mapping), () => Return(FALSE));
  const i_mmap = i_mmap_for_walk();
  i_mmap.lock();
  const fits = can_split_folio({ page }, 'fits');
  If(not(fits), () => {
    i_mmap.unlock();
    Return(FALSE);
  });
  unmap_folio({ page });
  local_irq_disable();
  tree_lock();
  const slot = xas_load();
  If(or(not(slot_t.get(slot, 'present')), not(eq(slot_t.get(slot, 'pfn'), page))), () => {
    tree_unlock();
    local_irq_enable();
    i_mmap.unlock();
    Return(FALSE);
  });
  const split = freeze_and_split(page);
  tree_unlock();
  local_irq_enable();
  i_mmap.unlock();
  Return(split);
});

/** What somebody asks for in debugfs: the file's page, if it is huge and not locked. */
export const split_huge_pages_in_file = proc('split_huge_pages_in_file', {
  params: {}, sleeps: true, models: source('split_huge_pages_in_file', 'mm/huge_memory.c'),
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  const large = folio_test_large(page);
  If(large, () => {
    const locked = trylock_page(page);
    If(locked, () => {
      split_file_folio({ page });
      unlock_page(page);
    });
  });
  put_page(page);
});
