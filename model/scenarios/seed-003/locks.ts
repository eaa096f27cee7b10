/** A3.1: which lock keeps the page tables under a walk of the file's mappings: mmap_sem, i_mmap_lock, or neither. */
import { and, drop, moveAfter, not, peek, quiescent, track, TRUE } from '../../language/index.ts';
import { khugepaged_collapse_pte_mapped_thps } from '../../kernel/khugepaged.ts';
import { __do_munmap } from '../../kernel/mmap.ts';
import { move_vma } from '../../kernel/mremap.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { wp_shared_mapping_range } from '../../kernel/pagewalk.ts';
import { user_load, user_store } from '../../kernel/user.ts';
import { revoked } from '../../machine/mmu.ts';
import { pmd, pmd_is_table, pmd_none, range_t, table_t, table_used } from '../../machine/pmd.ts';
import { mm_t, va_t } from '../../machine/types.ts';
import { I2, I5Freed, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeCpu, type HugeScenario } from './huge-world.ts';

const mm = () => mm_t.lit(0);
const at = (i: number) => ({ mm: mm(), va: va_t.lit(i) });

/** Loads, then stores once. */
export const writer = (va: number): HugeCpu => ({ name: 'program', mm: 0, does: [() => { user_load(at(va)); }, () => { user_store(at(va)); }] });
/** When the helper has returned, its caller counts on it: nothing is stored through an entry that is not writable. */
export const protector: HugeCpu = {
  name: 'protector', does: [() => {
    wp_shared_mapping_range({ mm: mm() });
    va_t.all().forEach((va) => { track(revoked.at(mm(), va), TRUE); });
  }],
};
export const khugepaged: HugeCpu = { name: 'khugepaged', does: [() => { khugepaged_collapse_pte_mapped_thps(at(0)); }] };
const munmapper: HugeCpu = { name: 'munmapper', does: [() => { __do_munmap(at(0)); }] };
const mover: HugeCpu = { name: 'mover', does: [() => { move_vma({ mm: mm(), from: va_t.lit(0), to: va_t.lit(1) }); }] };

export const firstPmd = () => peek(pmd.at(mm(), range_t.lit(0)));
const tableFreed = () => not(peek(table_used.at(table_t.lit(0))));
const linked = (i: number) => vma_t.get(peek(vma_at.at(mm(), va_t.lit(i))), 'linked');
export const freed = { verdict: 'violated', property: 'I5-tables' } as const;
const stale = { verdict: 'violated', property: 'I2' } as const;
export const holds = { verdict: 'holds' } as const;

const common = { huge: { mapping: 'special' }, writable: false, properties: [I5Tables, I2, I10b, I14] } as const;
const tables = [I5Tables, I10b, I14];
const LOOKS = 'Each look at the PMD and each lock is a step here; the catalogue has one for the walker and one for the collapse.';
const THREAD = 'Thomas Hellström, 2019-09-26: zap_pud_range, called from unmap_mapping_pages, has no mmap_sem, so "we should be able to get away with i_mmap_lock(), making sure the whole page table doesn\'t disappear under us". ';

const munmap: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  ...common, entry: 'A3.1', mms: [['table']], cpus: [writer(0), munmapper, protector],
  about: `${THREAD}munmap holds mmap_sem for writing and the i_mmap lock only to unlink the VMA, which it does before it frees tables (a8fb5618dab7, 8f4f8c164cb4; 2.6.15).`,
};
const collapse: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  ...common, entry: 'A3.1', mms: [['table']], spareTables: 1, cpus: [writer(0), khugepaged, protector],
  about: `${THREAD}collapse_pte_mapped_thp (27e1f8273113, merged for 5.4-rc1 in the week in which this was written) frees a page table of a file mapping with mmap_sem held for writing and no i_mmap lock; 8d3c106e19e8 (6.1-rc8) takes it.`,
};
const mremap: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  ...common, entry: 'A3.1', mms: [['table', 'none']], unmapped: [1], junkTable: true, cpus: [writer(1), mover, protector],
  about: `${THREAD}mremap moves a page table to other addresses by moving its PMD entry (2c91bd4a4e2e, 5.0). The walk has read the old entry, changes a PTE of the moved table, and flushes the old address. 97113eb39fa7 (5.14) found this for the rmap walk, and takes the rmap locks always.`,
};

export const locks = [
  hugeScenario({
    ...munmap, id: 'seed-003/a3.1-munmap', title: 'A walk under i_mmap_lock against munmap: unlinked first, freed after', kernel: { version: '5.5' }, properties: tables, expect: holds,
    reaches: () => ({ 'table freed': and(quiescent(), tableFreed()), 'protected before it is unmapped': and(peek(revoked.at(mm(), va_t.lit(0))), linked(0)) }),
    mutants: [
      { name: 'free-first', what: 'tables are freed before the VMA is unlinked, as before 2.6.15', mutations: [moveAfter('__do_munmap', 'unlink_file_vma', 'free_pgd_range')], expect: freed },
      { name: 'no-lock', what: 'the walk takes no lock', huge: { mapping: 'special', walk: 'nothing' }, expect: freed },
      { name: 'no-flush', what: 'tables are freed without a flush', mutations: [drop('free_pgd_range', 'flush_tlb_page')], expect: freed },
    ],
  }),
  hugeScenario({
    ...munmap, id: 'seed-003/a3.1-munmap-stale', title: 'The walk finds no VMA any more, and munmap has not flushed yet', kernel: { version: '5.5' }, properties: [I2], expect: { ...stale, steps: 15 },
    about: 'Not in the thread. munmap clears the entries of a special mapping without a flush, unlinks the VMA, and flushes at the end of the gather. In between the helper finds nothing to protect, and returns; a thread of the program still stores. Commit b67fbebd4cf9 (5.19) found this for unmap_mapping_range (B39).',
  }),
  hugeScenario({
    ...munmap, id: 'seed-003/a3.1-munmap-repaired', title: 'Since 5.19 special mappings are flushed before they are unlinked', kernel: { version: '6.2' }, expect: holds,
    reaches: () => ({ 'table freed': and(quiescent(), tableFreed()) }),
    mutants: [
      { name: 'no-flush', what: 'tlb_end_vma does not flush', mutations: [drop('tlb_end_vma', 'flush_tlb_page')], expect: stale },
      { name: 'not-nested', what: 'the helper does not ask for tlb_flush_pending', mutations: [drop('__do_munmap', 'inc_tlb_flush_pending'), drop('__do_munmap', 'dec_tlb_flush_pending')], expect: stale },
    ],
  }),
  hugeScenario({
    ...collapse, id: 'seed-003/a3.1-collapse', title: 'A walk under i_mmap_lock against khugepaged of 5.5: it walks a freed table', kernel: { version: '5.5' }, junkTable: true, properties: [I5Freed],
    expect: { verdict: 'violated', property: 'I5-freed-table', steps: 21 }, catalogueSteps: 7, lengthNote: LOOKS,
  }),
  hugeScenario({
    ...collapse, id: 'seed-003/a3.1-collapse-repaired', title: 'A walk under i_mmap_lock against khugepaged of 6.2', kernel: { version: '6.2' }, expect: holds,
    reaches: () => ({ 'table freed': tableFreed(), 'mapped anew': and(quiescent(), pmd_is_table(firstPmd())) }),
    mutants: [
      { name: 'no-i-mmap-lock', what: 'khugepaged does not take the i_mmap lock', mutations: [drop('collapse_pte_mapped_thp', 'i_mmap_lock_write'), drop('collapse_pte_mapped_thp', 'i_mmap_unlock_write')], expect: freed },
      { name: 'no-flush', what: 'the PMD is cleared without a flush: a CPU remembers the table', mutations: [drop('pmdp_collapse_flush', 'flush_tlb_page')], expect: freed },
    ],
  }),
  hugeScenario({ ...mremap, id: 'seed-003/a3.1-mremap', title: 'A walk under i_mmap_lock against the PMD move of 5.5: it takes none for a table', kernel: { version: '5.5' }, expect: { ...freed, steps: 16 } }),
  hugeScenario({ ...mremap, id: 'seed-003/a3.1-mremap-stale', title: 'A walk under i_mmap_lock against the PMD move of 5.5: it flushes the old address', kernel: { version: '5.5' }, properties: [I2], expect: { ...stale, steps: 41 } }),
  hugeScenario({
    ...mremap, id: 'seed-003/a3.1-mremap-repaired', title: 'A walk under i_mmap_lock against the PMD move of 6.2', kernel: { version: '6.2' }, expect: holds,
    reaches: () => ({ 'moved and protected': and(quiescent(), peek(revoked.at(mm(), va_t.lit(1))), not(linked(0)), pmd_none(firstPmd())) }),
    mutants: [
      { name: 'no-rmap-locks', what: 'mremap does not take the rmap locks', kernel: { version: '6.2', variants: ['mremap without rmap locks'] }, expect: freed },
      { name: 'no-rmap-locks-stale', what: 'the same, and the walk is lucky with its tables', kernel: { version: '6.2', variants: ['mremap without rmap locks'] }, properties: [I2], expect: stale },
      { name: 'higher-first', what: 'nor where the walk comes to the new VMA first: it finds neither', kernel: { version: '5.5', variants: ['mremap without rmap locks'] }, huge: { mapping: 'special', higherFirst: true }, properties: [I2], expect: stale },
    ],
  }),
  hugeScenario({
    ...collapse, id: 'seed-003/a3.1-mmap-sem', title: 'A walk under mmap_sem against khugepaged of 5.5', kernel: { version: '5.5' }, huge: { mapping: 'special', walk: 'mmap_sem' }, expect: holds,
    about: 'Linus Torvalds, 2019-09-26: with a pud_entry "you absolutely need to have that mmap_lock". In 5.5 the walker of a file\'s page tables does: khugepaged frees them under mmap_sem alone.',
    reaches: () => ({ 'table freed': tableFreed() }),
    mutants: [{ name: 'i-mmap-only', what: 'the walk holds the i_mmap lock instead', huge: { mapping: 'special', walk: 'i_mmap' }, expect: freed }],
  }),
  hugeScenario({
    ...mremap, id: 'seed-003/a3.1-mmap-sem-mremap', title: 'A walk under mmap_sem against the PMD move of 5.5', kernel: { version: '5.5' }, huge: { mapping: 'special', walk: 'mmap_sem' }, expect: holds,
    reaches: () => ({ 'moved and protected': and(quiescent(), peek(revoked.at(mm(), va_t.lit(1))), not(linked(0)), pmd_none(firstPmd())) }),
    mutants: [{ name: 'i-mmap-only', what: 'the walk holds the i_mmap lock instead', huge: { mapping: 'special', walk: 'i_mmap' }, expect: freed }],
  }),
  hugeScenario({
    ...munmap, id: 'seed-003/a3.1-mmap-sem-munmap', title: 'A walk under mmap_sem against munmap of 5.5', kernel: { version: '5.5' }, huge: { mapping: 'special', walk: 'mmap_sem' }, properties: tables, expect: holds,
    reaches: () => ({ 'table freed': and(quiescent(), tableFreed()), 'protected before it is unmapped': and(peek(revoked.at(mm(), va_t.lit(0))), linked(0)) }),
    mutants: [{ name: 'no-lock', what: 'the walk takes no lock', huge: { mapping: 'special', walk: 'nothing' }, expect: freed }],
  }),
];
