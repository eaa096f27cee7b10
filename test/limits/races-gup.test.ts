/** The entries of docs/limits.md under "Races" about GUP and copy on write. */
import { expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const built = (id: string): Program => scenarios.find((s) => s.id === id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};

const pins: Readonly<Record<string, () => void>> = {
  'gup-by-version': () => {
    expect(text('race/b64-by-references', 'wp_page_copy')).toContain('page_count(');
    expect(text('seed-003/a3.9-private-skipped', 'wp_page_copy')).toMatch(/page_mapcount\(/);
    expect(text('race/b22-repaired', 'do_no_page')).not.toContain('WRITE');
  },
  'gup-fork-allocates': () => {
    expect(text('race/b66-repaired', 'copy_present_page')).toMatch(/entry: .*ptl[^]*alloc_page\(\)/);
    expect(text('race/b66-repaired', 'ib_umem')).not.toContain('has_pinned');
  },
  'gup-no-unshare': () => {
    expect(text('race/b66-exclusive', 'follow_page_pte')).not.toContain('PageAnonExclusive');
    const clears = (id: string): string[] => built(id).procs.filter((p) => JSON.stringify(p.body).includes('ClearPageAnonExclusive')).map((p) => p.name);
    expect(clears('race/b66-exclusive')).toEqual(['copy_one_pte']);
    expect(clears('race/b67-repaired')).toEqual(['page_try_share_anon_rmap']);
    expect(clears('race/b35-repaired')).toEqual([]);
  },
  'gup-uffd': () => {
    expect(text('race/b68-repaired', 'handle_pte_fault')).not.toMatch(/uffd|userfault/);
    expect(text('race/b68-repaired', 'mcontinue_atomic_pte')).not.toMatch(/wake|wait/);
  },
  'gup-huge-zero': () => {
    expect(built('race/b48-repaired').procs.map((p) => p.name)).not.toContain('shrink_huge_zero_page_scan');
    expect(text('race/b48-repaired', 'do_huge_pmd_wp_zero_page').match(/clear_user_highpage/g)).toHaveLength(1);
    expect(text('race/b48-huge-dirty-cow', 'follow_trans_huge_pmd')).toMatch(/\n {9}touch_pmd\(/);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
