/** v2's pages against those who take a page from the page table and would give it another life: KSM, migration (A1.6). */
import { and, eq, ne, not, peek, quiescent } from '../../language/index.ts';
import { cmp_and_merge_page } from '../../kernel/ksm.ts';
import { move_pages } from '../../kernel/migrate.ts';
import { page_count_at, PG_ksm } from '../../kernel/page.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../../machine/types.ts';
import { I4Anywhere, I5Mapped } from '../../../properties/index.ts';
import { kthread, program } from '../actors.ts';
import { dontneeds, reads, stores } from './actors.ts';
import { Constant, Contents, Uncounted } from './properties.ts';
import { refpageScenario, type RefpageScenario } from './world.ts';

const kernel = { version: '5.9', refpages: 'v2', counterBits: 3, ksm: true } as const;
const TAKES_ALL = { ...kernel, variants: ['KSM takes pages that are not anonymous'] } as const;
const frame = (n: number) => pfn_t.lit(n);
const entry = (mm: number) => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const maps = (mm: number, n: number) => and(pte_present(entry(mm)), eq(pte_pfn(entry(mm)), frame(n)));
/** Looks at both mms in one order: the first one's page is taken for the one to merge into. */
const merges = (tree: number, mm: number) => (): void => { cmp_and_merge_page({ tree: mm_t.lit(tree), mm: mm_t.lit(mm), va: va_t.lit(0) }); };

const v2 = { version: '5.9', refpages: 'v2', counterBits: 3 } as const;
const NO_LRU = 'migration takes pages that are on no LRU list';
const UNMAPS = 'migration unmaps what counts no mapping';
const moves = (): void => { move_pages({ mm: mm_t.lit(0), va: va_t.lit(0) }); };
const moved: Omit<RefpageScenario, 'id' | 'title' | 'about' | 'kernel'> = {
  entry: 'A1.6', frames: 2, file: 'open', maps: [[{ as: 'refpage', page: 0 }]], machine: { tlbs: false },
  cpus: [program(0, reads(), dontneeds(), reads()), kthread('migration', moves)],
  properties: [Contents, Constant, Uncounted, I4Anywhere, I5Mapped], expect: { verdict: 'holds' },
  reaches: () => ({ 'in migration\'s hands': ne(peek(page_count_at.at(frame(0))), count_t.lit(1)), 'mapped still': and(quiescent(), maps(0, 0)) }),
};

export const mergedAndMoved = [
  refpageScenario({
    entry: 'A1.6', id: 'seed-001/a1.6-ksm', title: 'v2: KSM gets the reference page from the page table, and lets it go because it is not anonymous', kernel,
    about: 'KSM scans a reference mapping and an anonymous one of equal contents, each as the one to merge into. follow_page hands it the reference page, as it does the zero page; PageAnon is what it asks. Meanwhile the program drops its entry and reads again.',
    frames: 3, file: 'open', maps: [[{ as: 'refpage', page: 0 }], [{ as: 'anon', page: 1 }]], machine: { tlbs: false },
    cpus: [program(0, reads(), dontneeds(), reads()), program(1, stores()), kthread('ksmd', merges(1, 0), merges(0, 1))],
    properties: [Contents, Constant, Uncounted, I4Anywhere, I5Mapped], expect: { verdict: 'holds' },
    reaches: () => ({
      'in KSM\'s hands': ne(peek(page_count_at.at(frame(0))), count_t.lit(1)),
      'seen by KSM, and mapped still': and(quiescent(), maps(0, 0), maps(1, 1), not(peek(PG_ksm.at(frame(0))))),
    }),
    mutants: [
      { name: 'not-anonymous', what: 'KSM does not ask PageAnon', kernel: TAKES_ALL, properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } },
    ],
  }),
  refpageScenario({
    ...moved, id: 'seed-001/a1.6-migration', title: 'v2: migration gets the reference page from the page table, and lets it go because it is on no LRU list', kernel: v2,
    about: 'move_pages(2) on a reference mapping while the program drops its entry and reads again. follow_page hands the page out; isolate_lru_page refuses it.',
    mutants: [{ name: 'unmapped-uncounted', what: 'it takes the page, and unmaps it though _mapcount says that nobody maps it', kernel: { ...v2, variants: [NO_LRU, UNMAPS] }, properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } }],
  }),
  refpageScenario({
    ...moved, id: 'seed-001/a1.6-migration-isolated', title: 'v2: migration that takes it all the same unmaps nothing, and gives up for its count', kernel: { ...v2, variants: [NO_LRU] },
    about: 'The second line of defence: _mapcount is 0, so no PTE is looked for, and the file\'s reference is one more than migration expects of a page without a mapping.',
    mutants: [{ name: 'unmapped-uncounted', what: 'it unmaps the page though _mapcount says that nobody maps it', kernel: { ...v2, variants: [NO_LRU, UNMAPS] }, properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } }],
  }),
];
