/** Races about what page tables lead to, and how long they live: special entries (B39), munmap (B60). */
import { and, drop, eq, If, not, peek, quiescent, TRUE } from '../../language/index.ts';
import { collapse_huge_page } from '../../kernel/collapse_huge_page.ts';
import { get_user_pages_fast_only, huge_pin_t } from '../../kernel/gup_fast.ts';
import { khugepaged_collapse_pte_mapped_thps, retract_page_tables } from '../../kernel/khugepaged.ts';
import { __do_munmap } from '../../kernel/mmap.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { interval_seq, invalidate_seq, seq_t, spte_at, spte_t, turns_t } from '../../kernel/mmu_notifier.ts';
import { mapcount_at, noteUserStore, page_count_at, put_page } from '../../kernel/page.ts';
import { move_vma } from '../../kernel/mremap.ts';
import { unmap_mapping_range } from '../../kernel/unmap_mapping.ts';
import { shrink_unmapped_page } from '../../kernel/vmscan_unmapped.ts';
import { storeInstruction } from '../../machine/mmu.ts';
import { pmd, pmd_is_table, pmd_none, pmd_trans_huge, range_t, table_t, table_used } from '../../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { I2, I5, I5Device, I5Freed, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeCpu, type HugeScenario } from '../seed-003/huge-world.ts';
import { protector, writer } from '../seed-003/locks.ts';
import { holdsPin } from '../seed-003/pins.ts';
import { huge_pin, PinMapped } from '../seed-003/properties-huge.ts';

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

/** Uses what it has pinned, and lets go. */
const pins: HugeCpu = {
  name: 'gup', mm: 0, does: [() => {
    const pin = get_user_pages_fast_only(at(), 'pin');
    If(huge_pin_t.get(pin, 'ok'), () => { put_page(huge_pin_t.get(pin, 'pfn')); });
  }],
};
/** As on arm64: the flush is broadcast, and does not wait for CPUs with interrupts off. */
const broadcast = { shootdown: 'atomic', walkCaches: false, speculativeFill: false, eviction: false } as const;
const b56: Common = {
  entry: 'B56', huge: { mapping: 'file', gupFast: true }, mms: [['table']], machine: broadcast, properties: [I5Freed],
  cpus: [pins, { name: 'khugepaged', does: [() => { khugepaged_collapse_pte_mapped_thps(at()); }] }],
  about: 'Commit 2ba99c5e0881 (Jann Horn, 6.1-rc8), "mm/khugepaged: fix GUP-fast interaction by sending IPI": GUP-fast looks at the PMD again and so gives back what it should not have pinned (70cbc3cc78a9, 6.0). It still reads the page table in between, which khugepaged may have freed.',
};
const NO_INTERRUPT = { version: '6.2', variants: ['khugepaged sends no interrupt'] } as const;

const retractor: HugeCpu = { name: 'khugepaged', does: [() => { retract_page_tables({ mm: mm() }); }] };
const mover: HugeCpu = { name: 'mover', does: [() => { move_vma({ mm: mm(), from: va_t.lit(0), to: va_t.lit(1) }); }] };
const b59: Common = {
  entry: 'B59', huge: { mapping: 'file' }, mms: [['table', 'none']], unmapped: [1], junkTable: true, machine: { walkCaches: false }, cpus: [retractor, mover], properties: [I5Tables],
  about: 'Commit 6fa1066fc5d0 (Jann Horn, 6.12-rc4; CVE-2024-50066), "mm/mremap: fix move_normal_pmd/retract_page_tables race": mremap has seen a page table and waits for the rmap locks. retract_page_tables, which takes no mmap_lock since 6.6 (1d65b771bc08), clears the entry. mremap then moves what it takes for a table: physical page 0.',
};
const b58: Common = {
  entry: 'B58', huge: { mapping: 'file' }, mms: [['table']], machine: { walkCaches: false }, properties: [I5Device],
  cpus: [{ name: 'khugepaged', does: [() => { khugepaged_collapse_pte_mapped_thps(at()); }] }, { name: 'kswapd', does: [() => { shrink_unmapped_page({ page: pfn_t.lit(0) }); }] }],
  start: (set) => {
    set(mapcount_at.at(pfn_t.lit(0)), count_t.lit(1));
    set(page_count_at.at(pfn_t.lit(0)), count_t.lit(2));
    set(invalidate_seq.at(), seq_t.of({ turn: turns_t.lit(1) }));
    set(interval_seq.at(), seq_t.of({ invalidating: TRUE }));
    set(spte_at.at(), spte_t.of({ V: TRUE, pfn: pfn_t.lit(0) }));
  },
  about: 'Commit f268f6cf875f (Jann Horn, 6.1-rc8; CVE-2022-48991), "mm/khugepaged: invoke MMU notifiers in shmem/file collapse paths": a device that mirrors the mm holds no reference and counts on being told. collapse_pte_mapped_thp takes the small mappings away untold. The page, which the counts say nobody maps, is then reclaimed without any notification.',
};
const retract: Common = {
  entry: 'B57', huge: { mapping: 'special' }, writable: false, mms: [['table']], spareTables: 1, cpus: [writer(0), retractor, protector], properties: [I5Tables, I2, I10b, I14],
  about: 'retract_page_tables until 6.5: the i_mmap lock keeps walks of the file away, mmap_sem faults. It tries mmap_sem only: "Trylock is a way to avoid deadlock" (mm/khugepaged.c).',
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
  hugeScenario({ ...b56, id: 'race/b56-table-freed', title: 'GUP-fast reads a page table that khugepaged has freed: the second look at the PMD comes too late', kernel: NO_INTERRUPT, expect: { ...violates('I5-freed-table'), steps: 13 }, catalogueSteps: 9, lengthNote: 'Locks and looks are steps here.' }),
  hugeScenario({
    ...b56, id: 'race/b56-table-repaired', title: 'khugepaged interrupts all before it frees the table', kernel: { version: '6.2' }, properties: [I5Freed, I10b, I14], expect: holds,
    reaches: () => ({ freed: and(quiescent(), tableFreed()) }),
    mutants: [{ name: 'no-interrupt', what: 'the PMD is looked at again, and that is all', kernel: NO_INTERRUPT, properties: [I5Freed], expect: violates('I5-freed-table') }],
  }),
  hugeScenario({
    ...b56, id: 'race/b56-interrupt-alone', title: 'With the interrupt GUP-fast need not look at the PMD again', kernel: { version: '6.2', variants: ['GUP-fast does not read the PMD again'] }, properties: [I5Freed, PinMapped, I10b, I14],
    huge: { mapping: 'anon' }, frames: 2, start: (set) => { set(mapcount_at.at(pfn_t.lit(0)), count_t.lit(1)); }, cpus: [holdsPin, { name: 'khugepaged', does: [() => { collapse_huge_page(at()); }] }], expect: holds,
    reaches: () => ({ collapsed: pmd_trans_huge(peek(pmd.at(mm(), range_t.lit(0)))), pinned: huge_pin_t.get(peek(huge_pin.at()), 'ok') }),
    mutants: [{ name: 'neither', what: 'nor interrupt', kernel: { version: '6.2', variants: ['GUP-fast does not read the PMD again', 'khugepaged sends no interrupt'] }, properties: [PinMapped], expect: violates('I7-mapped') }],
  }),
  hugeScenario({
    ...retract, id: 'race/b57-retract', title: 'retract_page_tables against faults and a walk of the file: mmap_sem and the i_mmap lock keep both away', kernel: { version: '5.5' }, expect: holds,
    reaches: () => ({ retracted: and(quiescent(), tableFreed()), 'mapped anew': and(tableFreed(), pmd_is_table(peek(pmd.at(mm(), range_t.lit(0))))) }),
    mutants: [
      { name: 'walk-unlocked', what: 'the walk of the file takes no lock', huge: { mapping: 'special', walk: 'nothing' }, properties: [I5Tables], expect: violates('I5-tables') },
    ],
  }),
  hugeScenario({
    ...retract, id: 'race/b57-retract-vs-munmap', title: 'retract_page_tables tries mmap_sem, and leaves the table to munmap if it must', kernel: { version: '5.5' }, cpus: [retractor, munmapper], expect: holds,
    reaches: () => ({ 'freed while munmap waits': and(tableFreed(), linked()), 'freed by munmap': and(tableFreed(), not(linked())) }),
    mutants: [{ name: 'waits', what: 'it waits for mmap_sem: munmap has that, and waits for the i_mmap lock', kernel: { version: '5.5', variants: ['retract_page_tables waits for mmap_sem'] }, expect: { verdict: 'deadlock' } }],
  }),
  hugeScenario({ ...b58, id: 'race/b58-not-notified', title: 'khugepaged takes a page table away and tells the CPUs, not the device', kernel: { version: '5.9', mirrored: 0 }, expect: { ...violates('I5-device'), steps: 19 } }),
  hugeScenario({
    ...b58, id: 'race/b58-repaired', title: 'khugepaged notifies the device before it clears the PMD entry', kernel: { version: '6.2', mirrored: 0 }, properties: [I5Device, I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ 'collapsed, and the page freed': and(quiescent(), tableFreed(), pageFreed()), 'collapsed, and reclaim came too early': and(quiescent(), tableFreed(), not(pageFreed())) }),
    mutants: [
      { name: 'not-notified', what: 'devices are not notified', kernel: { version: '6.2', mirrored: 0, variants: ['devices are not notified'] }, properties: [I5Device], expect: violates('I5-device') },
      { name: 'page-unlocked', what: 'the page is not locked from the first count that goes to the notification', mutations: [drop('khugepaged_collapse_pte_mapped_thps', 'lock_page'), drop('khugepaged_collapse_pte_mapped_thps', 'unlock_page')], properties: [I5Device], expect: violates('I5-device') },
    ],
  }),
  hugeScenario({ ...b59, id: 'race/b59-moves-none', title: 'mremap moves a PMD entry that was cleared under its hands, and makes a page table of page 0', kernel: { version: '6.6' }, expect: { ...violates('I5-tables'), steps: 23 }, catalogueSteps: 7, lengthNote: 'Locks, and the making of the new VMA, are steps here.' }),
  hugeScenario({
    ...b59, id: 'race/b59-repaired', title: 'mremap looks at the entry again under the rmap locks and the PMD locks', kernel: { version: '6.12' }, properties: [I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ moved: pmd_is_table(peek(pmd.at(mm(), range_t.lit(1)))), 'retracted first': and(quiescent(), not(peek(table_used.at(table_t.lit(1))))) }),
    mutants: [
      { name: 'one-look', what: 'mremap of 6.6', kernel: { version: '6.6' }, properties: [I5Tables], expect: violates('I5-tables') },
      { name: 'no-rmap-locks', what: 'the second look without the rmap locks: khugepaged has seen the table and clears what mremap has moved away', kernel: { version: '6.12', variants: ['mremap without rmap locks'] }, properties: [I5Tables], expect: violates('I5-tables') },
    ],
  }),
  hugeScenario({
    ...b59, id: 'race/b59-before', title: 'Until 6.5 retract_page_tables needs mmap_sem, which mremap holds', kernel: { version: '6.2' }, properties: [I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ moved: pmd_is_table(peek(pmd.at(mm(), range_t.lit(1)))), 'retracted first': and(quiescent(), not(peek(table_used.at(table_t.lit(1))))) }),
    mutants: [{ name: 'untried', what: 'retract_page_tables of 6.6', kernel: { version: '6.6' }, properties: [I5Tables], expect: violates('I5-tables') }],
  }),
];
