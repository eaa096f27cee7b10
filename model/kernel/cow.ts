/**
 * A log-structured or copy-on-write file system, as Jeff Anderson-Lee describes it (2006-05-26): a page of the cache is an image of
 * a block of the old version until it is first written; readers of the old version must not see what is written after that.
 */
import { add, and, atomic, bool, FALSE, Forever, If, load, not, primitive, proc, Return, rmw, shared, store, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { count_t, mm_t, pfn_t } from '../machine/types.ts';
import { filemap_nopage } from './filemap.ts';
import { find_vma, i_mmap_lock, i_mmap_unlock, vma_t, type Mm } from './mm_types.ts';
import { mapping_at, page_count_at, put_page, read_from_disk, slot_t, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { each_vma } from './rmap.ts';
import { bump_truncate_count } from './truncate_count.ts';
import { cow, since, source } from './version.ts';
import { zap_pte_range } from './zap.ts';

/** The cache's slot for the block of the old version. */
export const old_cache = shared('old_cache', slot_t, [], { display: 'old_cache' });
/** page->mapping and index say that the page is the image of the old version's block. */
export const old_mapping_at = shared('old_mapping', bool, [pfn_t], { display: '%0.old_mapping' });
/** The mm maps the old version; set when the world begins. */
export const maps_old = shared('maps_old', bool, [mm_t], { display: '%0.maps_old' });

const vm_file_old = primitive('vm_file is the old version', (mm: Mm) => load('old', maps_old.at(mm)));
const find_old_page = primitive('find_get_page(old)', () => {
  let slot: Value<'slot_t'> | undefined;
  atomic('lookup and reference under tree_lock', () => {
    slot = load('slot', old_cache.at());
    const found = slot;
    If(slot_t.get(found, 'present'), () => {
      rmw('count', page_count_at.at(slot_t.get(found, 'pfn')), (c) => add(c, count_t.lit(1)), { ignore: true });
    });
  });
  return slot as Value<'slot_t'>;
});
const add_old_page = primitive('add_to_page_cache(old)', (page: Page) => {
  let added: Variable<'bool'> | undefined;
  atomic('slot and page->mapping change under tree_lock, and the new page is locked and seen by nobody', () => {
    added = Var('added', bool, FALSE);
    const slot = load('slot', old_cache.at());
    If(not(slot_t.get(slot, 'present')), () => {
      store(old_cache.at(), slot_t.of({ present: TRUE, pfn: page }));
      store(old_mapping_at.at(page), TRUE);
      store(mapping_at.at(page), TRUE);
      rmw('count', page_count_at.at(page), (c) => add(c, count_t.lit(1)), { ignore: true });
      added?.set(TRUE);
    });
  });
  return (added as Variable<'bool'>).get();
});

/** The page of the version that the mm maps; the old version's block is still on disk. */
export const version_nopage = proc('version_nopage', { params: { mm: mm_t }, returns: slot_t, models: source('filemap_nopage', 'mm/filemap.c'), sleeps: true }, ({ mm }) => {
  const old = vm_file_old(mm);
  If(not(old), () => Return(filemap_nopage({}, 'slot')));
  Forever(() => {
    const slot = find_old_page();
    If(slot_t.get(slot, 'present'), () => Return(slot));
    const page = alloc_page();
    read_from_disk(page);
    const added = add_old_page(page);
    If(added, () => Return(slot_t.of({ present: TRUE, pfn: page })));
    put_page(page);
  });
});

/** page->mapping is one word: whether the locked page is still of the version that the mm maps. */
export const of_version = proc('of_version', { params: { mm: mm_t, page: pfn_t }, returns: bool }, ({ mm, page }) => {
  const old = vm_file_old(mm);
  If(not(old), () => Return(TRUE));
  const still = old_mapping(page);
  Return(still);
});
const old_mapping = primitive('page->mapping', (page: Page) => load('old_mapping', old_mapping_at.at(page)));

const delete_old_slot = primitive('radix_tree_delete(old)', () => store(old_cache.at(), slot_t.of({})));
const remap_page = primitive('page->mapping = new', (page: Page) => store(old_mapping_at.at(page), FALSE));

/** The page is no longer what a look-up of the old version finds. */
const forget_old = proc('forget_old', { params: { page: pfn_t } }, ({ page }) => {
  delete_old_slot();
  remap_page(page);
  put_page(page);
});

/** unmap_mapping_range of the old version's mapping. */
const unmap_old = proc('unmap_old', { params: {}, models: source('unmap_mapping_range', 'mm/memory.c') }, () => {
  i_mmap_lock();
  if (!since('2.6.23')) bump_truncate_count();
  each_vma((mm, va) => {
    const vma = find_vma(mm, va);
    const old = vm_file_old(mm);
    If(and(vma_t.get(vma, 'linked'), old), () => { zap_pte_range({ mm, va }); });
  });
  i_mmap_unlock();
});

/** Takes the page from the readers of the old version. The page is locked. */
export const leave_old_version = proc('leave_old_version', { params: { page: pfn_t }, doc: 'The file system\'s part of page_mkwrite.' }, ({ page }) => {
  const still = old_mapping(page);
  If(still, () => {
    if (cow() === 'forget first') forget_old({ page });
    unmap_old({});
    if (cow() === 'unmap first') forget_old({ page });
  });
});
