/** Dirty COW with huge pages (B48). */
import { and, eq, FALSE, peek, quiescent, TRUE } from '../../language/index.ts';
import { zap_page_range } from '../../kernel/huge_anon.ts';
import { huge_zero_refcount } from '../../kernel/huge_zero.ts';
import { page_count_at } from '../../kernel/page.ts';
import { pmd_page } from '../../kernel/pgtable_pmd.ts';
import { access_by_force } from '../../kernel/remote.ts';
import { compound_mapcount_at } from '../../kernel/thp_mapcount.ts';
import { data } from '../../machine/mmu.ts';
import { pmd, pmd_none, pmd_trans_huge, range_t } from '../../machine/pmd.ts';
import { count_t, mm_t, pfn_t, va_t, version_t } from '../../machine/types.ts';
import { I5, I6Zero, I10b, I14 } from '../../../properties/index.ts';
import { hugeScenario, type HugeScenario } from '../seed-003/huge-world.ts';

const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const zero = () => pfn_t.lit(0);
const entry = () => peek(pmd.at(mm_t.lit(0), range_t.lit(0)));
const violates = { verdict: 'violated', property: 'I6-zero' } as const;

const b48: Omit<HugeScenario, 'id' | 'kernel' | 'expect' | 'title'> = {
  entry: 'B48', huge: { mapping: 'anon', anonFaults: true, zeroPage: true }, mms: [['huge-ro']], frames: 3, writable: false, machine: { walkCaches: false }, properties: [I6Zero],
  about: 'Commit a8f97366452e (Kirill A. Shutemov, 4.15-rc2; found by Eylon Ben Yaakov, CVE-2017-1000405), "mm, thp: Do not make page table dirty unconditionally in touch_p[mu]d()": FOLL_COW and a dirty entry say that COW was broken. Whoever looks at a huge page by GUP, to read it, makes its entry dirty; that of the huge page of zeroes too.',
  cpus: [
    { name: 'debugger', does: [() => { access_by_force({ ...at(), write: TRUE }); }] },
    { name: 'program', mm: 0, does: [() => { zap_page_range(at()); }, () => { access_by_force({ ...at(), write: FALSE }); }] },
  ],
  start: (set) => {
    set(compound_mapcount_at.at(zero()), count_t.lit(0));
    set(page_count_at.at(zero()), count_t.lit(1));
    set(huge_zero_refcount.at(), count_t.lit(2));
    for (const free of [1, 2]) set(page_count_at.at(pfn_t.lit(free)), count_t.lit(0));
  },
};

export const gupHugeRaces = [
  hugeScenario({ ...b48, id: 'race/b48-huge-dirty-cow', title: 'A look at the huge page of zeroes makes its entry dirty, and FOLL_COW takes it for the copy', kernel: { version: '4.14', gup: 'FOLL_GET' }, expect: { ...violates, steps: 51 } }),
  hugeScenario({
    ...b48, id: 'race/b48-repaired', title: 'Only a look for writing makes the entry dirty', kernel: { version: '4.15', gup: 'FOLL_GET' }, properties: [I6Zero, I5, I10b, I14], expect: { verdict: 'holds' },
    reaches: () => ({
      'written to a page of its own': and(quiescent(), eq(peek(data.at(pmd_page(entry()))), version_t.lit(1))),
      'maps the page of zeroes again': and(pmd_trans_huge(entry()), eq(pmd_page(entry()), zero()), eq(peek(page_count_at.at(pfn_t.lit(1))), count_t.lit(0))),
      dropped: pmd_none(entry()),
    }),
    mutants: [
      { name: 'touched-dirty', what: 'every look makes the entry dirty', kernel: { version: '4.14', gup: 'FOLL_GET' }, properties: [I6Zero], expect: violates },
      { name: 'dirty-not-asked', what: 'FOLL_COW alone is believed', kernel: { version: '4.15', gup: 'FOLL_GET', variants: ['FOLL_COW alone is believed'] }, properties: [I6Zero], expect: violates },
    ],
  }),
];
