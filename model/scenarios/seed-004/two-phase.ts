/** A4.18, and who says what when: a call before the PTE, a call after it, or both; and the throttle (A4.16). */
import { and, drop, ne, not, peek, quiescent } from '../../language/index.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_write, va_t, version_t } from '../../machine/types.ts';
import { disk, last_store, notified, page_cache, PG_dirty, PG_writeback, slot_t } from '../../kernel/page.ts';
import { Balanced, BalancedRetry, DirtyBeforeStore, I1Strong, I3, I8, I12, I12b, I14 } from '../../../properties/index.ts';
import { kthread, pdflush, program, sibling, stores, truncates } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const page = () => pfn_t.lit(0);
const AFTER = ['set_page_dirty notifies the file system'] as const;
const BEFORE = ['set_page_dirty before the PTE write'] as const;

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;

const twoPhase: Common = {
  entry: 'A4.18',
  about: 'Hugh Dickins, 2006-05-30: "Your original question, whether they could be combined, was a good one; and I hoped you\'d be right. But I agree with David, they cannot, unless we sacrifice the guarantee that one or the other is there to give. It\'s much like the relationship between ->prepare_write and ->commit_write."',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), pdflush],
  properties: [I12, I3, I1Strong],
};
const twoThreads = [program(0, stores), sibling(0, stores), pdflush];
const writtenTwice = () => ({ 'stored after write-back began': and(peek(PG_writeback.at(page())), ne(peek(last_store.at()), peek(disk.at()))), 'quiet and dirty': and(quiescent(), peek(PG_dirty.at(page()))) });

const dirtyFirst: Common = {
  ...twoPhase, entry: 'A4.2',
  about: 'David Howells, 2006-05-30: "Of course, if you\'re proposing to call set_page_dirty() before the PTE is modified, that would work." As a notification it does. As the record of dirtiness it does not: write-back may come between the call and the PTE, and then nothing says that the page is dirty. Nobody in the thread said so.',
  cpus: [program(0, stores), pdflush],
};

const balanced: Common = {
  entry: 'A4.16',
  about: 'Peter Zijlstra, patch 2/3: "Now that we can detect writers of shared mappings, throttle them." set_page_dirty_balance throttles if set_page_dirty says that the page was clean; a page_mkwrite that has dirtied the page already takes that away. Commit a200ee182a0 (Peter Zijlstra, 2.6.23).',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores, stores), pdflush],
  properties: [Balanced],
};

const earlier: Common = {
  entry: 'A4.1',
  about: 'Christoph Lameter, 2006-05-26: "The tracking patch changes that behavior. set_page_dirty is called before the write to the page occurs and so its similar to the new method introduced by David\'s patch." Before the write of the thread that faults; not before that of another thread of the program.',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), sibling(0, stores)],
  properties: [DirtyBeforeStore],
};

export const twoPhaseScenarios = [
  fileScenario({
    ...twoPhase, id: 'seed-004/a4.18-two-phase', title: 'page_mkwrite before, set_page_dirty after, the page locked from one to the other', cpus: twoThreads, kernel: { version: '2.6.30', fs: { mkwrite: true } }, properties: [I12, I12b, I3, I1Strong, I14], expect: { verdict: 'holds' }, reaches: writtenTwice,
    mutants: [
      { name: 'only-after', what: 'one call, after the PTE write', kernel: { variants: AFTER }, properties: [I12], expect: { verdict: 'violated', property: 'I12' } },
      { name: 'only-before', what: 'one call, before the PTE write, page unlocked in between', kernel: { version: '2.6.27', variants: BEFORE }, properties: [I3], expect: { verdict: 'violated', property: 'I3' } },
      { name: 'unlocked', what: 'both calls, the page unlocked in between: 2.6.27', kernel: { version: '2.6.27' }, properties: [I12b], expect: { verdict: 'violated', property: 'I12b' } },
    ],
  }),
  fileScenario({
    ...twoPhase, id: 'seed-004/a4.18-two-phase-v5', title: 'The two calls of v5, with no lock from one to the other', kernel: { version: 'v5', fs: { mkwrite: true } }, expect: { verdict: 'holds' }, reaches: writtenTwice,
    mutants: [
      { name: 'only-after', what: 'one call, after the PTE write', kernel: { variants: AFTER }, cpus: twoThreads, properties: [I12], expect: { verdict: 'violated', property: 'I12' } },
      { name: 'only-before', what: 'one call, before the PTE write', kernel: { variants: BEFORE }, properties: [I3], expect: { verdict: 'violated', property: 'I3' } },
    ],
  }),
  fileScenario({ ...dirtyFirst, id: 'seed-004/howells-dirty-first', title: 'set_page_dirty before the PTE is modified, and not after: write-back comes in between', kernel: { version: 'v5', fs: { mkwrite: true }, variants: BEFORE }, properties: [I1Strong, I3], expect: { verdict: 'violated', property: 'I3', steps: 35 } }),
  fileScenario({
    ...twoPhase, id: 'seed-004/a4.18-one-call-locked', title: 'One call before the PTE write is enough if the page stays locked until the PTE is written', about: 'Found by the model: what Hugh Dickins says cannot be had is to be had for the page lock, which page_mkwrite keeps from 2.6.30 on.',
    kernel: { version: '2.6.30', fs: { mkwrite: true }, variants: BEFORE }, properties: [I12, I12b, I3, I1Strong, I14], expect: { verdict: 'holds' }, reaches: writtenTwice,
    mutants: [{ name: 'unlocked', what: 'the page is unlocked before the PTE is written: 2.6.27', kernel: { version: '2.6.27' }, properties: [I3], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({ ...earlier, id: 'seed-004/lameter-dirty-before-write', title: 'v5: a second thread stores before set_page_dirty', kernel: { version: 'v5' }, expect: { verdict: 'violated', property: 'A4.1-dirty-first', steps: 9 } }),
  fileScenario({
    ...earlier, id: 'seed-004/lameter-dirty-before-write-one-thread', title: 'v5: the thread that faults stores after set_page_dirty', kernel: { version: 'v5' }, cpus: [program(0, stores)], expect: { verdict: 'holds' }, reaches: () => ({ stored: ne(peek(data.at(page())), version_t.lit(0)) }),
    mutants: [{ name: 'two-threads', what: 'a second thread of the program stores too', cpus: [program(0, stores), sibling(0, stores)], expect: { verdict: 'violated', property: 'A4.1-dirty-first' } }],
  }),
  fileScenario({
    ...earlier, id: 'seed-004/mkwrite-tells-of-maybe', title: 'page_mkwrite tells of pages that may be dirtied, and then are not', about: 'Christoph Lameter, 2006-05-26: "The page_mkwrite() method does not really allow the tracking of dirty pages. It is a way to track the potentially dirty pages". Truncation comes after page_mkwrite: the file system was told of a write that never was.',
    start: { maps: [{ pte: 'ro' }], freeFrames: 1 }, cpus: [program(0, stores), kthread('ftruncate', truncates)], kernel: { version: '2.6.21', fs: { mkwrite: true } }, properties: [I12, I8], expect: { verdict: 'holds' },
    reaches: () => ({ 'told of a write that never was': and(quiescent(), peek(notified.at(page())), not(slot_t.get(peek(page_cache.at()), 'present')), not(peek(PG_dirty.at(page()))), not(pte_write(peek(pte.at(mm_t.lit(0), va_t.lit(0))))), not(ne(peek(data.at(page())), version_t.lit(0)))) }),
    mutants: [{ name: 'only-after', what: 'set_page_dirty as the only notification', kernel: { variants: AFTER }, waive: ['PT009'], properties: [I12], expect: { verdict: 'violated', property: 'I12' } }],
  }),
  fileScenario({ ...balanced, id: 'seed-004/a4.16-mkwrite-dirtied', title: 'page_mkwrite has dirtied the page: balance_dirty_pages is not called', kernel: { version: '2.6.21', fs: { mkwrite: true }, mkwriteDirties: true, balance: 'returns' }, expect: { verdict: 'violated', property: 'A4.16', steps: 23 } }),
  fileScenario({
    ...balanced, id: 'seed-004/a4.16-balanced', title: 'v5: every fault that dirties a page throttles its writer', kernel: { version: 'v5', fs: { mkwrite: true }, balance: 'returns' }, expect: { verdict: 'holds' }, reaches: () => ({ 'stored again after write-back': and(quiescent(), ne(peek(last_store.at()), peek(disk.at()))) }),
    mutants: [
      { name: 'mkwrite-dirties', what: 'page_mkwrite sets PG_dirty', kernel: { mkwriteDirties: true }, expect: { verdict: 'violated', property: 'A4.16' } },
      { name: 'no-throttle', what: 'set_page_dirty in place of set_page_dirty_balance', mutations: [drop('set_page_dirty_balance', 'balance_dirty_pages')], expect: { verdict: 'violated', property: 'A4.16' } },
    ],
  }),
  fileScenario({
    ...balanced, id: 'seed-004/a4.16-backed-out', title: 'A fault that backs out after page_mkwrite has dirtied the page does not throttle', about: 'Found by the model. Commit a200ee182a0 covers the fault that goes through. When the PTE has changed meanwhile the fault returns with the page dirty and its writer not throttled; the next fault of that page sees to it, unless there is none.',
    cpus: [program(0, stores), sibling(0, stores)], kernel: { version: '2.6.23', fs: { mkwrite: true }, mkwriteDirties: true, balance: 'returns' }, properties: [BalancedRetry], expect: { verdict: 'violated', property: 'A4.16-retry', steps: 41 },
  }),
  fileScenario({
    ...balanced, id: 'seed-004/a4.16-repaired', title: 'From 2.6.23 a fault that called page_mkwrite throttles in any case', kernel: { version: '2.6.23', fs: { mkwrite: true }, mkwriteDirties: true, balance: 'returns' }, properties: [Balanced, I3], expect: { verdict: 'holds' }, reaches: () => ({ 'stored again after write-back': and(quiescent(), ne(peek(last_store.at()), peek(disk.at()))) }),
    mutants: [
      { name: 'if-newly-dirty', what: 'only if set_page_dirty found the page clean: 2.6.21', kernel: { version: '2.6.21' }, properties: [Balanced], expect: { verdict: 'violated', property: 'A4.16' } },
      { name: 'not-always', what: 'the same, and nothing else of 2.6.21', kernel: { variants: ['a fault throttles only where the page was clean'] }, properties: [Balanced], expect: { verdict: 'violated', property: 'A4.16' } },
    ],
  }),
];
