/** Finding a file's page for a fault (mm/filemap.c): from the cache, or read from disk. */
import { FALSE, Forever, If, load, primitive, proc, Return, TRUE } from '../language/index.ts';
import { add_to_page_cache, alloc_page, find_get_page, i_size_zero, put_page, read_from_disk, slot_t } from './page.ts';
import { source } from './version.ts';

export const i_size_read = primitive('i_size_read', () => load('truncated', i_size_zero.at()));

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
    read_from_disk(page);
    const added = add_to_page_cache(page);
    If(added, () => Return(slot_t.of({ present: TRUE, pfn: page })));
    put_page(page);
  });
});

