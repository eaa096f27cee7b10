/** A4.1 with FS-Cache: who waits for the copy of the clean page, and when. */
import { and, drop, eq, FALSE, ne, not, peek, quiescent, TRUE } from '../../language/index.ts';
import { data } from '../../machine/mmu.ts';
import { pfn_t, version_t } from '../../machine/types.ts';
import { announced, cache_copy, fscache_finish, fscache_refresh, PG_fs_misc } from '../../kernel/fscache.ts';
import { disk, last_store, PG_dirty } from '../../kernel/page.ts';
import { CacheCopy, I1Strong, I3, I12, I14 } from '../../../properties/index.ts';
import { kthread, pdflush, program, sibling, stores } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const page = () => pfn_t.lit(0);
const cachefs = kthread('kcachefsd', () => { fscache_finish({}); });
const refresh = kthread('kcachefsd', () => { fscache_refresh({}); });
const LAMETER = { variants: ['set_page_dirty notifies the file system'] } as const;
const STEPS = 'The catalogue expects five to seven steps; here every lock, load and reference is one, and the copy is two.';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;

/** Version 1 has come from the server, and its copy is under way. */
const fetched: Common = {
  entry: 'A4.1',
  about: 'David Howells, 2006-05-30: "The page is fetched from the server and then written to the cache. We don\'t let the clean page be modified or released until the write to the cache is complete." Against Christoph Lameter: "Regardless of what \'written to the cache\' exactly means here we have the page marked dirty in the mapping and queued for write back."',
  start: { maps: [{ pte: 'ro' }] },
  also: (set) => {
    set(data.at(page()), version_t.lit(1));
    set(disk.at(), version_t.lit(1));
    set(last_store.at(), version_t.lit(1));
    set(PG_fs_misc.at(page()), TRUE);
    set(announced.at(), version_t.lit(1));
  },
  cpus: [program(0, stores), sibling(0, stores), cachefs],
  properties: [CacheCopy],
};

const copied = () => and(not(peek(PG_fs_misc.at(page()))), eq(peek(cache_copy.second.at()), version_t.lit(1)));
const torn = { verdict: 'violated', property: 'A4.1-cache' } as const;

const again: Common = {
  ...fetched,
  about: 'Found by the model. page_mkwrite waits for a copy that is under way; nothing keeps the next one from beginning between its return and the PTE write. A file system that copies a page only when it has read it never meets this; one that brings the cache up to date after write-back does. From 2.6.30 page_mkwrite returns the page locked.',
  also: (set) => {
    fetched.also?.(set);
    set(PG_fs_misc.at(page()), FALSE);
    set(cache_copy.first.at(), version_t.lit(1));
    set(cache_copy.second.at(), version_t.lit(1));
  },
  cpus: [program(0, stores), refresh],
};

export const fscacheScenarios = [
  fileScenario({
    ...fetched, id: 'seed-004/a4.1-fscache-set-page-dirty', title: 'FS-Cache with set_page_dirty as the only notification: the copy is torn', kernel: { version: 'v5', fs: { mkwrite: true }, fscache: true, ...LAMETER },
    expect: { ...torn, steps: 13 }, catalogueSteps: 7, lengthNote: STEPS,
  }),
  fileScenario({
    ...fetched, id: 'seed-004/a4.1-fscache-mkwrite', title: 'FS-Cache with page_mkwrite: the store waits for the copy', kernel: { version: 'v5', fs: { mkwrite: true }, fscache: true }, properties: [CacheCopy, I12, I3],
    expect: { verdict: 'holds' }, reaches: () => ({ 'copied, then stored': and(copied(), ne(peek(data.at(page())), version_t.lit(1))), 'copied before anything is dirty': and(copied(), not(peek(PG_dirty.at(page())))) }),
    mutants: [
      { name: 'no-wait', what: 'page_mkwrite does not wait for the copy', mutations: [drop('page_mkwrite', 'wait_on_page_fs_misc')], properties: [CacheCopy], expect: torn },
      { name: 'set-page-dirty-notifies', what: 'Lameter\'s order', kernel: { variants: LAMETER.variants }, properties: [CacheCopy], expect: torn },
    ],
  }),
  fileScenario({
    ...fetched, id: 'seed-004/a4.1-fscache-one-thread', title: 'Lameter\'s order is enough for a program of one thread', about: 'The control for David Howells\' argument of 2006-05-30, which needs "another thread sharing the page tables": the thread that faults is in the kernel until set_page_dirty has waited.',
    kernel: { version: 'v5', fs: { mkwrite: true }, fscache: true, ...LAMETER }, cpus: [program(0, stores), cachefs], expect: { verdict: 'holds' },
    reaches: () => ({ 'copied, then stored': and(quiescent(), copied(), ne(peek(data.at(page())), version_t.lit(1))) }),
    mutants: [{ name: 'two-threads', what: 'a second thread of the program stores too', cpus: [program(0, stores), sibling(0, stores), cachefs], expect: torn }],
  }),
  fileScenario({ ...again, id: 'seed-004/a4.1-fscache-second-copy', entry: 'A4.1', title: 'A copy that begins after page_mkwrite has waited', kernel: { version: 'v5', fs: { mkwrite: true }, fscache: true }, expect: { ...torn, steps: 33 } }),
  fileScenario({
    ...again, id: 'seed-004/a4.1-fscache-second-copy-locked', title: 'page_mkwrite returns the page locked: no copy begins before the page is dirty', kernel: { version: '2.6.30', fs: { mkwrite: true }, fscache: true }, properties: [CacheCopy, I1Strong, I14], cpus: [program(0, stores), refresh, pdflush],
    expect: { verdict: 'holds' }, reaches: () => ({ 'copied again after write-back': and(not(peek(PG_fs_misc.at(page()))), ne(peek(cache_copy.second.at()), version_t.lit(1))) }),
    mutants: [{ name: 'unlocked', what: 'page_mkwrite returns the page unlocked: 2.6.27', kernel: { version: '2.6.27' }, properties: [CacheCopy], expect: torn }],
  }),
];
