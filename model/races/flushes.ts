/** Races of TLB flushes that come late, or are left out. */
import type { Race } from './race.ts';

export const flushRaces: readonly Race[] = [
  {
    id: 'b19-mkclean-skips-flush', entry: 'B19', title: 'One takes D, one takes W, neither has flushed, and page_mkclean believes the PTE', subsystem: 'tlb',
    commits: [], affected: null, procedures: ['clean_record_shared_mapping_range', 'clear_refs_write', 'page_mkclean_one', 'clear_page_dirty_for_io'],
    broken: ['race/b19-mkclean-skips-flush', 'race/b19-four-cpus'], repaired: ['race/b19-repaired', 'race/b19-without-cleaner', 'race/b19-without-clear-refs'],
    controls: [
      { what: 'without who cleans the PTE is dirty, and page_mkclean flushes', case: 'race/b19-without-cleaner' },
      { what: 'without clear_refs it is writable, and page_mkclean flushes', case: 'race/b19-without-clear-refs' },
      { what: 'the two must count themselves', case: 'race/b19-repaired#uncounted' },
    ],
    notes: 'Yu Zhao\'s analysis, as the catalogue gives it; the mails of 2020-11 were not found again, there is no commit, and page_mkclean_one of 6.2 still asks the PTE alone. No release is known to have the race on a page that is written back: in 5.5 clean_record_shared_mapping_range has one caller, vmwgfx, whose pages have no struct page for rmap; MADV_FREE, which also cleans and flushes late, takes private anonymous memory only. The steps of all three are those of 5.5; what is made up is that the first is called for a file on a disk. The repair, which nobody has merged, is the rule that KSM got (B33). That of 5.12 for clear_refs, mmap_lock for writing and a flush before it is dropped, leaves the window open.',
  },
  {
    id: 'b29-protnone-migrated', entry: 'B29', title: 'A page migrates without a flush, because its PTE is PROT_NONE and the flush for that is still to come', subsystem: 'tlb',
    commits: [{ hash: '20841405940e7be0617612d521e206e4b6b325db', subject: 'mm: fix TLB flush race between migration, and change_protection_range', release: '3.13-rc5', author: 'Rik van Riel' }],
    affected: { since: '3.8', fixed: '3.13-rc5' }, procedures: ['change_prot_numa', 'change_protection_range', 'ptep_clear_flush', 'pte_accessible', 'migrate_pages'],
    broken: ['race/b29-protnone-migrated'], repaired: ['race/b29-repaired'],
    controls: [{ what: 'the count must go up before the PTE is changed', case: 'race/b29-repaired#not-counted' }, { what: 'and somebody must look at it', case: 'race/b29-repaired#not-asked' }],
    notes: 'Both sides are 3.15 but for pte_accessible, so that the diff is the repair (arch/x86/include/asm/pgtable.h of 3.15.5). The migration is any that comes upon the page: the fault on the entry itself makes it present first (do_numa_page). Until 4.12 the kernel has a flag, here it is a count. That it began with NUMA balancing in 3.8 was not confirmed.',
  },
  {
    id: 'b33-ksm-four-cpus', entry: 'B33', title: 'MADV_FREE takes D, clear_refs takes W, neither has flushed, and KSM believes the PTE', subsystem: 'tlb',
    commits: [{ hash: 'b3a81d0841a954a3d3e782059960f53e63b37066', subject: 'mm: fix KSM data corruption', release: '4.13-rc5', author: 'Minchan Kim' }],
    affected: { since: '4.5', fixed: '4.13-rc5' }, procedures: ['madvise_free_pte_range', 'clear_refs_write', 'write_protect_page', 'replace_page'],
    broken: ['race/b33-ksm-four-cpus'], repaired: ['race/b33-repaired', 'race/b33-without-madvise', 'race/b33-without-clear-refs'],
    closest: { broken: 'race/b33-repaired#pending-not-asked', repaired: 'race/b33-repaired' },
    controls: [
      { what: 'without MADV_FREE the PTE is dirty, and KSM flushes', case: 'race/b33-without-madvise' },
      { what: 'without clear_refs it is writable, and KSM flushes', case: 'race/b33-without-clear-refs' },
      { what: 'the two must count themselves', case: 'race/b33-repaired#free-not-counted' },
    ],
    notes: 'That the two count comes with 56236a59556c, "mm: refactor TLB gathering API", of the same series. The start is that of MADV_FREE (854e9ed09ded, of 2016-01-15, 4.5-rc1).',
  },
  {
    id: 'b34-copied-before-flush', entry: 'B34', title: 'Copy on write copies a page that userfaultfd has write-protected and not flushed', subsystem: 'tlb',
    commits: [{ hash: '6ce64428d62026a10cb5d80138ff2f90cc21d367', subject: 'mm/userfaultfd: fix memory corruption due to writeprotect', release: '5.12-rc3', author: 'Nadav Amit' }],
    affected: { since: '5.7', fixed: '5.12-rc3' }, procedures: ['mwriteprotect_range', 'change_pte_range', 'do_wp_page', 'wp_page_copy'],
    broken: ['race/b34-copied-before-flush'], repaired: ['race/b34-repaired', 'race/b34-flush-inside'],
    controls: [{ what: 'the count must be there to be looked at', case: 'race/b34-repaired#not-counted' }, { what: 'a flush inside the PTE lock would do, too; outside it does not', case: 'race/b34-flush-inside#after' }],
    notes: 'The scenario is the commit message\'s first: write-unprotect, which takes W from an entry of a private VMA that was not protected. The page is copied and not reused because somebody else has a reference to it (the rule of 5.9). The message has the race begin with 292924b26024 ("userfaultfd: wp: apply _PAGE_UFFD_WP bit"), and says that 5.9\'s rule makes it apparent; 5.7 is the first with the former, by Peter Xu\'s answer to the patch (2021-03-03): "5.7/5.8 stable branches shouldn\'t need this patch", for want of that rule.',
  },
  {
    id: 'b36-mremap-late-flush', entry: 'B36', title: 'mremap moves a PTE and flushes its old address when the page may be somebody else\'s already', subsystem: 'tlb',
    commits: [
      { hash: '5d1904204c99596b50a700f092fe49d78edba400', subject: 'mremap: fix race between mremap() and page cleanning', release: '4.9', author: 'Aaron Lu' },
      { hash: 'eb66ae030829605d61fbef1909ce310e29f78821', subject: 'mremap: properly flush TLB before releasing the page', release: '4.19', author: 'Linus Torvalds' },
    ],
    affected: { since: '3.2', fixed: '4.19' }, cve: 'CVE-2018-18281', procedures: ['move_ptes', 'move_page_tables', 'unmap_mapping_range', 'try_to_unmap_one', 'page_mkclean_one'],
    broken: ['race/b36-mremap-late-flush', 'race/b36-clean-entry', 'race/b36-new-lock-first', 'race/b36-mkclean-misses'],
    repaired: ['race/b36-repaired', 'race/b36-clean-repaired', 'race/b36-repaired-two-tables', 'race/b36-mkclean-repaired', 'race/b36-flush-each'],
    controls: [
      { what: 'a flush of dirty entries inside the old lock alone (4.9) leaves clean ones', case: 'race/b36-clean-repaired#dirty-only' },
      { what: 'and, where the new address is in another table, dirty ones too', case: 'race/b36-repaired-two-tables#new-lock-first' },
      { what: 'it does what it was for: page_mkclean sees the old lock', case: 'race/b36-mkclean-repaired#after-the-lock' },
      { what: 'one flush at the end instead of one for each page is what brought it (3.2)', case: 'race/b36-flush-each#one-flush' },
    ],
    notes: 'The catalogue gives truncation for 4.9 to 4.18 as well. There it does for clean entries only: truncation comes to the old address first and waits for its PTE lock, inside which dirty ones are flushed. For a dirty entry it takes two page tables and an agent that passes by a none entry without the lock, as page_vma_mapped_walk of reclaim does. That the flush was one for each page until 3.1 is in mm/mremap.c of 2.6.18 to 2.6.23; the change is "mremap: avoid sending one IPI per page" (Andrea Arcangeli, posted 2011-08-06), whose hash and release (7b6efc2bc4f1, 3.2) were not confirmed. The first repair came between 4.9-rc5 and 4.9.',
  },
];
