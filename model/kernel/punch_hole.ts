/** Punching a hole (fs/ext4/inode.c ext4_punch_hole), and read(2), which brings pages into the cache beside it. */
import { If, proc } from '../language/index.ts';
import { ext4_ext_remove_space, filemap_invalidate_lock, filemap_invalidate_unlock, readBesidePunching } from './extents.ts';
import { filemap_nopage } from './filemap.ts';
import { put_page, slot_t } from './page.ts';
import { truncate_inode_pages } from './truncate.ts';
import { since, source } from './version.ts';
import { unmap_mapping_range } from './zap.ts';

const truncate_pagecache_range = proc('truncate_pagecache_range', { params: {}, sleeps: true, models: source('truncate_pagecache_range', 'mm/truncate.c') }, () => {
  unmap_mapping_range({});
  truncate_inode_pages({});
});

/** fallocate(FALLOC_FL_PUNCH_HOLE) of the page. Until 4.4 the page was dropped a second time, "to reduce race window". */
export const ext4_punch_hole = proc('ext4_punch_hole', { params: {}, sleeps: true, models: source('ext4_punch_hole', 'fs/ext4/inode.c') }, () => {
  if (since('4.8')) filemap_invalidate_lock();
  truncate_pagecache_range({});
  ext4_ext_remove_space();
  if (since('4.8')) filemap_invalidate_unlock();
  else truncate_pagecache_range({});
});

/** read(2) of the page. */
export const generic_file_read = proc('do_generic_file_read', { params: {}, sleeps: true, models: source('do_generic_file_read', 'mm/filemap.c') }, () => {
  const slot = readBesidePunching(() => filemap_nopage({}, 'slot'));
  If(slot_t.get(slot, 'present'), () => { put_page(slot_t.get(slot, 'pfn')); });
});
