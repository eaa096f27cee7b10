/** The entries of docs/limits.md under "Races" about the PMD level and about page tables. */
import { expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { pageTableRaces } from '../../model/scenarios/races/page-tables.ts';
import { thpRaces } from '../../model/scenarios/races/thp.ts';

const all = [...thpRaces, ...pageTableRaces];
const built = (id: string): Program => all.find((s) => s.id === id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};

const pins: Readonly<Record<string, () => void>> = {
  'protnone-is-invalid': () => {
    expect(text('race/b45-numa', 'change_huge_pmd')).toMatch(/set_pmd_at\(.*pmd_mkinvalid/);
    expect(built('race/b45-numa').types.find((t) => t.name === 'pmd_kind_t')).toMatchObject({ values: ['NONE', 'TABLE', 'HUGE', 'INVALID'] });
  },
  'huge-change-without-rmap': () => {
    expect(text('race/b45-mkclean', 'page_mkclean_one')).not.toMatch(/lock_page|i_mmap/);
    expect(text('race/b45-soft-dirty', 'clear_soft_dirty_pmd')).not.toContain('soft_dirty =');
    expect(text('race/b45-migrate', 'do_huge_pmd_numa_page')).toContain('migrate_misplaced_transhuge_page(');
  },
  'collapse-mirrored': () => {
    expect(text('race/b58-repaired', 'collapse_pte_mapped_thp')).toMatch(/page_remove_rmap[^]*mmu_notifier_invalidate_range_start/);
    expect(text('race/b56-table-repaired', 'collapse_pte_mapped_thp')).not.toContain('page_remove_rmap');
    expect(text('race/b58-repaired', 'shrink_page_list')).not.toContain('try_to_unmap');
  },
  'retract-empty': () => {
    expect(text('race/b59-moves-none', 'retract_page_tables')).not.toMatch(/anon_vma|rcu|\*pte/);
    expect(text('race/b59-moves-none', 'retract_page_tables')).toContain('pte_free(');
  },
  'driver-page': () => {
    expect(text('race/b39-unlinked-before-flush', 'program')).not.toContain('do_page_fault');
    expect(text('race/b39-unlinked-before-flush', 'driver').match(/put_page/g)).toHaveLength(1);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
