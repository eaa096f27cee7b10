/** The page cache of the one file (mm/filemap.c): look-up, insertion, removal. */
import { add, atomic, bool, FALSE, If, load, not, peek, primitive, proc, rmw, store, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { count_t, owner_t, pfn_t } from '../machine/types.ts';
import { mapping_at, page_cache, page_count_at, slot_t, tree_lock_at, type Page } from './page.ts';
import { folio_test_large } from './large_folio.ts';
import { filemap_nr_thps_dec } from './nr_thps.ts';
import { hugeFiles, source } from './version.ts';

const treeFree = (): Value<'bool'> => not(owner_t.get(peek(tree_lock_at.at()), 'held'));

/** Looks the file page up and takes a reference (mm/filemap.c); one step, as the tree lock makes it. */
export const find_get_page = primitive('find_get_page', () => {
  let slot: Value<'slot_t'> | undefined;
  atomic('lookup and reference under tree_lock (since 2.6.27 a speculative reference re-checked against the slot)', () => {
    slot = load('slot', page_cache.at());
    const found = slot;
    If(slot_t.get(found, 'present'), () => {
      rmw('count', page_count_at.at(slot_t.get(found, 'pfn')), (c) => add(c, count_t.lit(1)), { ignore: true });
    });
  }, { when: treeFree() });
  return slot as Value<'slot_t'>;
});

/** add_to_page_cache (mm/filemap.c): false when another page is there already. */
export const add_to_page_cache = primitive('add_to_page_cache', (page: Page) => {
  let added: Variable<'bool'> | undefined;
  atomic('slot and page->mapping change under tree_lock, and the new page is locked and seen by nobody', () => {
    added = Var('added', bool, FALSE);
    const slot = load('slot', page_cache.at());
    If(not(slot_t.get(slot, 'present')), () => {
      store(page_cache.at(), slot_t.of({ present: TRUE, pfn: page }));
      store(mapping_at.at(page), TRUE);
      rmw('count', page_count_at.at(page), (c) => add(c, count_t.lit(1)), { ignore: true });
      added?.set(TRUE);
    });
  }, { when: treeFree() });
  return (added as Variable<'bool'>).get();
});

/** __remove_from_page_cache, with tree_lock held: slot first, then page->mapping. */
export const remove_from_page_cache = proc('remove_from_page_cache', {
  params: { page: pfn_t }, models: source('__remove_from_page_cache', 'mm/filemap.c'),
}, ({ page }) => {
  if (hugeFiles() === 'read-only') If(folio_test_large(page), () => filemap_nr_thps_dec());
  clear_slot();
  clear_mapping(page);
});
const clear_slot = primitive('radix_tree_delete', () => store(page_cache.at(), slot_t.of({})));
const clear_mapping = primitive('page->mapping = NULL', (page: Page) => store(mapping_at.at(page), FALSE));
