/** What the dirty-tracking protocol owes, each with the mutant that shows it (A4.6, A4.9, A4.10, A4.11, A4.14), and fork, truncation, reclaim, copy on write. */
import { and, drop, eq, ne, not, peek, quiescent } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_dirty, pte_present, pte_write, va_t, version_t } from '../machine/types.ts';
import { disk, last_store, page_cache, PG_anon, PG_dirty, PG_writeback, slot_t } from '../kernel/page.ts';
import { CleanPte, I1Strong, I1Weak, I3, I4, I5, I8, I10b, I14 } from '../../properties/index.ts';
import { forks, kthread, loads, pdflush, program, reclaims, stores, storesAndSyncs, truncates } from './actors.ts';
import { fileScenario } from './world.ts';

const page = () => pfn_t.lit(0);
const entry = (mm: number) => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const cleanAndReadOnly = () => and(pte_present(entry(0)), not(pte_write(entry(0))));

export const obligations = [
  fileScenario({
    id: 'dirty/a4.6-dirty-before-store', entry: 'A4.6', title: 'A page may be dirtied and cleaned before the store happens', about: 'David Howells, 2006-05-30: "It\'s possible that the page will be marked dirty in do_wp_page() and then will get written back before the write actually succeeds." Nothing is lost: the store faults again.',
    start: { maps: [{ pte: 'ro' }] }, cpus: [program(0, stores), pdflush], kernel: { version: '2.6.23' }, properties: [I1Strong, I3], expect: { verdict: 'holds' },
    reaches: () => ({ 'write-back before the store': and(peek(PG_writeback.at(page())), eq(peek(last_store.at()), peek(disk.at()))) }),
    mutants: [{ name: 'no-flush', what: 'page_mkclean_one does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], expect: { verdict: 'violated', property: 'I1-strong' } }],
  }),
  fileScenario({
    id: 'dirty/a4.9-clean-means-clean', entry: 'A4.9', title: 'page_mkclean clears D with W', about: 'v2 of the patch, spotted by Rik van Riel: "also clear the pte dirty bit when we make pages read-only again".',
    start: { dirty: true, maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), pdflush], kernel: { version: '2.6.19' }, properties: [CleanPte, I1Strong], expect: { verdict: 'holds' }, reaches: () => ({ cleaned: cleanAndReadOnly() }),
    mutants: [{ name: 'dirty-kept', what: 'page_mkclean_one write-protects and keeps D', kernel: { variants: ['mkclean keeps the dirty bit'] }, expect: { verdict: 'violated', property: 'A4.9' } }],
  }),
  fileScenario({
    id: 'dirty/a4.10-read-then-write', entry: 'A4.10', title: 'v5 reads the PTE and writes it back: harmless before write-out', about: 'page_mkclean_one of v5 may overwrite a D bit that hardware set meanwhile. The flush comes before the IO, so the IO carries the store.',
    start: { dirty: true, maps: [{ pte: 'w' }] }, cpus: [program(0, stores, stores), pdflush], kernel: { version: 'v5' }, properties: [I1Strong], expect: { verdict: 'holds' }, reaches: () => ({ 'stored before the PTE was cleaned': and(pte_dirty(entry(0)), not(peek(PG_dirty.at(page())))) }),
    mutants: [{ name: 'no-flush', what: 'ptep_establish does not flush', mutations: [drop('ptep_establish', 'flush_tlb_page')], expect: { verdict: 'violated', property: 'I1-strong' } }],
  }),
  fileScenario({
    id: 'dirty/a4.11-page-lock-pins-mapping', entry: 'A4.11', title: 'The page lock pins page->mapping while page_mkclean walks it', about: 'Comment in v5: "We can continue to use `mapping\' here because the page is locked, which pins the address_space".',
    start: { dirty: true, maps: [{ pte: 'rw' }], freeFrames: 1 }, cpus: [program(0, stores), pdflush, kthread('ftruncate', truncates)], kernel: { version: '2.6.19' }, properties: [I8, I5, I10b], expect: { verdict: 'holds' },
    reaches: () => ({ 'truncated': not(slot_t.get(peek(page_cache.at()), 'present')), 'written back': peek(PG_writeback.at(page())) }),
    mutants: [{
      name: 'no-page-lock', what: 'write-back does not lock the page', expect: { verdict: 'violated', property: 'assertion' },
      mutations: [drop('write_cache_pages', 'lock_page'), drop('write_cache_pages', 'unlock_page'), drop('mpage_writepage', 'unlock_page')],
    }],
  }),
  fileScenario({
    id: 'dirty/a4.14-msync-before', entry: 'A4.14', title: '2.6.17: msync finds dirt in the PTEs', about: 'Before the patch PG_dirty was not enough: msync scanned the PTEs (mm/msync.c). What was stored is on disk when it returns.',
    start: { maps: [{ pte: 'w' }] }, cpus: [program(0, storesAndSyncs, stores), pdflush], kernel: { version: '2.6.17' }, properties: [I1Weak, I4], expect: { verdict: 'holds' }, reaches: () => ({ 'stored again after msync': and(quiescent(), ne(peek(data.at(page())), peek(disk.at()))) }),
    mutants: [{ name: 'no-scan', what: 'msync does not look at PTEs', kernel: { variants: ['msync does not scan PTEs'] }, expect: { verdict: 'violated', property: 'assertion' } }],
  }),
  fileScenario({
    id: 'dirty/a4.14-msync-after', entry: 'A4.14', title: 'v5: msync needs PG_dirty only', about: 'Peter Zijlstra, patch 3/3: "With the tracking of dirty pages properly done now, msync doesn\'t need to scan the pte\'s anymore to determine the dirty status."',
    start: { maps: [{ pte: 'ro' }] }, cpus: [program(0, storesAndSyncs, stores), pdflush], kernel: { version: 'v5' }, properties: [I1Strong, I3], expect: { verdict: 'holds' }, reaches: () => ({ 'stored again after msync': and(quiescent(), ne(peek(data.at(page())), peek(disk.at()))) }),
    mutants: [{ name: 'no-set-page-dirty', what: 'the fault does not dirty the page', mutations: [drop('set_page_dirty_balance', 'set_page_dirty')], properties: [I1Strong], expect: { verdict: 'violated', property: 'assertion' } }],
  }),
  fileScenario({
    id: 'dirty/fork-child-after-parent', entry: 'I3', title: 'fork leaves a writable clean PTE: the rmap walk must meet the parent first', about: 'copy_one_pte gives the child W without D, and dup_mmap links the child\'s VMA right after the parent\'s in i_mmap. Not in the catalogue; read in the source of 2.6.19.',
    start: { dirty: true, maps: [{ pte: 'rw' }, { linked: false }] }, cpus: [program(0, forks(1), stores), program(1, stores), pdflush], kernel: { version: '2.6.23' }, properties: [I3, I1Strong, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'child writable and clean': and(pte_write(entry(1)), not(pte_dirty(entry(1)))), 'both clean': and(not(pte_write(entry(0))), not(pte_write(entry(1))), pte_present(entry(1))) }),
    mutants: [{ name: 'child-first', what: 'the walk meets the child first', kernel: { variants: ['walk child first'] }, properties: [I3], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({
    id: 'dirty/truncate-vs-fault', entry: 'I8', title: '2.6.20: do_no_page notices truncation by truncate_count', about: 'A read fault finds the page, truncation removes it, the fault must not map it.',
    start: { maps: [{ pte: 'none' }], freeFrames: 1 }, cpus: [program(0, loads), kthread('ftruncate', truncates)], kernel: { version: '2.6.20' }, properties: [I8, I4, I5], expect: { verdict: 'holds' }, reaches: () => ({ mapped: pte_present(entry(0)), truncated: not(slot_t.get(peek(page_cache.at()), 'present')) }),
    mutants: [{ name: 'no-count', what: 'unmap_mapping_range does not count', mutations: [drop('unmap_mapping_range', 'truncate_count++')], properties: [I8], expect: { verdict: 'violated', property: 'I8' } }],
  }),
  fileScenario({
    id: 'dirty/reclaim', entry: 'I1', title: 'Reclaim unmaps and writes the page without losing a store', about: 'shrink_page_list against a writer and a reader: try_to_unmap moves D to the page under the PTE lock, remove_mapping checks the count and then PG_dirty. One pass writes the dirty page and does not come to drop it; dirty/reclaim-before drops it.',
    start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }, { pte: 'ro' }], freeFrames: 1 }, cpus: [program(0, stores), program(1, loads), kthread('kswapd', reclaims)], kernel: { version: '6.2', fs: { buffers: true } }, properties: [I1Strong, I3, I4, I5, I8, I14], expect: { verdict: 'holds' },
    reaches: () => ({ 'quiet and written': and(quiescent(), eq(peek(last_store.at()), peek(disk.at()))) }),
    mutants: [
      { name: 'no-flush', what: 'try_to_unmap_one does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } },
      { name: 'no-put', what: 'try_to_unmap_one keeps the mapping count', mutations: [drop('try_to_unmap_one', 'page_remove_rmap')], properties: [I4], expect: { verdict: 'violated', property: 'I4' } },
    ],
  }),
  fileScenario({
    id: 'dirty/reclaim-before', entry: 'I1', title: '2.6.17: reclaim must move the PTE\'s D bit, nobody else knows of the store', about: 'The same with hardware dirty bits as the only record. From v5 on the transfer is not what saves shared pages: they are dirty before they are stored to.',
    start: { maps: [{ pte: 'w' }], freeFrames: 1 }, cpus: [program(0, stores), kthread('kswapd', reclaims)], kernel: { version: '2.6.17' }, properties: [I1Weak, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'quiet and dirty by PTE only': and(quiescent(), pte_dirty(entry(0)), not(peek(PG_dirty.at(page())))), 'quiet and written': and(quiescent(), ne(peek(disk.at()), version_t.lit(0))), 'page dropped': not(slot_t.get(peek(page_cache.at()), 'present')) }),
    mutants: [{ name: 'dirt-not-moved', what: 'try_to_unmap_one does not call set_page_dirty', mutations: [drop('try_to_unmap_one', 'set_page_dirty')], properties: [I1Weak], expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({
    id: 'dirty/private-and-shared', entry: 'I3', title: 'A private mapping of the same page is no business of page_mkclean', about: 'Two mms map the page, one shared and one private; the private one copies on its first store.',
    start: { maps: [{ pte: 'ro', shared: false }, { pte: 'ro' }], freeFrames: 1 }, cpus: [program(0, stores), program(1, stores), pdflush], kernel: { version: '2.6.23' }, properties: [I3, I1Strong, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'private copy made': peek(PG_anon.at(pfn_t.lit(1))), 'both stored': and(quiescent(), peek(PG_anon.at(pfn_t.lit(1))), peek(PG_dirty.at(page()))) }),
    mutants: [{ name: 'no-rmap', what: 'copy on write does not drop the old page\'s rmap', mutations: [drop('wp_page_copy', 'page_remove_rmap')], properties: [I4], expect: { verdict: 'violated', property: 'I4' } }],
  }),
  fileScenario({
    id: 'dirty/accessed-bit', entry: 'A4.4', title: 'Hardware that sets A makes pte_same fail, and the fault is taken again', about: 'v5 comment: "we need to revalidate the PTE as someone else may have changed it. If they did, we just return, as we can count on the MMU to tell us". An A bit set meanwhile is such a change.',
    start: { maps: [{ pte: 'ro' }] }, cpus: [program(0, stores), pdflush], machine: { accessedBit: true }, kernel: { version: '2.6.30', fs: { mkwrite: true } }, properties: [I1Strong, I3], expect: { verdict: 'holds' },
    reaches: () => ({ 'quiet and dirty': and(quiescent(), peek(PG_dirty.at(page()))) }),
    mutants: [{ name: 'no-flush', what: 'page_mkclean_one does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], expect: { verdict: 'violated', property: 'I1-strong' } }],
  }),
];
