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
  'copy-after-look': () => {
    expect(text('race/b27-repaired', 'generic_perform_write_from')).toMatch(/__copy_from_user_inatomic\(mm, va\) \{[^]*copy_from_user\(/);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
