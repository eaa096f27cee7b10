/** Who must be told before a page is written: the debate of May 2006 (A4.1, A4.2, A4.3, A4.8; B06, B07). */
import { and, drop, eq, ne, never, not, peek, quiescent } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_present, va_t } from '../machine/types.ts';
import { disk, last_store, notified, PG_dirty, PG_writeback } from '../kernel/page.ts';
import { I1Strong, I1Weak, I3, I4, I5, I8, I8Dirty, I10b, I12, I12b, I14 } from '../../properties/index.ts';
import { dontneed, extendsFile, journals, kthread, loads, pdflush, program, reclaims, sibling, stores, truncates, writesBack } from './actors.ts';
import { fileScenario, type FileScenario } from './world.ts';

const STEPS = 'Every lock, load, reference and interrupt is a step here.';
const LAMETER = { variants: ['set_page_dirty notifies the file system'] } as const;
const page = () => pfn_t.lit(0);
type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;

const stored = () => ({ 'both stores done': and(quiescent(), not(eq(peek(last_store.at()), peek(disk.at()))), peek(PG_dirty.at(page()))) });

const a41: Common = {
  entry: 'A4.1',
  about: 'David Howells, 2006-05-30, against Christoph Lameter\'s proposal to drop page_mkwrite and let a sleeping set_page_dirty tell the file system: CPU 1 makes the PTE writable; CPU 2 writes through it; only then is the file system told.',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), sibling(0, stores)],
  properties: [I12],
};

const a42: Common = {
  ...a41, entry: 'A4.2',
  about: 'Christoph Lameter, 2006-05-26: "Since we are terminating the application with extreme prejudice on an error (SIGBUS) it does not matter if another process has written to the page in the meantime." It does: the other CPU\'s store is in a page that has no block, and nobody knows that it is dirty.',
  properties: [I1Strong],
};

const zapClaim = 'Christoph Lameter, 2006-05-26: "zap_pte_range would only have to dirty anonymous pages. The pages of shared mappings would already be dirty."';
const NO_TLB = { tlbs: false } as const;
const ZAP_SKIPS = 'zap leaves shared pages to PG_dirty' as const;
const NO_REF = 'no page reference over set_page_dirty' as const;

const window1: Common = {
  entry: 'A4.3',
  about: `${zapClaim} Window 1: between a fault's PTE write and its set_page_dirty, PG_dirty is clear while another CPU stores and MADV_DONTNEED zaps. The reference that v5 takes (A4.8) is all that rescues it. Before 2.6.22 MADV_DONTNEED took mmap_sem for writing and could not come in between. No TLBs: this is about page tables alone.`,
  machine: NO_TLB,
  start: { maps: [{ pte: 'ro' }], freeFrames: 1 },
  cpus: [program(0, stores), sibling(0, stores, dontneed), kthread('kswapd', reclaims)],
  properties: [I5, I1Strong],
};

const window2: Common = {
  entry: 'A4.3',
  about: `${zapClaim} Window 2: write-back is under way when the PTE goes. The D bit must reach the page because it must reach the buffers: the journal has cleaned them, and write-out without dirty buffers writes nothing. No TLBs: this is about page tables alone.`,
  machine: NO_TLB,
  start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), sibling(0, dontneed), kthread('kjournald', journals), pdflush],
  properties: [I1Weak],
};

const a48: Common = {
  entry: 'A4.8',
  about: 'v3 of the patch moved set_page_dirty out of the PTE lock; the page reference taken before the lock is dropped keeps the page from being freed in between (v5: get_page(dirty_page)).',
  start: { maps: [{ pte: 'ro' }], freeFrames: 1 },
  cpus: [program(0, stores), kthread('ftruncate', truncates)],
  properties: [I5],
};

const b06: Common = {
  entry: 'B06',
  about: 'Commit c3704ceb4ad (Hugh Dickins, 2007-02-10, 2.6.21-rc1), "page_mkwrite caller race fix": the page reference was dropped before the PTE lock was retaken, so the frame could be freed and come back at the same place, and pte_same saw nothing. No file system in the tree had page_mkwrite yet.',
  start: { maps: [{ pte: 'ro' }], freeFrames: 1 },
  cpus: [program(0, stores), sibling(0, () => truncates(), () => extendsFile(), loads)],
  properties: [I12],
};

const b07: Common = {
  entry: 'B07',
  about: 'Commit b827e496c893 (Nick Piggin, 2.6.30-rc5), "mm: close page_mkwrite races": write-back comes between page_mkwrite and the PTE write and uses the reservation up; the page is then dirtied with no block reserved.',
  start: { dirty: true, maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), pdflush],
  properties: [I12b],
};

const a44: Common = {
  entry: 'A4.4',
  about: 'v5: "Since we dropped the lock we need to revalidate the PTE as someone else may have changed it. If they did, we just return, as we can count on the MMU to tell us if they didn\'t also make it writable." Truncation comes while page_mkwrite runs.',
  start: { maps: [{ pte: 'ro' }], freeFrames: 1 },
  cpus: [program(0, stores), kthread('ftruncate', truncates)],
  properties: [I4, I5, I8],
};

export const notify = [
  fileScenario({ ...a41, id: 'dirty/a4.1-set-page-dirty-notifies', title: 'set_page_dirty as the only notification, two CPUs', kernel: { version: 'v5', fs: { mkwrite: true }, ...LAMETER }, expect: { verdict: 'violated', property: 'I12', steps: 8 }, catalogueSteps: 7, lengthNote: `The catalogue's obligation (5 to 7 steps, not executed). ${STEPS}` }),
  fileScenario({
    ...a41, id: 'dirty/a4.1-mkwrite-first', title: 'page_mkwrite before the PTE is writable', kernel: { version: 'v5', fs: { mkwrite: true } }, properties: [I12, I3, I5], expect: { verdict: 'holds' }, reaches: stored,
    mutants: [
      { name: 'set-page-dirty-notifies', what: 'Lameter\'s order', kernel: { variants: LAMETER.variants }, properties: [I12], expect: { verdict: 'violated', property: 'I12' } },
    ],
  }),
  fileScenario({ ...a42, id: 'dirty/a4.2-sigbus-suffices', title: 'SIGBUS for the faulting task, another CPU\'s store stays', kernel: { version: 'v5', fs: { mkwrite: true, enospc: true }, ...LAMETER }, expect: { verdict: 'violated', property: 'I1-strong', steps: 19 } }),
  fileScenario({
    ...a42, id: 'dirty/a4.2-reserve-first', title: 'ENOSPC from page_mkwrite, before any PTE is writable', kernel: { version: 'v5', fs: { mkwrite: true, enospc: true } }, properties: [I1Strong, I12b], expect: { verdict: 'holds' }, reaches: stored,
    mutants: [{ name: 'set-page-dirty-notifies', what: 'Lameter\'s order', kernel: { variants: LAMETER.variants }, properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } }],
  }),
  fileScenario({
    ...a44, id: 'dirty/a4.4-recheck', title: 'The PTE is compared again after page_mkwrite', kernel: { version: 'v5', fs: { mkwrite: true } }, expect: { verdict: 'holds' },
    reaches: () => ({ 'unmapped while the file system was asked': and(peek(notified.at(page())), not(pte_present(peek(pte.at(mm_t.lit(0), va_t.lit(0)))))) }),
    mutants: [{ name: 'no-recheck', what: 'the PTE is not compared after page_mkwrite', mutations: [never('do_page_mkwrite', 'pte_unmap_unlock')], expect: { verdict: 'violated', property: 'I4' } }],
  }),
  fileScenario({ ...window1, id: 'dirty/a4.3-window-1', title: 'Zap leaves it to PG_dirty, fault holds no reference', kernel: { version: '2.6.23', variants: [ZAP_SKIPS, NO_REF] }, expect: { verdict: 'violated', property: 'I5', steps: 33 } }),
  fileScenario({
    ...window1, id: 'dirty/a4.3-window-1-reference', title: 'Zap leaves it to PG_dirty, the fault\'s reference rescues it', kernel: { version: '2.6.23', variants: [ZAP_SKIPS] }, expect: { verdict: 'holds' },
    reaches: () => ({ 'stored, unmapped, not yet dirty': and(ne(peek(data.at(page())), peek(disk.at())), not(peek(PG_dirty.at(page())))) }),
    mutants: [{ name: 'no-reference', what: 'the fault takes no page reference', kernel: { variants: [ZAP_SKIPS, NO_REF] }, expect: { verdict: 'violated', property: 'I5' } }],
  }),
  fileScenario({ ...window2, id: 'dirty/a4.3-window-2', title: 'Zap drops the D bit while write-back is under way', kernel: { version: '2.6.23', fs: { buffers: true }, variants: [ZAP_SKIPS] }, expect: { verdict: 'violated', property: 'I1-weak', steps: 28 } }),
  fileScenario({
    ...window2, id: 'dirty/a4.3-zap-transfers', title: 'Zap moves the D bit to page and buffers', kernel: { version: '2.6.23', fs: { buffers: true } }, expect: { verdict: 'holds' },
    reaches: () => ({ 'quiet and dirty': and(quiescent(), peek(PG_dirty.at(page()))) }),
    mutants: [{ name: 'zap-leaves-it', what: 'zap_pte_range does not call set_page_dirty', kernel: { variants: [ZAP_SKIPS] }, expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({
    ...window2, id: 'dirty/a4.3-window-2-no-buffers', title: 'Without buffers window 2 loses nothing: every clearing of PG_dirty writes the whole page', cpus: [program(0, stores), sibling(0, dontneed), kthread('pdflush', writesBack, writesBack)],
    start: { dirty: true, maps: [{ pte: 'rw' }], freeFrames: 1 }, kernel: { version: 'v5', variants: [ZAP_SKIPS] }, expect: { verdict: 'holds' },
    reaches: () => ({ 'written back': and(peek(PG_writeback.at(page())), eq(peek(last_store.at()), peek(data.at(page())))) }),
    mutants: [{ name: 'with-tlbs', what: 'CPUs have TLBs: B11', machine: { tlbs: true }, expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({ ...window2, id: 'dirty/a4.3-zap-sleeps', title: 'A set_page_dirty that may sleep, called by zap with the PTE lock held', about: 'David Howells, 2006-05-26: "There are places where it\'s called still, even with Peter\'s patch, with the page table lock held - zap_pte_range() for example."', start: { dirty: true, maps: [{ pte: 'rw' }] }, cpus: [program(0, dontneed), pdflush], machine: {}, waive: ['PT009'], kernel: { version: 'v5', ...LAMETER }, properties: [I10b], expect: { verdict: 'violated', property: 'I10b', steps: 5 } }),
  fileScenario({ ...a48, id: 'dirty/a4.8-no-reference', title: 'No page reference over set_page_dirty: a flag of a free page is written', kernel: { version: 'v5', variants: [NO_REF] }, expect: { verdict: 'violated', property: 'I5', steps: 40 } }),
  fileScenario({
    ...a48, id: 'dirty/a4.8-reference', title: 'The reference pins the page until it is dirty', kernel: { version: 'v5' }, properties: [I5, I8, I10b], expect: { verdict: 'holds' },
    reaches: () => ({ 'truncated page still dirtied': peek(PG_dirty.at(page())) }),
    mutants: [
      { name: 'no-reference', what: 'get_page(dirty_page) left out', kernel: { variants: [NO_REF] }, expect: { verdict: 'violated', property: 'I5' } },
      { name: 'zap-sleeps', what: 'set_page_dirty may sleep, and zap calls it with the PTE lock held', kernel: LAMETER, waive: ['PT009'], properties: [I10b], expect: { verdict: 'violated', property: 'I10b' } },
    ],
  }),
  fileScenario({ ...a48, id: 'dirty/i8-dirty-without-mapping', entry: 'I8', title: 'A fault dirties a page that truncation has just removed: harmless, and the case until page_mkwrite returns the page locked', about: 'Found by the model, not in the catalogue. Until 2.6.29, and in file systems without page_mkwrite to this day, set_page_dirty can come after truncation has cleared page->mapping. The flag dies with the page.', kernel: { version: '2.6.23' }, properties: [I8Dirty], expect: { verdict: 'violated', property: 'I8-dirty', steps: 36 } }),
  fileScenario({
    ...a48, id: 'dirty/i8-mkwrite-locked', entry: 'I8', title: 'From 2.6.30 the page stays locked from page_mkwrite to set_page_dirty', kernel: { version: '2.6.30', fs: { mkwrite: true } }, properties: [I8Dirty, I8, I5, I12, I14], expect: { verdict: 'holds' },
    reaches: () => ({ dirty: peek(PG_dirty.at(page())) }),
    mutants: [
      { name: 'returns-unlocked', what: 'the protocol of 2.6.27', kernel: { version: '2.6.27' }, properties: [I8Dirty], expect: { verdict: 'violated', property: 'I8-dirty' } },
      { name: 'claims-the-lock', what: 'page_mkwrite says LOCKED and has not locked the page', mutations: [drop('page_mkwrite', 'lock_page')], properties: [I14], expect: { verdict: 'violated', property: 'I14' } },
    ],
  }),
  fileScenario({ ...b06, id: 'dirty/b06-frame-reuse', title: 'page_mkwrite: the frame is freed and reused at the same place', kernel: { version: '2.6.20', fs: { mkwrite: true } }, expect: { verdict: 'violated', property: 'I12', steps: 62 }, catalogueSteps: 18, lengthNote: `${STEPS} Truncation alone is twenty of them.` }),
  fileScenario({
    ...b06, id: 'dirty/b06-repaired', title: 'The reference is dropped after the PTE lock is retaken', kernel: { version: '2.6.21', fs: { mkwrite: true } }, properties: [I12, I5, I8], expect: { verdict: 'holds' },
    reaches: () => ({ 'frame in use and told of': peek(notified.at(page())), 'second frame mapped': peek(notified.at(pfn_t.lit(1))) }),
    mutants: [{ name: 'early-put', what: 'the order of 2.6.20', kernel: { version: '2.6.20' }, expect: { verdict: 'violated', property: 'I12' } }],
  }),
  fileScenario({ ...b07, id: 'dirty/b07-reservation-consumed', title: 'Write-back between page_mkwrite and the PTE write', kernel: { version: '2.6.23', fs: { mkwrite: true } }, expect: { verdict: 'violated', property: 'I12b', steps: 38 }, catalogueSteps: 15, lengthNote: STEPS }),
  fileScenario({
    ...b07, id: 'dirty/b07-repaired', title: 'page_mkwrite returns the page locked, until it is dirty', kernel: { version: '2.6.30', fs: { mkwrite: true } }, properties: [I12b, I3, I1Strong, I14], expect: { verdict: 'holds' },
    reaches: () => ({ 'dirty again and prepared': and(peek(PG_dirty.at(page())), ne(peek(data.at(page())), peek(disk.at())), quiescent()) }),
    mutants: [
      { name: 'early-unlock', what: 'the page is unlocked before page_mkwrite returns: 2.6.27', kernel: { version: '2.6.27' }, expect: { verdict: 'violated', property: 'I12b' } },
      { name: 'unlocked-between', what: 'page_mkwrite unlocks the page, and the fault locks it again', kernel: { variants: ['page_mkwrite returns the page unlocked'] }, properties: [I12b], expect: { verdict: 'violated', property: 'I12b' } },
    ],
  }),
];
