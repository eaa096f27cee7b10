/** Writers of file pages that use no page table: write(2), and a pipe that holds the page (mm/filemap.c, fs/splice.c, fs/pipe.c). */
import { add, atomic, Forever, If, load, not, primitive, proc, Return, store } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { version_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { filemap_nopage } from './filemap.ts';
import { find_get_page, lock_page, noteUserStore, page_mapping, put_page, slot_t, unlock_page, type Page } from './page.ts';
import { source, writeProtection } from './version.ts';
import { break_protection } from './write_protect.ts';

export const copy_from_user = primitive('copy_from_user', (page: Page) => {
  atomic('the model copies a page at one instant', () => {
    const v = load('version', data.at(page));
    store(data.at(page), add(v, version_t.lit(1)));
    noteUserStore(page, add(v, version_t.lit(1)));
  });
});

/** Changes a page that is locked. */
function modify(page: Page): void {
  if (writeProtection()) break_protection({ page });
  copy_from_user(page);
  set_page_dirty({ page });
}

/** write(2) to the file's page: look it up, lock it, see that it is still the file's, change it. */
export const generic_perform_write = proc('generic_perform_write', {
  params: {}, sleeps: true, models: source('generic_perform_write', 'mm/filemap.c'),
}, () => {
  Forever(() => {
    const slot = find_get_page();
    If(not(slot_t.get(slot, 'present')), () => Return());
    const page = slot_t.get(slot, 'pfn');
    lock_page(page);
    const mapping = page_mapping(page);
    If(mapping, () => modify(page));
    unlock_page(page);
    put_page(page);
    If(mapping, () => Return());
  });
});

/** The same for a page that may have to be read from disk (a_ops->write_begin). */
export const write_begin_and_write = proc('write_begin_and_write', {
  params: {}, sleeps: true, models: source('generic_perform_write', 'mm/filemap.c'),
}, () => {
  const slot = filemap_nopage({}, 'slot');
  If(slot_t.get(slot, 'present'), () => { put_page(slot_t.get(slot, 'pfn')); });
  generic_perform_write({});
});

/** splice(2) from the file into a pipe, which keeps the page; later a write to the pipe changes it in place. */
export const splice_and_pipe_write = proc('splice_and_pipe_write', {
  params: {}, sleeps: true, models: source('pipe_write', 'fs/pipe.c'),
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  modify(page);
  unlock_page(page);
  put_page(page);
});
