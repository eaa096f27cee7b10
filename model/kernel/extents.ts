/** Where the data of the file's page is on disk (fs/ext4/inode.c), for worlds in which a hole can be punched: blocks that are given back. */
import { and, atomic, bool, enumeration, eq, FALSE, ghost, If, load, ne, or, peek, primitive, proc, shared, store, track, TRUE, waitUntil } from '../language/index.ts';
import { downRead, downWrite, rwsem_t, upRead, upWrite } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { pfn_t, version_t } from '../machine/types.ts';
import { disk, has_contents, read_from_disk, type Page } from './page.ts';
import { fs, since, source, variant, type Version } from './version.ts';

/** HOLE: nowhere, reads as zeroes. BLOCK: in the block that the file had at the start. ANOTHER: in one allocated since. */
export const extent_t = enumeration('extent_t', ['HOLE', 'BLOCK', 'ANOTHER']);
export const extent_at = shared('extent', extent_t, [], { display: 'inode.extent' });
/** What the page's buffer head says. HOLE: it is not mapped. */
export const b_blocknr = shared('b_blocknr', extent_t, [pfn_t], { display: '%0.b_blocknr' });
/** The block of the start belongs to another file. */
export const block_taken = shared('block_taken', bool, [], { display: 'block.taken' });
/** Latched when a page of this file was written to a block that another file has. */
export const wrote_foreign = ghost('wrote_foreign', bool, []);

/** ext4's i_mmap_sem, from 5.15 on mapping->invalidate_lock: faults share it, who takes blocks away has it alone. */
export const invalidate_lock = shared('invalidate_lock', rwsem_t, [], { display: 'invalidate_lock' });
export const filemap_invalidate_lock = downWrite('filemap_invalidate_lock', () => invalidate_lock.at());
export const filemap_invalidate_unlock = upWrite('filemap_invalidate_unlock', () => invalidate_lock.at());
const lock_shared = downRead('filemap_invalidate_lock_shared', () => invalidate_lock.at());
const unlock_shared = upRead('filemap_invalidate_unlock_shared', () => invalidate_lock.at());

/** What a fault does beside those who take blocks away: with the lock shared since 4.5. */
export const besidePunching = <T>(does: () => T): T => lockedSince('4.8', does);
/** The same for page_mkwrite. */
export const mkwriteBesidePunching = <T>(does: () => T): T => (variant('page_mkwrite takes no invalidate_lock') ? does() : besidePunching(does));
/** What read(2) does: with the lock since 5.15. */
export const readBesidePunching = <T>(does: () => T): T => lockedSince('5.15', does);

function lockedSince<T>(version: Version, does: () => T): T {
  const locks = fs().extents === true && since(version);
  if (locks) lock_shared();
  const result = does();
  if (locks) unlock_shared();
  return result;
}

const zero_user = primitive('zero_user', (page: Page) => store(data.at(page), version_t.lit(0)));
const ext4_get_block = primitive('ext4_get_block', () => load('extent', extent_at.at()));

/** Reads the block, or makes zeroes where there is none. No buffers are attached: fs/mpage.c needs none for a whole page. */
export const ext4_readpage = proc('ext4_readpage', { params: { page: pfn_t }, sleeps: true, models: source('ext4_readpage', 'fs/ext4/inode.c') }, ({ page }) => {
  const extent = ext4_get_block();
  If(eq(extent, extent_t.is.HOLE), () => zero_user(page), () => read_from_disk(page));
});

const buffer_mapped = primitive('buffer_mapped', (page: Page) => load('blocknr', b_blocknr.at(page)));
const map_or_allocate = primitive('ext4_get_block(create)', (page: Page) => {
  atomic('i_data_sem is held over look-up and allocation, and the page is locked', () => {
    const extent = load('extent', extent_at.at());
    If(eq(extent, extent_t.is.HOLE), () => {
      store(extent_at.at(), extent_t.is.ANOTHER);
      store(b_blocknr.at(page), extent_t.is.ANOTHER);
    }, () => store(b_blocknr.at(page), extent));
  });
});

/** page_mkwrite's part: buffers that are mapped are believed. The page is locked. */
export const block_write_begin = proc('__block_write_begin', { params: { page: pfn_t }, models: source('__block_write_begin', 'fs/buffer.c') }, ({ page }) => {
  const mapped = buffer_mapped(page);
  If(eq(mapped, extent_t.is.HOLE), () => map_or_allocate(page));
});

/** Truncation of a page takes its buffers away (block_invalidatepage). */
export const discard_buffer = primitive('discard_buffer', (page: Page) => store(b_blocknr.at(page), extent_t.is.HOLE));

/** The IO goes to the block that the buffer head names, whose ever it is. */
export const dma_to_block = primitive('DMA page to block', (page: Page) => {
  atomic('the model\'s device reads the page at one instant', () => {
    const blocknr = load('blocknr', b_blocknr.at(page));
    const v = load('version', data.at(page));
    If(eq(blocknr, peek(extent_at.at())), () => store(disk.at(), v));
    track(wrote_foreign.at(), or(peek(wrote_foreign.at()), and(eq(blocknr, extent_t.is.BLOCK), peek(block_taken.at()))));
  });
});

/** Gives the block back; what was in it is nobody's. */
export const ext4_ext_remove_space = primitive('ext4_ext_remove_space', () => {
  store(extent_at.at(), extent_t.is.HOLE);
  track(has_contents.at(), FALSE);
});

const block_is_free = primitive('ext4_mb_new_blocks', () => waitUntil(extent_at.at(), (e) => ne(e, extent_t.is.BLOCK)));
const take_block = primitive('ext4_mb_mark_diskspace_used', () => store(block_taken.at(), TRUE));

/** Another file is given the block, once it is free. */
export const write_other_file = proc('write_other_file', { params: {}, models: source('ext4_mb_new_blocks', 'fs/ext4/mballoc.c') }, () => {
  block_is_free();
  take_block();
});
