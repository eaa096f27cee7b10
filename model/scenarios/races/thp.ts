/** Races at the PMD level: entries that are none for a moment (B45), the huge page of zeroes (B40), an entry taken for rubbish (B52). */
import { and, eq, not, peek, quiescent, TRUE } from '../../language/index.ts';
import { clear_refs_write_pmd, madvise_free, numa_fault, page_mkclean_one_pmd, task_numa_work } from '../../kernel/change_huge_pmd.ts';
import { huge_zero_refcount, shrink_huge_zero_page_scan, zap_huge_zero_range } from '../../kernel/huge_zero.ts';
import { dropped, madvise_dontneed } from '../../kernel/madvise_huge.ts';
import { page_count_at } from '../../kernel/page.ts';
import { pmd_dirty, pmd_write } from '../../kernel/pgtable_pmd.ts';
import { compound_at, split_huge_page } from '../../kernel/split_huge_page.ts';
import { user_load, user_store } from '../../kernel/user.ts';
import { pmd, pmd_kind_t, pmd_none, pmd_t, pmd_trans_huge, range_t } from '../../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { I5, I5Tlb, I10b, I11Huge, I14 } from '../../../properties/index.ts';
import type { Scenario } from '../../scenario.ts';
import { hugeScenario, type HugeCpu, type HugeScenario } from '../seed-003/huge-world.ts';
import { HugeCounts, SplitReferences, StillMapped } from '../seed-003/properties-huge.ts';

type Common = Omit<HugeScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const page = (i = 0) => pfn_t.lit(i);
const entry = () => peek(pmd.at(mm_t.lit(0), range_t.lit(0)));
const gone = () => peek(dropped.at(mm_t.lit(0), range_t.lit(0)));
const kindIs = (kind: typeof pmd_kind_t.is.HUGE) => eq(pmd_t.get(entry(), 'kind'), kind);
const violates = (property: string) => ({ verdict: 'violated', property }) as const;
const holds = { verdict: 'holds' } as const;
const STEPS = 'Locks, loads and interrupts are steps here.';

const does = (name: string, f: (where: ReturnType<typeof at>) => unknown): HugeCpu => ({ name, does: [() => { f(at()); }] });
const program: HugeCpu = { name: 'program', mm: 0, does: [() => { user_store(at()); }] };
const dropper = does('madvise', madvise_dontneed);

const b45: Common = {
  entry: 'B45', huge: { mapping: 'anon' }, mms: [['huge']], machine: { walkCaches: false }, cpus: [], properties: [I11Huge],
  about: 'MADV_DONTNEED looks at the PMD entry without its lock and skips one that is none. Who clears a huge entry to change it, and holds mmap_sem for reading only, makes it none for a moment: MADV_DONTNEED returns, and the old data is there again. Found by Kirill A. Shutemov in three places (2017, by reading), by Aaron Tomlin in the fourth (2018), by Aneesh Kumar K.V in the fifth (2019).',
};
/** Who changes the entry, what it looks like when he got it first, and the version whose repair this is. */
const changed = (short: string, who: string, cpu: HugeCpu, before: '4.8' | '4.20', after: '4.20' | '5.5', steps: number, more: Partial<Common> & { readonly changed: () => ReturnType<typeof and> }): Scenario[] => {
  const { changed: changedFirst, ...world } = more;
  const common: Common = { ...b45, ...world, cpus: [program, dropper, cpu] };
  return [
    hugeScenario({ ...common, id: `race/b45-${short}`, title: `${who} clears the huge entry and sets it again; MADV_DONTNEED has looked in between`, kernel: { version: before }, expect: { ...violates('I11-huge'), steps }, catalogueSteps: 6, lengthNote: STEPS }),
    hugeScenario({
      ...common, id: `race/b45-${short}-repaired`, title: `${who} never leaves the entry none`, kernel: { version: after }, properties: [I11Huge, I5, I10b, I14], expect: holds,
      reaches: () => ({ dropped: and(quiescent(), gone(), pmd_none(entry())), 'changed, then dropped': changedFirst() }),
      mutants: [{ name: 'none-for-a-moment', what: `the order of ${before}`, kernel: { version: before }, properties: [I11Huge], expect: violates('I11-huge') }],
    }),
  ];
};
const protnone: Partial<Common> = {
  frames: 2, start: (set) => { set(pmd.at(mm_t.lit(0), range_t.lit(0)), pmd_t.of({ kind: pmd_kind_t.is.INVALID, pfn: page() })); },
};
const ofFile: Partial<Common> = { huge: { mapping: 'file' }, start: (set) => { set(page_count_at.at(page()), count_t.lit(2)); } };

const b40: Common = {
  entry: 'B40', huge: { mapping: 'anon' }, mms: [['huge-ro']], machine: { walkCaches: false }, properties: [I5Tlb],
  start: (set) => { set(huge_zero_refcount.at(), count_t.lit(2)); },
  cpus: [{ name: 'program', mm: 0, does: [() => { user_load(at()); }] }, does('madvise', zap_huge_zero_range), { name: 'shrinker', does: [() => { shrink_huge_zero_page_scan({}); }] }],
  about: 'Commit aa88b68c3b1d (Kirill A. Shutemov; Andrea Arcangeli; 4.6), "thp: keep huge zero page pinned until tlb flush": the zap drops its count of the huge page of zeroes together with the entry. The shrinker frees the page, and a CPU still reads it through its TLB entry.',
};

const b50: Common = {
  entry: 'B50', huge: { mapping: 'anon', plainInvalidate: true }, mms: [['huge']], subs: 2, spareTables: 1, machine: { walkCaches: false }, properties: [StillMapped],
  start: (set) => { set(compound_at.at(), TRUE); },
  cpus: [does('migratepages', (where) => split_huge_page({ ...where, page: page() })), does('clear_refs', clear_refs_write_pmd)],
  about: 'Commit 33f4751e9960 (Naoya Horiguchi, 4.8-rc1), "mm: thp: move pmd check inside ptl for freeze_page()": before a huge page is split all its mappings are to become migration entries. The walk looks at the PMD entry without its lock; clear_refs has made it none for a moment. The page stays mapped: VM_BUG_ON_PAGE(page_mapped(page)).',
};

const b52: Common = {
  entry: 'B52', huge: { mapping: 'anon', anonFaults: true }, mms: [['none']], frames: 1, machine: { walkCaches: false }, properties: [HugeCounts],
  start: (set) => { set(page_count_at.at(page()), count_t.lit(0)); },
  cpus: [program, dropper],
  about: 'Commit 1a5a9906d4e8 (Andrea Arcangeli, 3.4-rc1), "mm: thp: fix pmd_bad() triggering in code paths holding mmap_sem read mode": MADV_DONTNEED asks whether the entry is huge, and then, by a second read, whether it is none or bad. A fault has mapped a huge page in between: bad, and cleared without lock, flush or count.',
};

export const thpRaces = [
  hugeScenario({ ...b40, id: 'race/b40-huge-zero-page', title: 'The huge page of zeroes is given back before the flush', kernel: { version: '3.15' }, expect: { ...violates('I5-tlb'), steps: 9 }, catalogueSteps: 7, lengthNote: STEPS }),
  hugeScenario({
    ...b40, id: 'race/b40-repaired', title: 'The count of the huge page of zeroes goes after the flush', kernel: { version: '4.8' }, properties: [I5Tlb, I10b, I14], expect: holds,
    reaches: () => ({ freed: eq(peek(page_count_at.at(page())), count_t.lit(0)), 'shrinker came too early': and(quiescent(), eq(peek(huge_zero_refcount.at()), count_t.lit(1))) }),
    mutants: [{ name: 'before-the-flush', what: 'the order of 4.5', kernel: { version: '3.15' }, properties: [I5Tlb], expect: violates('I5-tlb') }],
  }),
  ...changed('numa', 'NUMA balancing', does('numa', task_numa_work), '4.8', '4.20', 9, { changed: () => and(kindIs(pmd_kind_t.is.INVALID), not(quiescent())) }),
  ...changed('soft-dirty', 'clear_refs', does('clear_refs', clear_refs_write_pmd), '4.8', '4.20', 9, { changed: () => and(kindIs(pmd_kind_t.is.HUGE), not(pmd_write(entry()))) }),
  ...changed('madv-free', 'MADV_FREE', does('madv_free', madvise_free), '4.8', '4.20', 9, { changed: () => and(kindIs(pmd_kind_t.is.HUGE), not(pmd_dirty(entry()))) }),
  ...changed('migrate', 'Migration to another node', does('numa', numa_fault), '4.8', '4.20', 21, { ...protnone, changed: () => and(kindIs(pmd_kind_t.is.HUGE), eq(pmd_t.get(entry(), 'pfn'), page(1))) }),
  ...changed('mkclean', 'page_mkclean', does('pdflush', page_mkclean_one_pmd), '4.20', '5.5', 12, { ...ofFile, changed: () => and(kindIs(pmd_kind_t.is.HUGE), not(pmd_write(entry()))) }),
  hugeScenario({ ...b50, id: 'race/b50-freeze-passes-by', title: 'split_huge_page passes by an entry that clear_refs has cleared for a moment', kernel: { version: '4.6' }, expect: { ...violates('I4-unmapped'), steps: 7 } }),
  hugeScenario({
    ...b50, id: 'race/b50-repaired', title: 'split_huge_page looks at the entry under its lock', kernel: { version: '4.8' }, properties: [StillMapped, SplitReferences, HugeCounts, I10b, I14], expect: holds,
    reaches: () => ({ 'none for a moment': pmd_none(entry()), split: and(quiescent(), not(peek(compound_at.at()))) }),
    mutants: [{ name: 'peek', what: 'the look of 4.7', kernel: { version: '4.6' }, properties: [StillMapped], expect: violates('I4-unmapped') }],
  }),
  hugeScenario({ ...b52, id: 'race/b52-huge-is-bad', title: 'MADV_DONTNEED clears a huge entry that was faulted in between two looks', kernel: { version: '3.3' }, expect: { ...violates('I4-huge'), steps: 18 } }),
  hugeScenario({
    ...b52, id: 'race/b52-repaired', title: 'MADV_DONTNEED reads the entry once', kernel: { version: '3.15' }, properties: [HugeCounts, I5, I10b, I14], expect: holds,
    reaches: () => ({ 'faulted in, and left': and(quiescent(), pmd_trans_huge(entry())), 'zapped': and(gone(), pmd_none(entry()), not(eq(peek(page_count_at.at(page())), count_t.lit(1)))) }),
    mutants: [{ name: 'two-reads', what: 'the look of 3.3', kernel: { version: '3.3' }, properties: [HugeCounts], expect: violates('I4-huge') }],
  }),
];
