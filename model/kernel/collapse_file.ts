/** khugepaged makes a huge page of a file's small ones (mm/khugepaged.c, at 6.8), of a file that nobody has open for writing. A huge page has one small page here. */
import { atomic, bool, eq, FALSE, held, If, load, ne, not, or, primitive, proc, Return, rmw, store, sub, TRUE } from '../language/index.ts';
import { smp_mb } from '../machine/store_buffer.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { folio_test_large } from './large_folio.ts';
import { filemap_nr_thps_dec, filemap_nr_thps_inc, inode_is_open_for_write } from './nr_thps.ts';
import { copy_user_page, get_page, lock_page, mapping_at, page_cache, page_count, page_count_at, page_mapped, page_mapping, PageDirty, PageWriteback, PG_locked, put_page, slot_t, tree_lock, tree_unlock, trylock_page, unlock_page, type Page } from './page.ts';
import { alloc_huge_page } from './page_alloc.ts';
import { try_to_unmap } from './try_to_unmap.ts';
import { source } from './version.ts';

const lock_tree = (): void => {
  local_irq_disable();
  tree_lock();
};
const unlock_tree = (): void => {
  tree_unlock();
  local_irq_enable();
};

const xas_load = primitive('xas_load', () => load('slot', page_cache.at()));
/** The new page is the file's, and the reference of its allocation the cache's. tree_lock is held. */
const xas_store = primitive('xas_store', (page: Page) => {
  atomic('slot and page->mapping change under tree_lock, and the new page is locked and seen by nobody', () => {
    store(page_cache.at(), slot_t.of({ present: TRUE, pfn: page }));
    store(mapping_at.at(page), TRUE);
  });
});
const forget_mapping = primitive('page->mapping = NULL', (page: Page) => store(mapping_at.at(page), FALSE));

/** The new page was for nothing. */
function rollback(hpage: Page): void {
  unlock_page(hpage);
  put_page(hpage);
  Return();
}

/** The caller's reference, and what was the cache's. */
const folio_put_refs = primitive('folio_put_refs', (page: Page) => { rmw('count', page_count_at.at(page), (c) => sub(c, count_t.lit(2)), { ignore: true }); });

/** Whether the locked page may be collapsed: the file's still, small, clean, and unmapped from here on. */
const take_small_page = proc('collapse_file_page', {
  params: { page: pfn_t }, returns: bool, sleeps: true, models: source('collapse_file', 'mm/khugepaged.c'), doc: 'The part of collapse_file that is about one page.',
  locks: ({ page }) => ({ entry: [held(PG_locked.at(page))], exit: [held(PG_locked.at(page))] }),
}, ({ page }) => {
  const large = folio_test_large(page);
  If(large, () => Return(FALSE));
  const mapping = page_mapping(page);
  If(not(mapping), () => Return(FALSE));
  const dirty = PageDirty(page);
  const writeback = PageWriteback(page);
  If(or(dirty, writeback), () => Return(FALSE));
  const mapcount = page_mapped(page);
  If(ne(mapcount, count_t.lit(0)), () => { try_to_unmap({ page }); });
  Return(TRUE);
});

/** The page is locked from its look-up until another has taken its place; without the tree lock others may find it, and then wait for its lock. */
export const collapse_file = proc('collapse_file', { params: {}, sleeps: true, models: source('collapse_file', 'mm/khugepaged.c') }, () => {
  const hpage = alloc_huge_page();
  lock_page(hpage);
  lock_tree();
  const slot = xas_load();
  const nothing = (): void => {
    unlock_tree();
    rollback(hpage);
  };
  If(not(slot_t.get(slot, 'present')), nothing);
  const page = slot_t.get(slot, 'pfn');
  const dirty = PageDirty(page);
  const writeback = PageWriteback(page);
  If(or(dirty, writeback), nothing);
  const locked = trylock_page(page);
  If(not(locked), nothing);
  get_page(page);
  unlock_tree();
  const giveUp = (): void => {
    unlock_page(page);
    put_page(page);
    rollback(hpage);
  };
  const taken = take_small_page({ page }, 'taken');
  If(not(taken), giveUp);
  lock_tree();
  const refs = page_count(page);
  If(not(eq(refs, count_t.lit(2))), () => {
    unlock_tree();
    giveUp();
  });
  filemap_nr_thps_inc();
  smp_mb();
  const writers = inode_is_open_for_write();
  If(writers, () => {
    filemap_nr_thps_dec();
    unlock_tree();
    giveUp();
  });
  unlock_tree();
  copy_user_page(hpage, page);
  lock_tree();
  xas_store(hpage);
  unlock_tree();
  unlock_page(hpage);
  forget_mapping(page);
  unlock_page(page);
  folio_put_refs(page);
});
