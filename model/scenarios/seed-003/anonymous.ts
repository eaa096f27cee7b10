/** System 3: huge pages of anonymous memory. The count that moves when an entry is split, the D bit that must not get lost, and the zap. */
import { and, drop, eq, never, not, peek, quiescent } from '../../language/index.ts';
import { split_huge_anon_pmd, zap_page_range } from '../../kernel/huge_anon.ts';
import { PG_dirty } from '../../kernel/page.ts';
import { pmd_write } from '../../kernel/pgtable_pmd.ts';
import { user_store } from '../../kernel/user.ts';
import { pmd, pmd_is_table, pmd_kind_t, pmd_none, pmd_t, range_t } from '../../machine/pmd.ts';
import { mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { I5, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeCpu, type HugeScenario } from './huge-world.ts';
import { holds } from './locks.ts';
import { DirtKnown, HugeCounts, OwnPages } from './properties-huge.ts';

const at = (mm: number) => ({ mm: mm_t.lit(mm), va: va_t.lit(0) });
const stores = (mm: number): HugeCpu => ({ name: `program${mm}`, mm, does: [() => { user_store(at(mm)); }] });
const splits = (mm: number): HugeCpu => ({ name: 'splitter', does: [() => { split_huge_anon_pmd(at(mm)); }] });
const zaps = (mm: number): HugeCpu => ({ name: 'zapper', does: [() => { zap_page_range(at(mm)); }] });
const entry = (mm: number) => peek(pmd.at(mm_t.lit(mm), range_t.lit(0)));
const violates = (property: string) => ({ verdict: 'violated', property }) as const;

const mapcount: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  entry: 'B47', huge: { mapping: 'anon' }, mms: [['huge-ro'], ['huge-ro']], subs: 2, spareTables: 1, machine: { walkCaches: false },
  cpus: [stores(0), splits(1)], properties: [OwnPages, HugeCounts, I10b, I14],
  about: 'Commit c444eb564fb1 (Andrea Arcangeli; Jann Horn; 5.8-rc1; CVE-2020-29368), "mm: thp: make the THP mapcount atomic against __split_huge_pmd_locked()". Two processes share a huge page after fork. One splits its entry, which moves its count from the whole to the small pages; the other stores, adds the counts up, and finds itself alone.',
};
const dirty: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  entry: 'B46', huge: { mapping: 'anon' }, mms: [['huge-w']], subs: 2, spareTables: 1, cpus: [stores(0), splits(0)], properties: [DirtKnown, HugeCounts, I5Tables, I10b, I14],
  about: 'Commit d52605d7cb30 (Kirill A. Shutemov, 4.16-rc1), "mm: do not lose dirty and accessed bits in pmdp_invalidate()": hardware sets D in the huge entry after it was read and before it is overwritten; the small entries and the page then know nothing of the store.',
};
const zap: Omit<HugeScenario, 'id' | 'title' | 'expect' | 'kernel'> = {
  huge: { mapping: 'anon' }, mms: [['huge-ro']], subs: 2, cpus: [stores(0), zaps(0)], properties: [I5, HugeCounts, I10b, I14],
  about: 'do_huge_pmd_wp_page drops the PMD lock to take the page lock, and looks at the entry again. MADV_DONTNEED of another thread may have cleared it and freed the page.',
};

export const anonymous = [
  hugeScenario({ ...mapcount, id: 'seed-003/thp-mapcount', title: 'The mapcount of a huge page is read while a split moves it', kernel: { version: '5.5' }, expect: { ...violates('I6-huge'), steps: 29 }, catalogueSteps: 10, lengthNote: 'Locks, loads and each counter that the split moves are steps of their own here.' }),
  hugeScenario({
    ...mapcount, id: 'seed-003/thp-mapcount-repaired', title: 'The split holds the page lock, as the reader of the mapcount does', kernel: { version: '5.9' }, expect: holds,
    reaches: () => ({ 'shared, and split by the other': and(quiescent(), pmd_is_table(entry(1)), not(pmd_write(entry(0)))), 'entry invalid': eq(pmd_t.get(entry(1), 'kind'), pmd_kind_t.is.INVALID) }),
    mutants: [
      { name: 'no-page-lock', what: 'the split does not take the page lock', mutations: [drop('__split_huge_pmd', 'lock_page'), drop('__split_huge_pmd', 'unlock_page')], expect: violates('I6-huge') },
      { name: 'whole-kept', what: 'the split forgets that the whole is mapped once less', mutations: [drop('transfer_mapcount', 'page_remove_anon_compound_rmap')], expect: violates('I4-huge') },
    ],
  }),
  hugeScenario({ ...dirty, id: 'seed-003/thp-split-dirty-lost', title: 'The split of a huge entry loses its dirty bit', kernel: { version: '5.5' }, huge: { mapping: 'anon', plainInvalidate: true }, expect: { ...violates('I1-huge'), steps: 19 }, catalogueSteps: 7, lengthNote: 'The kernel is 5.5 but for the read and write of pmdp_invalidate, which ended with 4.16.' }),
  hugeScenario({
    ...dirty, id: 'seed-003/thp-split-dirty', title: 'The split takes the dirty bit that the exchange returns', kernel: { version: '5.5' }, expect: holds,
    reaches: () => ({ 'split, and the page dirty': and(quiescent(), pmd_is_table(entry(0)), peek(PG_dirty.at(pfn_t.lit(0)))), 'split before the store': and(quiescent(), pmd_is_table(entry(0)), not(peek(PG_dirty.at(pfn_t.lit(0))))) }),
    mutants: [
      { name: 'plain', what: 'a read and a write instead', huge: { mapping: 'anon', plainInvalidate: true }, expect: violates('I1-huge') },
      { name: 'not-transferred', what: 'the page is not marked dirty', mutations: [never('__split_huge_pmd_locked', 'SetPageDirty')], expect: violates('I1-huge') },
    ],
  }),
  hugeScenario({
    ...zap, id: 'seed-003/thp-zap-vs-wp', title: 'A huge write fault against MADV_DONTNEED', kernel: { version: '5.5' }, expect: holds,
    reaches: () => ({ 'made writable': pmd_write(entry(0)), 'zapped': and(quiescent(), pmd_none(entry(0))) }),
    mutants: [
      { name: 'no-recheck', what: 'the entry is not looked at again with the page locked', mutations: [never('do_huge_pmd_wp_page', 'unlock_page')], expect: violates('I5') },
      { name: 'no-flush', what: 'the page is freed without a flush', mutations: [drop('zap_huge_pmd', 'flush_tlb_mm')], expect: violates('I5') },
    ],
  }),
];
