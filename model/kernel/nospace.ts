/** A file system that looks for a block when it writes a page, and may find none. */
import { bool, exchange, FALSE, If, load, not, primitive, proc, Return, shared, store, TRUE } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import type { Page } from './page.ts';
import { source } from './version.ts';

/** The page has its block: it was reserved by page_mkwrite, or an earlier write found one. */
export const has_block = shared('has_block', bool, [pfn_t], { display: '%0.has_block' });
/** There is a free block on the disk; one is all that is asked for. */
export const free_block = shared('free_block', bool, []);

const buffer_mapped = primitive('buffer_mapped', (page: Page) => load('mapped', has_block.at(page)));
const new_block = primitive('ext3_new_block', () => exchange('room', free_block.at(), FALSE));
const map_bh = primitive('map_bh', (page: Page) => { store(has_block.at(page), TRUE); });

/** False: ENOSPC. */
export const get_block = proc('get_block', {
  params: { page: pfn_t }, returns: bool, sleeps: true, models: source('ext3_get_block', 'fs/ext3/inode.c'),
}, ({ page }) => {
  const mapped = buffer_mapped(page);
  If(mapped, () => Return(TRUE));
  const room = new_block();
  If(not(room), () => Return(FALSE));
  map_bh(page);
  Return(TRUE);
});

/** Somebody deletes another file. */
export const frees_block = primitive('ext3_free_blocks', () => { store(free_block.at(), TRUE); });
