/** Races about what page tables lead to, and how long they live: special entries (B39), munmap (B60). */
import { and, drop, eq, not, peek, quiescent } from '../../language/index.ts';
import { __do_munmap } from '../../kernel/mmap.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { noteUserStore, page_count_at, put_page } from '../../kernel/page.ts';
import { unmap_mapping_range } from '../../kernel/unmap_mapping.ts';
import { storeInstruction } from '../../machine/mmu.ts';
import { pmd, pmd_none, range_t, table_t, table_used } from '../../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { I5, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeCpu, type HugeScenario } from '../seed-003/huge-world.ts';

type Common = Omit<HugeScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const mm = () => mm_t.lit(0);
const at = () => ({ mm: mm(), va: va_t.lit(0) });
const store_instruction = storeInstruction(noteUserStore);
/** One store that ends the program if it faults. */
const program: HugeCpu = { name: 'program', mm: 0, does: [() => { store_instruction(mm(), va_t.lit(0)); }] };
const munmapper: HugeCpu = { name: 'munmapper', does: [() => { __do_munmap(at()); }] };
/** Takes its pages from all who map them, and gives them back. */
const driver: HugeCpu = { name: 'driver', does: [() => { unmap_mapping_range({ mm: mm() }); put_page(pfn_t.lit(0)); }] };
const truncater: HugeCpu = { name: 'truncate', does: [() => { unmap_mapping_range({ mm: mm() }); }] };

const violates = (property: string) => ({ verdict: 'violated', property }) as const;
const holds = { verdict: 'holds' } as const;
const linked = () => vma_t.get(peek(vma_at.at(mm(), va_t.lit(0))), 'linked');
const pageFreed = () => eq(peek(page_count_at.at(pfn_t.lit(0))), count_t.lit(0));
const tableFreed = () => not(peek(table_used.at(table_t.lit(0))));

const b39: Common = {
  entry: 'B39', huge: { mapping: 'special' }, mms: [['table']], machine: { walkCaches: false }, cpus: [program, munmapper, driver], properties: [I5],
  about: 'Commit b67fbebd4cf9 (Peter Zijlstra; found by Jann Horn; 5.19-rc8; CVE-2022-39188), "mmu_gather: Force tlb-flush VM_PFNMAP vmas": no entry of a special mapping holds a reference. munmap clears them, unlinks the VMA, and flushes at the end of the gather. A driver that takes its pages back finds no VMA, and frees them under live TLB entries.',
};
const b60: Common = {
  entry: 'B60', huge: { mapping: 'file' }, mms: [['table']], machine: { walkCaches: false }, cpus: [munmapper, truncater], properties: [I5Tables],
  about: 'Commits a8fb5618dab7, "[PATCH] mm: unlink_file_vma, remove_vma", and 8f4f8c164cb4, "[PATCH] mm: unlink vma before pagetables" (Hugh Dickins, 2.6.15-rc1): truncation finds a VMA through the file, under the i_mmap lock and nothing else. munmap freed the page tables first and unlinked the VMA afterwards.',
};
const FREE_FIRST = { version: '5.5', variants: ['tables are freed before the VMA is unlinked'] } as const;

export const pageTableRaces = [
  hugeScenario({ ...b39, id: 'race/b39-unlinked-before-flush', title: 'The driver finds no VMA any more and frees its page; munmap has not flushed yet', kernel: { version: '5.5' }, expect: { ...violates('I5'), steps: 16 }, catalogueSteps: 10, lengthNote: 'Locks are steps here.' }),
  hugeScenario({
    ...b39, id: 'race/b39-repaired', title: 'Special entries are flushed before their VMA is unlinked', kernel: { version: '6.2' }, properties: [I5, I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ 'page freed, the VMA still there': and(pageFreed(), linked()), 'page freed after munmap': and(quiescent(), pageFreed(), tableFreed()) }),
    mutants: [
      { name: 'no-flush', what: 'tlb_end_vma does not flush', mutations: [drop('tlb_end_vma', 'flush_tlb_page')], properties: [I5], expect: violates('I5') },
      { name: 'not-nested', what: 'the driver finds no entry, though still the VMA, and does not ask for other gathers (B32)', kernel: { version: '6.2', variants: ['nested zaps are not looked for'] }, properties: [I5], expect: violates('I5') },
    ],
  }),
  hugeScenario({ ...b60, id: 'race/b60-tables-freed-first', title: 'munmap frees page tables that truncation still finds', kernel: FREE_FIRST, expect: { ...violates('I5-tables'), steps: 14 }, catalogueSteps: 6, lengthNote: 'Locks and looks at the PMD are steps here.' }),
  hugeScenario({
    ...b60, id: 'race/b60-repaired', title: 'The VMA is unlinked, under the lock of those who look for it, before tables are freed', kernel: { version: '5.5' }, properties: [I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ 'zapped by truncation first': and(not(tableFreed()), linked(), not(pmd_none(peek(pmd.at(mm(), range_t.lit(0)))))), 'freed': and(quiescent(), tableFreed()) }),
    mutants: [
      { name: 'free-first', what: 'the order of 2.6.14', kernel: FREE_FIRST, properties: [I5Tables], expect: violates('I5-tables') },
      { name: 'no-i-mmap-lock', what: 'unlinking takes no lock: truncation has found the VMA already', mutations: [drop('unlink_file_vma', 'i_mmap_lock_write'), drop('unlink_file_vma', 'i_mmap_unlock_write')], properties: [I5Tables], expect: violates('I5-tables') },
    ],
  }),
];
