/** The entries of docs/limits.md under "Races" that are about file systems. */
import { expect, it } from 'vitest';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const text = (id: string, proc: string): string => {
  const program = scenarios.find((s) => s.id === id)!.build();
  return listing(program.procs.find((p) => p.name === proc)!, program);
};

const pins: Readonly<Record<string, () => void>> = {
  'one-hole': () => {
    expect(text('race/b25-repaired', 'ext4_punch_hole')).not.toContain('write_cache_pages');
    expect(text('race/b25-repaired', 'write_other_file')).toMatch(/ext4_mb_new_blocks\(\);[^]*ext4_mb_mark_diskspace_used\(\);/);
    expect(text('race/b25-repaired', '__block_write_begin')).toContain('ext4_get_block(create)');
  },
  'fault-lock-short': () => {
    expect(text('race/b25-repaired', 'do_no_page')).toMatch(/filemap_nopage\(\);[^]*filemap_invalidate_unlock_shared\(\);[^]*lock_page\(/);
    expect(text('race/b25-repaired', 'do_no_page')).toContain('page->mapping');
  },
  'storage-keys': () => {
    const users = scenarios.filter((s) => s.id.startsWith('race/b14')).flatMap((s) => s.build().procs).filter((p) => JSON.stringify(p.body).includes('page_test_dirty')).map((p) => p.name);
    expect([...new Set(users)].sort()).toEqual(['page_remove_rmap', 'page_test_and_clear_dirty']);
    expect(text('race/b14-key-dirties-clean-page', 'zap_pte_range')).toMatch(/page_remove_rmap\([^]*flush_tlb_page\(/);
  },
  'launder-in-place': () => {
    expect(text('race/b09-repaired', 'nfs_wb_page').match(/DMA page to disk/g)).toHaveLength(1);
    expect(text('race/b09-repaired', 'invalidate_complete_page2')).not.toContain('releasepage');
  },
  'copy-after-look': () => {
    expect(text('race/b27-repaired', 'generic_perform_write_from')).toMatch(/__copy_from_user_inatomic\(mm, va\) \{[^]*copy_from_user\(/);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
