/**
 * Generic write protection of file pages, as proposed by Jérôme Glisse (2018 to 2020); no released kernel has it.
 * page->mapping of a protected page is a descriptor, which lists the page's copies.
 */
import { add, atomic, bool, FALSE, If, load, ne, not, or, peek, primitive, proc, Return, rmw, shared, store, TRUE, track, type Value } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { count_t, mk_pte, mm_t, pfn_t, pte_present, va_t } from '../machine/types.ts';
import { pte_lock, pte_unlock } from './mm_types.ts';
import {
  copy_user_page, frozen, frozen_data, get_page, inc_mapcount, lock_page, mapping_at, page_count, page_count_at, page_mapcount, page_mapping, PageDirty,
  put_page, slot_t, unlock_page, wait_on_page_writeback, type Page,
} from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { find_get_page } from './page_cache.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { page_mkclean } from './rmap.ts';
import { try_to_unmap } from './try_to_unmap.ts';
import { variant, writeProtection } from './version.ts';

/** page->mapping is the descriptor, by a low bit of the word. `mapping` stays true: the descriptor lists the file. */
export const write_protected = shared('PageWriteProtected', bool, [pfn_t], { display: '%0.write_protected' });
/** The descriptor's list of copies: one at most, of the one file page. */
export const copy_at = shared('copy', slot_t, [], { display: 'copy' });

export const PageWriteProtected = primitive('PageWriteProtected', (page: Page) => load('write_protected', write_protected.at(page)));
export const farMms = (): Value<'mm_t'>[] => (writeProtection()?.far ?? []).map((m) => mm_t.lit(m));

/** Reads page->mapping: whether it is a descriptor, and whether there is a file. */
export function mappingWord(page: Page): { readonly descriptor: Value<'bool'>; readonly mapping: Value<'bool'> } {
  let word: ReturnType<typeof mappingWord> | undefined;
  atomic('one word in the kernel: page->mapping with its low bits', () => { word = { descriptor: load('descriptor', write_protected.at(page)), mapping: load('mapping', mapping_at.at(page)) }; });
  return word as ReturnType<typeof mappingWord>;
}

/** The helper as the thread has it: of a protected page the mapping is the one that was passed down, whatever it is. */
export const mapping_passed_down = primitive('fs_page_mapping', (page: Page) => {
  const { descriptor, mapping } = mappingWord(page);
  return or(descriptor, mapping);
});

const set_descriptor = primitive('page->mapping = descriptor', (page: Page) => store(write_protected.at(page), TRUE));
const clear_descriptor = primitive('page->mapping = mapping', (page: Page) => {
  store(write_protected.at(page), FALSE);
  track(frozen.at(page), FALSE);
});
const load_copy = primitive('descriptor->copy', () => load('copy', copy_at.at()));
const set_copy = primitive('descriptor->copy =', (copy: Value<'slot_t'>) => store(copy_at.at(), copy));

/** From here on nobody may change the page. */
const begin_frozen = (page: Page): void => {
  track(frozen.at(page), TRUE);
  track(frozen_data.at(page), peek(data.at(page)));
};

/** References beyond those of the PTEs, of the page cache and of the caller: somebody has the page pinned or is using it. */
const referencesRaised = (page: Page): Value<'bool'> => {
  const mapcount = page_mapcount(page);
  const refs = page_count(page);
  return ne(add(mapcount, count_t.lit(2)), refs);
};

/** Write-protects the file's page in every mapping, unless it is pinned, and turns page->mapping into the descriptor. The page is locked. */
const write_protect_file_page = proc('write_protect_file_page', { params: { page: pfn_t }, returns: bool, sleeps: true }, ({ page }) => {
  if (!variant('protection does not wait for write-back')) wait_on_page_writeback(page);
  const late = variant('PTEs are protected before the descriptor is set');
  if (!late) set_descriptor(page);
  page_mkclean({ page });
  const raised = referencesRaised(page);
  If(raised, () => {
    if (!late) clear_descriptor(page);
    Return(FALSE);
  });
  if (variant('only clean pages are protected')) {
    const dirty = PageDirty(page);
    If(dirty, () => {
      clear_descriptor(page);
      Return(FALSE);
    });
  }
  if (late) set_descriptor(page);
  begin_frozen(page);
  Return(TRUE);
});

/** Write-protects the file's page, if there is one. */
export const protect_page = proc('protect_page', { params: {}, sleeps: true }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const mapping = page_mapping(page);
  If(mapping, () => { write_protect_file_page({ page }); });
  unlock_page(page);
  put_page(page);
});

/** Write-protects the file's page and makes a copy of it for the other node, whose programs then fault and find the copy. */
export const duplicate_page = proc('duplicate_page', { params: {}, sleeps: true }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  const done = write_protect_file_page({ page }, 'done');
  If(done, () => {
    const copy = alloc_page();
    copy_user_page(copy, page);
    set_copy(slot_t.of({ present: TRUE, pfn: copy }));
    try_to_unmap({ page });
  });
  unlock_page(page);
  put_page(page);
});

/** Maps a copy in a none entry; the caller's reference becomes the entry's, or goes. */
const install_copy = proc('install_copy', { params: { mm: mm_t, va: va_t, page: pfn_t } }, ({ mm, va, page }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_present(pte), () => put_page(page), () => {
    inc_mapcount(page);
    set_pte_at(mm, va, mk_pte(page, FALSE));
  });
  pte_unlock(mm);
});

/** Maps the copy that the descriptor lists, if it lists one. The page that it is a copy of is locked. */
export const map_copy = proc('map_copy', { params: { mm: mm_t, va: va_t }, returns: bool }, ({ mm, va }) => {
  const copy = load_copy();
  If(not(slot_t.get(copy, 'present')), () => Return(FALSE));
  get_page(slot_t.get(copy, 'pfn'));
  install_copy({ mm, va, page: slot_t.get(copy, 'pfn') });
  Return(TRUE);
});

/** A look-up in the other node's cache: a page with a reference. */
const find_get_copy = primitive('find_get_page(node)', () => {
  let slot: Value<'slot_t'> | undefined;
  atomic('a speculative reference re-checked against the slot', () => {
    slot = load('slot', copy_at.at());
    const found = slot;
    If(slot_t.get(found, 'present'), () => {
      rmw('count', page_count_at.at(slot_t.get(found, 'pfn')), (c) => add(c, count_t.lit(1)), { ignore: true });
    });
  });
  return slot as Value<'slot_t'>;
});

/** Maps the page that the other node's cache holds, if it holds one: its own lock, and a look whether it is still there. */
export const map_copy_of_node = proc('map_copy_of_node', { params: { mm: mm_t, va: va_t }, returns: bool, sleeps: true }, ({ mm, va }) => {
  const slot = find_get_copy();
  If(not(slot_t.get(slot, 'present')), () => Return(FALSE));
  const page = slot_t.get(slot, 'pfn');
  if (unlocked()) {
    install_copy({ mm, va, page });
    Return(TRUE);
    return;
  }
  lock_page(page);
  const now = load_copy();
  const gone = not(slot_t.get(now, 'present'));
  If(gone, () => put_page(page), () => { install_copy({ mm, va, page }); });
  unlock_page(page);
  Return(not(gone));
});
const unlocked = (): boolean => variant('copies of a node are found and mapped without their lock');
export const byNode = (): boolean => unlocked() || variant('copies are found in a cache of their node');

/** Takes the protection away: all copies go, with their mappings, before anybody may write. The page is locked. */
export const break_protection = proc('break_protection', { params: { page: pfn_t }, sleeps: true }, ({ page }) => {
  const protectedPage = PageWriteProtected(page);
  If(not(protectedPage), () => Return());
  const copy = load_copy();
  If(slot_t.get(copy, 'present'), () => {
    const page = slot_t.get(copy, 'pfn');
    const locks = byNode() && !unlocked();
    if (locks) lock_page(page);
    try_to_unmap({ page });
    set_copy(slot_t.of({}));
    if (locks) unlock_page(page);
    put_page(page);
  });
  clear_descriptor(page);
});

/** The same, for who has neither the page nor its lock. */
export const break_protection_of_file = proc('break_protection_of_file', { params: {}, sleeps: true }, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  break_protection({ page });
  unlock_page(page);
  put_page(page);
});
