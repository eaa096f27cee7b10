/** Finding a file's page for a fault (mm/filemap.c): from the cache, or read from disk. */
import { FALSE, Forever, If, load, primitive, proc, Return, TRUE, type Value } from '../language/index.ts';
import { ext4_readpage } from './extents.ts';
import { i_size_zero, lock_page, put_page, read_from_disk, slot_t, unlock_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { add_to_page_cache, find_get_page } from './page_cache.ts';
import { fs, source } from './version.ts';

export const i_size_read = primitive('i_size_read', () => load('truncated', i_size_zero.at()));

/** Read before anybody sees it: as good as locked. */
function readThenAdd(page: Page): Value<'bool'> {
  read_from_disk(page);
  return add_to_page_cache(page);
}

/** As the kernel does it, for worlds in which it matters where the block is when it is read: the page is in the cache, and locked. */
function addThenRead(page: Page): Value<'bool'> {
  lock_page(page);
  const added = add_to_page_cache(page);
  If(added, () => { ext4_readpage({ page }); });
  unlock_page(page);
  return added;
}

/** The file's page with a reference, or a slot that is not present: beyond the end, SIGBUS. */
export const filemap_nopage = proc('filemap_nopage', {
  params: {}, returns: slot_t, models: source('filemap_nopage', 'mm/filemap.c'), sleeps: true,
}, () => {
  Forever(() => {
    const beyond = i_size_read();
    If(beyond, () => Return(slot_t.of({ present: FALSE })));
    const slot = find_get_page();
    If(slot_t.get(slot, 'present'), () => Return(slot));
    const page = alloc_page();
    const added = fs().extents ? addThenRead(page) : readThenAdd(page);
    If(added, () => Return(slot_t.of({ present: TRUE, pfn: page })));
    put_page(page);
  });
});

