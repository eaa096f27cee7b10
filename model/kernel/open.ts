/** Opening a file for writing, and what that does to its huge pages (fs/open.c). */
import { If, ne, proc, track, TRUE } from '../language/index.ts';
import { smp_mb } from '../machine/store_buffer.ts';
import { count_t } from '../machine/types.ts';
import { filemap_nr_thps, get_write_access, open_for_write, put_write_access } from './nr_thps.ts';
import { truncate_inode_pages, vmtruncate } from './truncate.ts';
import { source } from './version.ts';
import { unmap_mapping_range } from './zap.ts';

/** The file's pages, which may be huge, leave the cache: who reads them again finds small ones. */
const do_dentry_open = proc('do_dentry_open', {
  params: {}, sleeps: true, models: source('do_dentry_open', 'fs/open.c'),
}, () => {
  get_write_access();
  smp_mb();
  const thps = filemap_nr_thps();
  If(ne(thps, count_t.lit(0)), () => {
    unmap_mapping_range({});
    truncate_inode_pages({});
  });
  track(open_for_write.at(), TRUE);
});

/** open(2), ftruncate(2) to length 0, close(2). */
export const open_and_truncate = proc('open_and_truncate', { params: {}, sleeps: true }, () => {
  do_dentry_open({});
  vmtruncate({});
  put_write_access();
});
