/** Protection is broken by whoever writes (A0.1, its safety half): two programs with equal pages, ksmd, stores. */
import { and, drop, eq, not, peek, quiescent, type Value } from '../../language/index.ts';
import { PG_ksm } from '../../kernel/page.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t, type Pte } from '../../machine/types.ts';
import { I4, I5, I6 } from '../../../properties/index.ts';
import { program, sibling, stores } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { ksmd, twoPages } from './anonymous.ts';

const entry = (mm: number): Pte => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const maps = (mm: number, page: number): Value<'bool'> => and(pte_present(entry(mm)), eq(pte_pfn(entry(mm)), pfn_t.lit(page)));
const changed = { verdict: 'violated', property: 'I6' } as const;

const merge: Omit<FileScenario, 'id' | 'expect' | 'title'> = {
  entry: 'A0.1',
  about: 'Jérôme Glisse, 2020-01-21: "this write protection is intend to be broken at anytime in reasonable time (like KSM today)". ksmd makes page 0 of mm0 the KSM page and maps it in mm1 too, while mm0 stores: whatever the order, the contents of the KSM page stay what they were when it was protected, and the store goes to a page of mm0\'s own. That the store comes about at all is a matter of progress, not shown here.',
  kernel: { version: '5.5', ksm: true },
  start: twoPages('rw', 'own', 1),
  cpus: [program(0, stores), ksmd(0, 1)],
  properties: [I6, I4, I5],
};

export const merging = [
  fileScenario({
    ...merge, id: 'seed-000/a0.1-broken-by-store', title: 'A store breaks the protection of a merged page, and only for itself', expect: { verdict: 'holds' },
    reaches: () => ({
      'both map the KSM page': and(maps(0, 0), maps(1, 0), peek(PG_ksm.at(pfn_t.lit(0)))),
      'broken: mm0 has a copy, mm1 the KSM page': and(quiescent(), maps(1, 0), not(maps(0, 0)), pte_write(entry(0))),
      'stored before it was protected, and not merged': and(quiescent(), maps(1, 1)),
      'broken by ksmd, which found the other page unequal or gone': and(quiescent(), not(maps(0, 0)), maps(1, 1)),
    }),
    mutants: [
      { name: 'no-flush', what: 'write_protect_page and replace_page do not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I6], expect: changed },
      { name: 'no-PageKsm', what: 'the write fault does not know of KSM pages: it reuses what is mapped once', kernel: { ksm: false }, properties: [I6], expect: changed },
      { name: 'no-page-lock', what: 'the write fault does not take the page lock', mutations: [drop('wp_page_anon', 'lock_page'), drop('wp_page_anon', 'unlock_page')], properties: [I6], expect: changed },
    ],
  }),
  fileScenario({
    ...merge, id: 'seed-000/a0.1-reuse-frozen', title: '5.1 to 5.8: a KSM page that nobody else has a reference to is taken back', expect: { verdict: 'holds' },
    about: 'Commit 52d1e606ee73 (5.1), "mm: reuse only-pte-mapped KSM page in do_wp_page()": the fault freezes the reference count at 1. ksmd holds a reference while it merges, so it and the fault exclude each other. Removed again in 5.9. mm0\'s page is a KSM page already, mapped once.',
    start: twoPages('rw', 'ksm', 1), cpus: [sibling(1, stores), ksmd(1, 0)],
    reaches: () => ({
      'taken back': and(maps(1, 1), pte_write(entry(1))),
      'copied, for ksmd had it': and(quiescent(), not(maps(1, 1))),
    }),
    mutants: [{ name: 'by-mapcount', what: 'the fault asks the map count alone', kernel: { variants: ['KSM page mapped once is reused by mapcount'] }, properties: [I6], expect: changed }],
  }),
];
