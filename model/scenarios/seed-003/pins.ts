/** System 3: huge pages against GUP-fast, which takes no lock. */
import { and, drop, eq, If, never, not, peek, quiescent, track, TRUE } from '../../language/index.ts';
import { collapse_huge_page } from '../../kernel/collapse_huge_page.ts';
import { get_user_pages_fast_only, huge_pin_t } from '../../kernel/gup_fast.ts';
import { madvise_dontneed } from '../../kernel/madvise_huge.ts';
import { is_migration_entry } from '../../kernel/migration_entry.ts';
import { mapcount_at, page_count_at, put_page } from '../../kernel/page.ts';
import { compound_at, split_huge_page } from '../../kernel/split_huge_page.ts';
import { user_store } from '../../kernel/user.ts';
import { data } from '../../machine/mmu.ts';
import { pmd, pmd_is_table, pmd_none, pmd_trans_huge, range_t, sub_t, table_pte, table_t } from '../../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t, version_t } from '../../machine/types.ts';
import { I5, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeCpu, type HugeScenario } from './huge-world.ts';
import { holds } from './locks.ts';
import { DirtKnown, Dropped, huge_pin, HugeCounts, HugePins, PinMapped, SplitReferences, StillMapped } from './properties-huge.ts';

const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const page = () => pfn_t.lit(0);
/** Pins, uses what it has pinned, and lets go. */
export const holdsPin: HugeCpu = {
  name: 'gup', mm: 0, does: [() => {
    const pin = get_user_pages_fast_only(at(), 'pin');
    If(huge_pin_t.get(pin, 'ok'), () => {
      track(huge_pin.at(), pin);
      put_page(huge_pin_t.get(pin, 'pfn'));
      track(huge_pin.at(), huge_pin_t.of({}));
    });
  }],
};
const splitter: HugeCpu = { name: 'splitter', does: [() => { split_huge_page({ ...at(), page: page() }); }] };
const khugepaged: HugeCpu = { name: 'khugepaged', does: [() => { collapse_huge_page(at()); }] };
const entry = () => peek(pmd.at(mm_t.lit(0), range_t.lit(0)));
const pinned = () => huge_pin_t.get(peek(huge_pin.at()), 'ok');
const violates = (property: string) => ({ verdict: 'violated', property }) as const;
/** As on arm64: the flush is broadcast, and does not wait for CPUs with interrupts off. */
const broadcast = { shootdown: 'atomic', walkCaches: false, speculativeFill: false, eviction: false } as const;
const interrupts = { ...broadcast, shootdown: 'ipi' } as const;

const split: Omit<HugeScenario, 'id' | 'title' | 'expect'> = {
  huge: { mapping: 'anon' }, kernel: { version: '5.5' }, mms: [['huge']], subs: 2, spareTables: 1, machine: broadcast, cpus: [holdsPin, splitter],
  start: (set) => { set(compound_at.at(), TRUE); }, properties: [HugePins, SplitReferences, I10b, I14],
  about: 'split_huge_page unmaps the page, freezes its reference count at 0 if only its own is left, and splits it. GUP-fast takes a reference unless the count is 0 and then reads the entry again. Kirill A. Shutemov\'s refcounting of 4.5.',
};
const collapse: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  entry: 'B56', huge: { mapping: 'anon' }, mms: [['table']], frames: 2, machine: broadcast, cpus: [holdsPin, khugepaged],
  start: (set) => { set(mapcount_at.at(page()), count_t.lit(1)); }, properties: [PinMapped, I5Tables, I10b, I14],
  about: 'Commits 70cbc3cc78a9 (Yang Shi, 6.0), "mm: gup: fix the fast GUP race against THP collapse", and 2ba99c5e0881 (Jann Horn, 6.1-rc8): khugepaged clears the PMD, finds no reference, and copies; GUP-fast has read the PMD before, finds the PTE as it was, and pins a page that is mapped no more.',
};

const splitting: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'cpus' | 'properties'> = {
  huge: { mapping: 'anon', migration: true }, kernel: { version: '5.5' }, mms: [['huge']], subs: 2, spareTables: 1, machine: { walkCaches: false, speculativeFill: false, eviction: false },
  start: (set) => { set(compound_at.at(), TRUE); },
  about: 'While a page is split its mappings are migration entries: nobody gets at it, nobody takes a reference, and who faults waits until the page is unlocked (mm/huge_memory.c, mm/migrate.c; 4.5 on).',
};
const stores: HugeCpu = { name: 'program', mm: 0, does: [() => { user_store(at()); }] };
const drops: HugeCpu = { name: 'madvise', does: [() => { madvise_dontneed(at()); }] };
const migrating = () => is_migration_entry(peek(table_pte.at(table_t.lit(0), sub_t.lit(0))));

export const pinned003 = [
  hugeScenario({
    ...split, id: 'seed-003/thp-split-page-vs-gup', title: 'split_huge_page against GUP-fast', expect: holds,
    reaches: () => ({ 'split': and(quiescent(), not(peek(compound_at.at()))), 'pinned, and not split': and(pinned(), peek(compound_at.at()), pmd_is_table(entry())) }),
    mutants: [
      { name: 'no-freeze', what: 'the reference count is looked at and then set', huge: { mapping: 'anon', looseFreeze: true }, expect: violates('I4-references') },
      { name: 'no-second-look', what: 'GUP-fast does not read the entry again', mutations: [never('gup_huge_pmd', 'put_page')], expect: violates('I7-huge') },
    ],
  }),
  hugeScenario({
    ...splitting, id: 'seed-003/thp-split-page-vs-fault', title: 'split_huge_page against a write fault: it waits at the migration entry', cpus: [stores, splitter], properties: [SplitReferences, HugeCounts, DirtKnown, I5, I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ 'the fault waits for the page lock': and(migrating(), eq(peek(page_count_at.at(page())), count_t.lit(2))), 'split, then stored': and(quiescent(), not(peek(compound_at.at())), eq(peek(data.at(page())), version_t.lit(1))) }),
    mutants: [
      { name: 'no-reference', what: 'the small entries that come back take no reference', mutations: [drop('remap_page', 'get_page')], properties: [SplitReferences], expect: violates('I4-references') },
      { name: 'no-unmap', what: 'the huge entry stays while the page is split', mutations: [drop('unmap_page', 'split_huge_pmd_address')], properties: [StillMapped], expect: violates('I4-unmapped') },
      { name: 'kept-reference', what: 'who waits forgets to give his reference back', mutations: [drop('__migration_entry_wait', 'put_page')], properties: [SplitReferences], expect: violates('I4-references') },
    ],
  }),
  hugeScenario({
    ...splitting, id: 'seed-003/thp-split-page-vs-zap', title: 'split_huge_page against MADV_DONTNEED: what was dropped does not come back', cpus: [drops, splitter], properties: [SplitReferences, HugeCounts, Dropped, I5Tables, I10b, I14], expect: holds,
    reaches: () => ({ 'migration entries zapped': and(quiescent(), not(peek(compound_at.at())), pmd_is_table(entry())), 'zapped before': and(quiescent(), pmd_none(entry())) }),
    mutants: [
      { name: 'no-pte-lock', what: 'remap_page looks at the entry without the lock of the table', mutations: [drop('remap_page', 'spin_lock(ptl)'), drop('remap_page', 'pte_unmap_unlock')], properties: [Dropped], expect: violates('I11-small') },
    ],
  }),
  hugeScenario({ ...collapse, id: 'seed-003/thp-collapse-vs-gup', title: 'khugepaged against GUP-fast where a flush is broadcast', kernel: { version: '5.9' }, expect: { ...violates('I7-mapped'), steps: 26 }, catalogueSteps: 9, lengthNote: 'Locks, loads and both reads of GUP-fast are steps of their own here.' }),
  hugeScenario({
    ...collapse, id: 'seed-003/thp-collapse-vs-gup-ipi', title: 'khugepaged against GUP-fast where a flush is an interrupt', kernel: { version: '5.9' }, machine: interrupts, expect: holds,
    reaches: () => ({ 'collapsed': pmd_trans_huge(entry()), 'pinned, not collapsed': and(pinned(), pmd_is_table(entry())) }),
    mutants: [{ name: 'broadcast', what: 'the flush does not wait for a CPU with interrupts off', machine: broadcast, expect: violates('I7-mapped') }],
  }),
  hugeScenario({
    ...collapse, id: 'seed-003/thp-collapse-vs-gup-repaired', title: 'GUP-fast reads the PMD again, and khugepaged interrupts', kernel: { version: '6.2' }, expect: holds,
    reaches: () => ({ 'collapsed': pmd_trans_huge(entry()), 'pinned, not collapsed': and(pinned(), pmd_is_table(entry())) }),
    mutants: [{ name: 'neither', what: 'as in 5.9', kernel: { version: '5.9' }, expect: violates('I7-mapped') }],
  }),
];
