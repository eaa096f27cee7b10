/** What the declarations of thread 004's scenarios do not check: that procedures are recorded in the order of their sources. */
import { expect, it } from 'vitest';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

/** Names that stand in the procedure's listing, in the order asked for; a name that is not there is left out. */
function order(id: string, name: string, ...names: readonly string[]): string[] {
  const program = scenarios.find((s) => s.id === id)?.build();
  const found = program?.procs.find((p) => p.name === name);
  if (program === undefined || found === undefined) throw new Error(`${id} has no ${name}`);
  const text = listing(found, program);
  return names.filter((n) => text.includes(n)).sort((a, b) => text.indexOf(a) - text.indexOf(b));
}

const MKWRITE = ['lock_page', 'wait_on_page_fs_misc', 'reserve block', 'set_page_dirty', 'unlock_page'];

it('page_mkwrite waits for the copy under the page lock, before it reserves', () => {
  expect(order('seed-004/a4.1-fscache-second-copy-locked', 'page_mkwrite', 'reserve block', 'wait_on_page_fs_misc', 'page->mapping')).toEqual(['page->mapping', 'wait_on_page_fs_misc', 'reserve block']);
});

it('a page_mkwrite that dirties does so after the reservation and before it unlocks', () => {
  expect(order('seed-004/howells-dirty-first', 'page_mkwrite', ...MKWRITE.filter((n) => n !== 'unlock_page'))).toEqual(['lock_page', 'reserve block', 'set_page_dirty']);
  expect(order('seed-004/howells-dirty-first', 'set_page_dirty_after_fault', 'set_page_dirty(')).toEqual([]);
});

it('the page goes before its PTEs or after them, as the policy says', () => {
  expect(order('seed-004/a4.2-page-goes-first', 'sigbus_and_remove', 'sigbus_dirtiers', 'discard_page')).toEqual(['discard_page', 'sigbus_dirtiers']);
  expect(order('seed-004/a4.2-kill-and-unmap', 'sigbus_and_remove', 'sigbus_dirtiers', 'discard_page')).toEqual(['sigbus_dirtiers', 'discard_page']);
});

it('install_page reads the PTE again until v5, and not from then on', () => {
  expect(order('seed-004/a4.20-reads-again', 'install_page', 'set_pte', 'page_add_rmap', 'pte_val', 'update_mmu_cache')).toEqual(['set_pte', 'page_add_rmap', 'pte_val', 'update_mmu_cache']);
  expect(order('seed-004/a4.20-keeps-the-value', 'install_page', 'set_pte', 'page_add_rmap', 'pte_val', 'update_mmu_cache')).toEqual(['set_pte', 'page_add_rmap', 'update_mmu_cache']);
});

it('remap_file_pages takes the VMA out of i_mmap before it maps a page, until 2.6.23', () => {
  expect(order('seed-004/a4.13-nonlinear-missed', 'sys_remap_file_pages', 'filemap_populate', 'vma_nonlinear_insert', 'mmap_region')).toEqual(['vma_nonlinear_insert', 'filemap_populate']);
  expect(order('seed-004/a4.13-linear-instead', 'sys_remap_file_pages', 'filemap_populate', 'vma_nonlinear_insert', 'mmap_region')).toEqual(['mmap_region']);
});

it('invalidation cleans the page before it asks for PG_dirty until 2.6.19, and not from 2.6.20 on', () => {
  expect(order('seed-004/a4.15-invalidate-drops-dirt', 'invalidate_inode_pages2', 'unmap_mapping_range', 'clear_page_dirty', 'invalidate_complete_page2')).toEqual(['unmap_mapping_range', 'clear_page_dirty', 'invalidate_complete_page2']);
  expect(order('seed-004/a4.15-dirty-page-stays', 'invalidate_inode_pages2', 'unmap_mapping_range', 'clear_page_dirty', 'invalidate_complete_page2')).toEqual(['unmap_mapping_range', 'invalidate_complete_page2']);
});

it('msync(MS_ASYNC) of v5 has no step', () => {
  const program = scenarios.find((s) => s.id === 'seed-004/a4.14-async-does-nothing')?.build();
  expect(program?.procs.find((p) => p.name === 'sys_msync_async')?.body).toEqual([]);
});
