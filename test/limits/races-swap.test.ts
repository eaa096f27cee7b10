/** The entries of docs/limits.md under "Races" that are about swap. */
import { expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const built = (id: string): Program => scenarios.find((s) => s.id === id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};
const swapping = scenarios.filter((s) => /^race\/b7[1567]-/.test(s.id)).map((s) => built(s.id));

const pins: Readonly<Record<string, () => void>> = {
  'swap-entry-word': () => {
    expect(text('race/b75-repaired', 'try_to_unmap_one')).toMatch(/set_pte\(mm, va, .*\) \{ \/\* atomic: .*one word in the kernel \*\/.*\n +pte\[mm\]\[va\] = .*\n +pte\[mm\]\[va\]\.swap = /);
    const others = ['zap_pte_range', 'change_pte_range', 'copy_one_pte', 'move_ptes', 'follow_page_pte'];
    expect(swapping.flatMap((p) => p.procs.filter((q) => others.includes(q.name)))).toEqual([]);
  },
  'swap-lru': () => {
    expect(text('race/b75-repaired', 'shrink_anon_page')).toMatch(/isolate_lru_page\(page\)[^]*PG_anon[^]*lock_page\(page\);[^]*swap_writepage\(page\);.*\n.*lock_page/);
    expect(text('race/b76-repaired', 'shrink_anon_page')).toMatch(/swap_writepage\(page\);.*\n.*put_page\(page\);.*\n +return;/);
  },
  'swap-exclusive': () => {
    expect(text('race/b75-repaired', 'reuse_swap_page')).toMatch(/try_to_free_swap\(page\);.*\n.*page_count\(page\);.*\n +return count == 1;/);
    expect(text('race/b75-repaired', 'try_to_unmap_one')).toContain('exclusive=pte_write(pte)');
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
