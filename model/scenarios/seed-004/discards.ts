/** A4.15: a first-touch fault against truncation and invalidation. A4.17: the old version of a log-structured file. */
import { and, drop, eq, ne, not, peek, quiescent, TRUE } from '../../language/index.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../../machine/types.ts';
import { maps_old, old_cache, old_mapping_at } from '../../kernel/cow.ts';
import { page_cache, page_count_at, PG_dirty, slot_t } from '../../kernel/page.ts';
import { I1Strong, I4, I5, I8, I12, OldVersion } from '../../../properties/index.ts';
import { invalidates, kthread, loads, program, sibling, stores, truncates, writesBack } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const page = () => pfn_t.lit(0);
const entry = (mm: number) => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const cached = () => slot_t.get(peek(page_cache.at()), 'present');
const MKWRITE = { fs: { mkwrite: true } } as const;
const directIo = kthread('direct-io', invalidates);
type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;

const a415: Common = {
  entry: 'A4.15',
  about: 'Not said in the thread: do_no_page calls page_mkwrite on a page that it holds a reference of and no lock. Until the PTE is there the page may be taken out of the file. truncate_count tells of truncation; invalidate_inode_pages2 counts only if somebody maps the page. Commit d00806b1831 (Nick Piggin, 2.6.23-rc1) locks the page instead.',
  start: { maps: [{ pte: 'none' }], freeFrames: 1 },
  cpus: [program(0, stores), directIo],
  properties: [I8],
};

const drops: Common = {
  entry: 'A4.15',
  about: 'invalidate_inode_pages2 of v5 and 2.6.19 clears PG_dirty, with page_mkclean, and then throws the page away: a store since the write-out that direct IO begins with is lost. From 2.6.20 on nothing is cleared and a dirty page stays.',
  start: { dirty: true, maps: [{ pte: 'rw' }], freeFrames: 1 },
  cpus: [program(0, stores), kthread('direct-io', writesBack, invalidates)],
  properties: [I1Strong],
};

/** The page is what both versions find, until it is first written. */
const a417: Common = {
  entry: 'A4.17',
  about: 'Jeff Anderson-Lee, 2006-05-26: "What is needed (at least for log structured or copy-on-write filesystems) is a function that is called during the page fault BEFORE the pte\'s writeable bit is set so that the pages\' mapping can either be unmapped or remapped. That prevents possible readers of the old (read-only) version of the page from seeing any changes via the page map cache."',
  start: { maps: [{ pte: 'ro' }, { pte: 'none', writable: false }], freeFrames: 1 },
  also: (set) => {
    set(old_cache.at(), slot_t.of({ present: TRUE, pfn: page() }));
    set(old_mapping_at.at(page()), TRUE);
    mm_t.all().slice(1).forEach((mm) => set(maps_old.at(mm), TRUE));
    set(page_count_at.at(page()), count_t.lit(3));
  },
  cpus: [program(0, stores), program(1, loads, loads)],
  properties: [OldVersion],
};
const seen = { verdict: 'violated', property: 'A4.17' } as const;
const apart = () => ({ 'both versions mapped, each its own': and(quiescent(), pte_present(entry(1)), ne(peek(data.at(pte_pfn(entry(0)))), peek(data.at(pte_pfn(entry(1)))))), 'old version mapped to what will be written': and(not(quiescent()), pte_present(entry(1)), eq(pte_pfn(entry(0)), pte_pfn(entry(1)))) });

export const discardScenarios = [
  fileScenario({
    ...a415, id: 'seed-004/a4.15-truncate-vs-fault', title: 'v5: do_no_page with page_mkwrite notices truncation by truncate_count', cpus: [program(0, stores), kthread('ftruncate', truncates)], kernel: { version: 'v5', ...MKWRITE }, properties: [I8, I12, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'mapped writable': pte_write(entry(0)), truncated: not(cached()) }),
    mutants: [{ name: 'no-count', what: 'unmap_mapping_range does not count', mutations: [drop('unmap_mapping_range', 'truncate_count++')], properties: [I8], expect: { verdict: 'violated', property: 'I8' } }],
  }),
  fileScenario({ ...a415, id: 'seed-004/a4.15-invalidate-vs-fault', title: 'v5: a page that nobody maps is invalidated between page_mkwrite and the PTE', kernel: { version: 'v5', ...MKWRITE }, expect: { verdict: 'violated', property: 'I8', steps: 29 }, catalogueSteps: 9, lengthNote: 'Locks, loads and references are steps here, and page_mkwrite runs on the way.' }),
  fileScenario({
    ...a415, id: 'seed-004/a4.15-page-locked', title: '2.6.23: the fault installs its PTE under the page lock', kernel: { version: '2.6.23', ...MKWRITE }, properties: [I8, I4, I5, I1Strong], expect: { verdict: 'holds' },
    reaches: () => ({ invalidated: not(cached()), 'stored and kept': and(quiescent(), cached(), peek(PG_dirty.at(slot_t.get(peek(page_cache.at()), 'pfn')))) }),
    mutants: [
      { name: 'page-unlocked', what: 'do_no_page of 2.6.21', kernel: { version: '2.6.21' }, properties: [I8], expect: { verdict: 'violated', property: 'I8' } },
      { name: 'not-locked', what: 'the fault does not lock the page', mutations: [drop('do_no_page', 'lock_page'), drop('do_no_page', 'unlock_page')], properties: [I8], expect: { verdict: 'violated', property: 'I8' } },
    ],
  }),
  fileScenario({ ...drops, id: 'seed-004/a4.15-invalidate-drops-dirt', title: 'v5: invalidate_inode_pages2 cleans a page and throws it away', kernel: { version: 'v5' }, expect: { verdict: 'violated', property: 'I1-strong', steps: 70 } }),
  fileScenario({
    ...drops, id: 'seed-004/a4.15-dirty-page-stays', title: 'A dirty page is not invalidated', kernel: { version: '2.6.23' }, properties: [I1Strong, I8, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'dirty, and kept': and(quiescent(), cached(), peek(PG_dirty.at(page()))), invalidated: not(cached()) }),
    mutants: [{ name: 'dirt-not-asked', what: 'invalidate_complete_page2 does not look at PG_dirty', mutations: [drop('invalidate_complete_page2', 'PageDirty')], properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } }],
  }),
  fileScenario({
    ...a417, id: 'seed-004/a4.17-set-page-dirty', title: 'Log-structured file, told by set_page_dirty: the old version\'s reader sees the store', cpus: [program(0, stores), program(1, loads), sibling(0, stores)], waive: ['PT009'],
    kernel: { version: 'v5', ...MKWRITE, cow: 'forget first', variants: ['set_page_dirty notifies the file system'] }, expect: { ...seen, steps: 20 },
  }),
  fileScenario({
    ...a417, id: 'seed-004/a4.17-mkwrite', title: 'Log-structured file, told by page_mkwrite: look-ups lose the page first, then its PTEs go', kernel: { version: 'v5', ...MKWRITE, cow: 'forget first' }, expect: { verdict: 'holds' }, reaches: apart,
    mutants: [
      { name: 'unmap-first', what: 'PTEs first, look-ups after: a fault maps the page again in between', kernel: { cow: 'unmap first' }, expect: seen },
      { name: 'no-count', what: 'the fault is not told of the unmapping (truncate_count)', mutations: [drop('unmap_old', 'truncate_count++')], expect: seen },
    ],
  }),
  fileScenario({
    ...a417, id: 'seed-004/a4.17-unmap-only', title: 'Unmapped, but left where the old version finds it: the page lock until set_page_dirty does not help', about: `${a417.about} He goes on: "it can makes sense to defer the remapping until late in the game". Whoever faults after the page is unlocked finds the page and what was stored in it.`,
    kernel: { version: '2.6.30', ...MKWRITE, cow: 'unmap only' }, expect: { ...seen, steps: 46 },
  }),
  fileScenario({
    ...a417, id: 'seed-004/a4.17-page-locked', title: 'From 2.6.23 faults ask under the page lock whose page it is: the order does not matter', kernel: { version: '2.6.23', ...MKWRITE, cow: 'unmap first' }, expect: { verdict: 'holds' }, reaches: apart,
    mutants: [{ name: 'mapping-stays', what: 'the page goes on saying that it is the old version\'s', mutations: [drop('forget_old', 'page->mapping = new')], expect: seen }],
  }),
];
