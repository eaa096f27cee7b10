/** The entries of docs/limits.md under "Races" that are about swap. */
import { expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { cellNamed } from '../../model/matrix/index.ts';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const built = (id: string): Program => scenarios.find((s) => s.id === id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};
const swapping = scenarios.filter((s) => /^race\/b7[1567]-|^swap\//.test(s.id)).map((s) => built(s.id));

const pins: Readonly<Record<string, () => void>> = {
  'swap-entry-word': () => {
    expect(text('race/b75-repaired', 'try_to_unmap_one')).toMatch(/set_pte\(mm, va, .*\) \{ \/\* atomic: .*one word in the kernel \*\/.*\n +pte\[mm\]\[va\] = .*\n +pte\[mm\]\[va\]\.swap = /);
    for (const p of swapping) expect(p.types.find((t) => t.name === 'swp_entry_t')).toMatchObject({ fields: ['V', 'slot', 'exclusive'].map((name) => ({ name })) });
    expect(text('swap/mprotect', 'change_pte_range')).not.toContain('swap');
  },
  'swap-lru': () => {
    expect(text('race/b75-repaired', 'shrink_anon_page')).toMatch(/isolate_lru_page\(page\)[^]*PG_anon[^]*lock_page\(page\);[^]*swap_writepage\(page\);.*\n.*lock_page/);
    expect(text('race/b76-repaired', 'shrink_anon_page')).toMatch(/swap_writepage\(page\);.*\n.*put_page\(page\);.*\n +return;/);
  },
  'swap-exclusive': () => {
    expect(text('race/b75-repaired', 'reuse_swap_page')).toMatch(/try_to_free_swap\(page\);.*\n.*page_count\(page\);.*\n +return count == 1;/);
    expect(text('race/b75-repaired', 'try_to_unmap_one')).toContain('exclusive=pte_write(pte)');
    expect(text('race/b75-repaired', 'shrink_anon_page')).not.toMatch(/off_lru|page_maybe_dma_pinned/);
    expect(text('swap/gup', 'try_to_unmap_one')).toMatch(/bool exclusive = PageAnonExclusive\(page\)[^]*exclusive=exclusive/);
  },
  'swap-ksm': () => {
    const world = cellNamed('matrix/anon-rw/ksm+reclaim')!.build();
    const shrink = listing(world.procs.find((p) => p.name === 'shrink_anon_page')!, world);
    expect(shrink).toMatch(/if \(.*!ksm\)[^]*lock_page\(page\)[^]*bool ksm = PageKsm\(page\);.*\n +if \(ksm\)/);
    expect(world.procs.map((p) => p.name)).not.toContain('ksm_might_need_to_copy');
  },
  'swap-freeze': () => {
    expect(text('swap/munmap', 'remove_mapping_swapcache')).toMatch(/page_ref_freeze\(.*frozen at 0[^]*count == 2[^]*page\._count = 1;/);
  },
  'swap-read': () => {
    expect(text('race/b76-repaired', 'read_swap_cache_async')).toMatch(/swapcache_prepare\(slot\)[^]*return \{\};/);
    expect(text('race/b75-repaired', 'skip_swapcache')).toMatch(/swapcache_prepare\(.*\)[^]*return RETRY;/);
  },
  'uffd-move': () => {
    expect(text('race/b77-repaired', 'move_pages')).toMatch(/[^n]lock_page\(/);
    expect(text('race/b77-repaired', 'move_swap_pte').match(/pte_offset_map_lock/g)).toHaveLength(1);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
