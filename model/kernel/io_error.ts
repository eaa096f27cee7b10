/** The end of write-back that failed (fs/buffer.c): the error belongs to the file, and the page lock is not held. */
import { assert, bool, FALSE, If, load, not, or, primitive, proc, shared, store, TRUE, Var, chooseBool } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import { clear_page_writeback, lock_page, page_mapping, put_page, set_page_writeback, slot_t, unlock_page, wait_on_page_writeback, type Page } from './page.ts';
import { find_get_page } from './page_cache.ts';
import { clear_page_dirty_for_io } from './page_writeback.ts';
import { source, variant } from './version.ts';
import { mappingWord, write_protected } from './write_protect.ts';

/** AS_EIO of the file: what the next fsync reports. */
export const AS_EIO = shared('AS_EIO', bool, [], { display: 'AS_EIO' });

/** Whether page->mapping is not NULL: a descriptor is not, either. */
const mapping_there = primitive('bh->b_page->mapping', (page: Page) => {
  const { descriptor, mapping } = mappingWord(page);
  return or(descriptor, mapping);
});
/** The word again, as the pointer to use: whether it is the descriptor's. */
const mapping_pointer = primitive('bh->b_page->mapping', (page: Page) => load('descriptor', write_protected.at(page)));

const mapping_set_error = primitive('mapping_set_error', () => store(AS_EIO.at(), TRUE));

/** Reads page->mapping twice, to see that it is there and to use it; or uses what the buffer_head has, as proposed. */
const mark_buffer_write_io_error = proc('mark_buffer_write_io_error', {
  params: { page: pfn_t }, models: source('mark_buffer_write_io_error', 'fs/buffer.c'),
}, ({ page }) => {
  if (!variant('I/O errors read page->mapping')) {
    mapping_set_error();
    return;
  }
  const there = mapping_there(page);
  If(there, () => {
    const descriptor = mapping_pointer(page);
    assert('mapping_set_error is given an address_space', not(descriptor));
    mapping_set_error();
  });
});

/** Interrupt of the device. */
const end_buffer_async_write = proc('end_buffer_async_write', {
  params: { page: pfn_t }, models: source('end_buffer_async_write', 'fs/buffer.c'),
}, ({ page }) => {
  const uptodate = chooseBool('uptodate');
  If(not(uptodate), () => { mark_buffer_write_io_error({ page }); });
  clear_page_writeback(page);
});

/** The end of write-back that was under way from the start. */
export const complete_badly = proc('complete_badly', { params: {} }, () => { end_buffer_async_write({ page: pfn_t.lit(0) }); });

/** One pass of write-back over a device that fails, or does not. */
export const write_page_badly = proc('write_page_badly', { params: {}, sleeps: true, models: source('write_cache_pages', 'mm/page-writeback.c') }, () => {
  const slot = find_get_page();
  const written = Var('written', bool, FALSE);
  If(slot_t.get(slot, 'present'), () => {
    const page = slot_t.get(slot, 'pfn');
    lock_page(page);
    const mapping = page_mapping(page);
    If(mapping, () => {
      wait_on_page_writeback(page);
      const dirty = clear_page_dirty_for_io({ page }, 'dirty');
      If(dirty, () => {
        set_page_writeback(page);
        written.set(TRUE);
      });
    });
    unlock_page(page);
    If(written.get(), () => { end_buffer_async_write({ page }); });
    put_page(page);
  });
});
