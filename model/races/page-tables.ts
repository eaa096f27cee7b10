/** Races about the lifetime of page tables, and of what they lead to. */
import type { Race } from './race.ts';

export const pageTableRaces: readonly Race[] = [
  {
    id: 'b39-unlinked-before-flush', entry: 'B39', title: 'A driver finds no VMA any more and frees its page under a live TLB entry', subsystem: 'tlb', cve: 'CVE-2022-39188',
    commits: [{ hash: 'b67fbebd4cf980aecbcc750e1462128bffe8ae15', subject: 'mmu_gather: Force tlb-flush VM_PFNMAP vmas', release: '5.19-rc8', author: 'Peter Zijlstra' }],
    affected: { since: '2.6.15', fixed: '5.19-rc8' }, procedures: ['unmap_region', 'tlb_end_vma', 'unlink_file_vma', 'unmap_mapping_range', 'mm_tlb_flush_nested'],
    broken: ['race/b39-unlinked-before-flush', 'seed-003/a3.1-munmap-stale'], repaired: ['race/b39-repaired', 'seed-003/a3.1-munmap-repaired', 'seed-001/a1.2-munmap'],
    controls: [
      { what: 'the flush before the unlinking alone is not enough: the driver must also flush where it finds an entry cleared and not flushed', case: 'race/b39-repaired#not-nested' },
      { what: 'nor is the other without it', case: 'race/b39-repaired#no-flush' },
    ],
    notes: 'The write-protect helper of thread 003 meets the same window (seed-003/a3.1-munmap-stale), and a reference page owes the same order to its file (seed-001/a1.2-munmap).',
  },
  {
    id: 'b56-gup-fast-vs-collapse', entry: 'B56', title: 'GUP-fast has read the PMD before khugepaged clears it, and pins a page that is mapped no more', subsystem: 'page-tables',
    commits: [
      { hash: '70cbc3cc78a997d8247b50389d37c4e1736019da', subject: 'mm: gup: fix the fast GUP race against THP collapse', release: '6.0', author: 'Yang Shi' },
      { hash: '2ba99c5e08812494bc57f319fb562f527d9bacd8', subject: 'mm/khugepaged: fix GUP-fast interaction by sending IPI', release: '6.1-rc8', author: 'Jann Horn' },
    ],
    affected: { since: '2.6.38', fixed: '6.1-rc8' }, procedures: ['gup_pte_range', 'collapse_huge_page', 'tlb_remove_table_sync_one'],
    broken: ['seed-003/thp-collapse-vs-gup', 'race/b56-table-freed'], repaired: ['seed-003/thp-collapse-vs-gup-repaired', 'race/b56-table-repaired', 'race/b56-interrupt-alone', 'seed-003/thp-collapse-vs-gup-ipi'],
    controls: [
      { what: 'the second look at the PMD alone: no wrong pin, but a freed table is read', case: 'race/b56-table-repaired#no-interrupt' },
      { what: 'the interrupt alone is enough for both', case: 'race/b56-interrupt-alone' },
      { what: 'neither', case: 'race/b56-interrupt-alone#neither' },
      { what: 'an architecture that flushes by interrupts does not have it', case: 'seed-003/thp-collapse-vs-gup-ipi' },
      { what: 'one that broadcasts has', case: 'seed-003/thp-collapse-vs-gup-ipi#broadcast' },
    ],
    notes: 'The grid of the catalogue, cell by cell. The anonymous collapse keeps its page table for the day of the split, so the freed table is that of a file (collapse_pte_mapped_thp); mm/khugepaged.c of 6.2 was read.',
  },
  {
    id: 'b57-collapse-vs-walk', entry: 'B57', title: 'khugepaged frees a page table that a walk of the file\'s mappings is in', subsystem: 'page-tables',
    commits: [{ hash: '8d3c106e19e8d251da31ff4cc7462e4565d65084', subject: 'mm/khugepaged: take the right locks for page table retraction', release: '6.1-rc8', author: 'Jann Horn' }],
    affected: { since: '5.4', fixed: '6.1-rc8' }, procedures: ['collapse_pte_mapped_thp', 'walk_page_range', 'i_mmap_lock_write'],
    broken: ['seed-003/a3.1-collapse', 'seed-003/a3.2-split'], repaired: ['seed-003/a3.1-collapse-repaired', 'seed-003/a3.2-split-today', 'seed-003/a3.1-mmap-sem', 'race/b57-retract', 'race/b57-retract-vs-munmap'],
    closest: { broken: 'seed-003/a3.1-collapse-repaired#no-i-mmap-lock', repaired: 'seed-003/a3.1-collapse-repaired' },
    controls: [
      { what: 'mmap_sem in the walk is enough', case: 'seed-003/a3.1-mmap-sem' },
      { what: 'the i_mmap lock in the walk alone is not', case: 'seed-003/a3.1-mmap-sem#i-mmap-only' },
      { what: 'retract_page_tables has held the i_mmap lock all along, and must only try mmap_sem', case: 'race/b57-retract-vs-munmap#waits' },
    ],
    notes: 'The walk here is that of the dirty helpers, which is what the thread is about; the rmap walk of the commit holds the same lock.',
  },
  {
    id: 'b58-not-notified', entry: 'B58', title: 'khugepaged takes a page table away and does not tell the devices that mirror the mm', subsystem: 'page-tables', cve: 'CVE-2022-48991',
    commits: [{ hash: 'f268f6cf875f3220afc77bdd0bf1bb136eb54db9', subject: 'mm/khugepaged: invoke MMU notifiers in shmem/file collapse paths', release: '6.1-rc8', author: 'Jann Horn' }],
    affected: { since: '4.8', fixed: '6.1-rc8' }, procedures: ['collapse_pte_mapped_thp', 'mmu_notifier_invalidate_range_start', 'pmdp_collapse_flush', 'shrink_page_list'],
    broken: ['race/b58-not-notified'], repaired: ['race/b58-repaired'],
    closest: { broken: 'race/b58-repaired#not-notified', repaired: 'race/b58-repaired' },
    controls: [
      { what: 'the notification is what the device counts on', case: 'race/b58-repaired#not-notified' },
      { what: 'the counts go before it: the page lock must cover both', case: 'race/b58-repaired#page-unlocked' },
    ],
    notes: 'The source of 6.2 was read. Not in the catalogue: the small mappings\' counts are dropped before the notification, so that the repair needs the page lock, which collapse_pte_mapped_thp holds, to keep reclaim away in between.',
  },
  {
    id: 'b59-move-vs-retract', entry: 'B59', title: 'mremap moves a PMD entry that khugepaged has cleared since it was looked at', subsystem: 'page-tables', cve: 'CVE-2024-50066',
    commits: [{ hash: '6fa1066fc5d00cb9f1b0e83b7ff6ef98d26ba2aa', subject: 'mm/mremap: fix move_normal_pmd/retract_page_tables race', release: '6.12-rc4', author: 'Jann Horn' }],
    affected: { since: '6.6', fixed: '6.12-rc4' }, procedures: ['move_normal_pmd', 'retract_page_tables', 'take_rmap_locks', 'pmd_populate'],
    broken: ['race/b59-moves-none'], repaired: ['race/b59-repaired', 'race/b59-before'],
    controls: [
      { what: 'the second look needs the rmap locks', case: 'race/b59-repaired#no-rmap-locks' },
      { what: 'a retract_page_tables that needs mmap_sem does not meet mremap', case: 'race/b59-before' },
    ],
    notes: 'The text of the commit and the sources of 6.2 and of 6.12 (mm/mremap.c, mm/khugepaged.c) were read. The memory behind physical page 0 is a page table of nobody here; the race breaks when it is taken for one.',
  },
  {
    id: 'b60-tables-freed-first', entry: 'B60', title: 'munmap frees page tables while truncation still finds the VMA through the file', subsystem: 'page-tables',
    commits: [
      { hash: 'a8fb5618dab7e45c8990f3155628d772a9ed45f9', subject: '[PATCH] mm: unlink_file_vma, remove_vma', release: '2.6.15-rc1', author: 'Hugh Dickins' },
      { hash: '8f4f8c164cb4af1432cc25eda82928ea4519ba72', subject: '[PATCH] mm: unlink vma before pagetables', release: '2.6.15-rc1', author: 'Hugh Dickins' },
    ],
    affected: null, procedures: ['unmap_region', 'free_pgtables', 'unlink_file_vma', 'unmap_mapping_range'],
    broken: ['race/b60-tables-freed-first'], repaired: ['race/b60-repaired', 'seed-003/a3.1-munmap'],
    controls: [
      { what: 'the order alone is not enough: unlinking must wait for those who have found the VMA', case: 'race/b60-repaired#no-i-mmap-lock' },
      { what: 'a walker without the lock', case: 'seed-003/a3.1-munmap#no-lock' },
    ],
    notes: 'Hashes, subjects and release are in the history; both commits are in 2.6.15-rc1. The worlds are 5.5 with the one order or the other.',
  },
];
