/** How a file is kept from having huge pages and writers (include/linux/pagemap.h, fs/open.c, 5.4 on): who makes one counts it and then looks for writers, who opens counts himself and then looks for huge pages. */
import { add, bool, FALSE, ghost, load, ne, primitive, rmw, shared, sub, track } from '../language/index.ts';
import { count_t } from '../machine/types.ts';

/** mapping->nr_thps. */
const nr_thps = shared('nr_thps', count_t, [], { display: 'nr_thps' });
/** inode->i_writecount, as far as it is positive. */
const i_writecount = shared('i_writecount', count_t, [], { display: 'i_writecount' });
/** open(2) for writing has returned, and the file is not closed again. */
export const open_for_write = ghost('open_for_write', bool, []);

const one = () => count_t.lit(1);
export const filemap_nr_thps = primitive('filemap_nr_thps', () => load('thps', nr_thps.at()));
export const filemap_nr_thps_inc = primitive('filemap_nr_thps_inc', () => { rmw('thps', nr_thps.at(), (n) => add(n, one()), { ignore: true }); });
export const filemap_nr_thps_dec = primitive('filemap_nr_thps_dec', () => { rmw('thps', nr_thps.at(), (n) => sub(n, one()), { ignore: true }); });
export const inode_is_open_for_write = primitive('inode_is_open_for_write', () => ne(load('writers', i_writecount.at()), count_t.lit(0)));

export const get_write_access = primitive('get_write_access', () => { rmw('writers', i_writecount.at(), (n) => add(n, one()), { ignore: true }); });
export const put_write_access = primitive('put_write_access', () => {
  rmw('writers', i_writecount.at(), (n) => sub(n, one()), { ignore: true });
  track(open_for_write.at(), FALSE);
});
