/** Races whose scenarios are in the folder `race/`. */
import type { Race } from './race.ts';

const writeback: readonly Race[] = [
  {
    id: 'b15-mprotect-overwrites-dirty', entry: 'B15', title: 'mprotect reads the PTE and writes it back: a D bit that hardware sets in between is lost', subsystem: 'writeback',
    commits: [{ hash: '1ea0704e0da65b2b46f9142ff1391163aac24060', subject: 'mm: add a ptep_modify_prot transaction abstraction', release: '2.6.27-rc1', author: 'Jeremy Fitzhardinge' }],
    affected: null, procedures: ['change_pte_range', 'ptep_get_and_clear', 'ptep_modify_prot_start', 'ptep_modify_prot_commit', 'page_mkclean_one'],
    ingredients: ['transient entry'],
    broken: ['race/b15-mprotect-overwrites-dirty', 'race/b15-lost-flush'], repaired: ['race/b15-repaired', 'race/b15-flush-kept'],
    controls: [{ what: 'the price: the PTE is none for a moment, and the rmap walk must not pass it by (B05)', case: 'race/b15-flush-kept#peek' }],
    notes: 'The commit changes no order; it names the technique, which is older than the history that was read (2.6.11; the comment in mm/mprotect.c of 2.6.12 has the reason). The catalogue\'s hash differs from the 27th digit on; this one is from the history. Not in the catalogue: with dirty tracking the same mistake costs page_mkclean its flush (race/b15-lost-flush).',
  },
  {
    id: 'b16-wrprotect-drops-dirty', entry: 'B16', title: 'arm64: making an entry read-only drops the dirty bit that hardware set, and reclaim discards what a child has inherited', subsystem: 'writeback',
    commits: [{ hash: 'ff1712f953e27f0b0718762ec17d0adb15c9fd0b', subject: 'arm64: pgtable: Ensure dirty bit is preserved across pte_wrprotect()', release: '5.10-rc6', author: 'Will Deacon' }],
    affected: { since: '4.5', fixed: '5.10-rc6' }, procedures: ['pte_wrprotect', 'copy_one_pte', 'zap_pte_range', 'try_to_unmap_one', 'shrink_page_list'],
    broken: ['race/b16-wrprotect-drops-dirty'], repaired: ['race/b16-repaired', 'race/b16-parent-stays'],
    controls: [{ what: 'the parent\'s own entry keeps D: as long as it is there nothing is lost', case: 'race/b16-parent-stays' }],
    notes: 'Needs no interleaving: the store, the fork and the end of the parent come one after the other, as in the test that redis makes of the kernel it starts on. That zap leaves the D bit of an anonymous page where it is, is what makes the child\'s entry the last to know. D is one bit here, and hardware\'s in this world: what software says in a second one is what the repair keeps. The start is that of MADV_FREE (854e9ed09ded, 4.5-rc1); hardware management of the dirty state is older (2f4b829c625e, 4.3, which the commit says that it fixes). It was merged on 2020-11-27, two days before 5.10-rc6.',
  },
  {
    id: 'b17-mkwrite-during-io', entry: 'B17', title: 'A page under IO, whose checksum the device has, is made writable by a fault', subsystem: 'writeback',
    commits: [{ hash: 'd76ee18a8551', subject: 'fs: block_page_mkwrite should wait for writeback to finish', release: '3.0-rc1', author: 'Darrick J. Wong' }],
    affected: { since: '2.6.23', fixed: '3.0-rc1' }, procedures: ['block_page_mkwrite', 'set_page_writeback', 'end_page_writeback', 'page_mkclean'],
    broken: ['race/b17-mkwrite-during-io'], repaired: ['race/b17-repaired'],
    controls: [
      { what: 'a file system without page_mkwrite is not helped', case: 'race/b17-repaired#before-mkwrite' },
      { what: 'page_mkclean must flush', case: 'race/b17-repaired#no-flush' },
    ],
    notes: 'Subject and author are those of the patch (posted 2011-05-27, within the merge window of 3.0); the commit\'s hash and release are the catalogue\'s and were not confirmed. write(2), which must wait as well, is not modelled.',
  },
  {
    id: 'b18-pin-not-dirtied', entry: 'B18', title: 'A device writes a file page through a pin, past page_mkclean', subsystem: 'writeback',
    commits: [
      { hash: '8ac268436e6d', subject: 'mm/gup: disallow FOLL_LONGTERM GUP-nonfast writing to file-backed mappings', release: '6.5-rc1', author: 'Lorenzo Stoakes' },
      { hash: 'a6e79df92e4a371ba7b751a20e3a31fde0f528b8', subject: 'mm/gup: disallow FOLL_LONGTERM GUP-fast writing to file-backed mappings', release: '6.5-rc1', author: 'Lorenzo Stoakes' },
    ],
    affected: { since: '2.6.19', fixed: '6.5-rc1' }, procedures: ['pin_user_pages', 'page_mkclean', 'set_page_dirty_lock'],
    broken: ['race/b18-pin-not-dirtied', 'race/b18-dirtied-unprepared', 'race/b18-changes-under-io'], repaired: ['race/b18-repaired', 'race/b18-dirty-before-unpin'],
    closest: { broken: 'race/b18-repaired#given', repaired: 'race/b18-repaired' },
    controls: [{ what: 'set_page_dirty_lock before the unpin saves the data (race/b18-dirty-before-unpin), and neither the reservation', case: 'race/b18-dirtied-unprepared' }, { what: 'nor the page under IO', case: 'race/b18-changes-under-io' }],
    notes: 'Short pins (direct IO into a shared file mapping) are still given in 6.5: the race is forbidden where it can last, not closed.',
  },
  {
    id: 'b20-soft-dirty-not-flushed', entry: 'B20', title: 'clear_refs write-protects and returns without a flush: a store is never reported as soft-dirty', subsystem: 'writeback',
    commits: [{ hash: '912efa17e5121693dfbadae29768f4144a3f9e62', subject: 'mm: proc: Invalidate TLB after clearing soft-dirty page state', release: '5.12-rc1', author: 'Will Deacon' }],
    affected: { since: '5.6', fixed: '5.12-rc1' }, procedures: ['clear_refs_write', 'clear_soft_dirty', 'tlb_finish_mmu'],
    broken: ['race/b20-soft-dirty-not-flushed'], repaired: ['race/b20-repaired'],
    controls: [{ what: 'a TLB entry without D misses nothing: the walker finds W gone', case: 'race/b20-clean-entry' }, { what: 'with D it does', case: 'race/b20-clean-entry#dirty-entry' }],
    notes: 'The repaired order is that of fs/proc/task_mmu.c in 6.2, which holds mmap_lock for writing as well; the flush alone is what the scenario needs.',
  },
];

const others: readonly Race[] = [
  {
    id: 'b22-unmapped-once', entry: 'B22', title: 'A private copy of a page is made between truncation\'s unmapping and its removal of the page', subsystem: 'truncate',
    commits: [{ hash: 'd00806b183152af6d24f46f0c33f14162ca1262a', subject: 'mm: fix fault vs invalidate race for linear mappings', release: '2.6.23-rc1', author: 'Nick Piggin' }],
    affected: null, procedures: ['vmtruncate', 'unmap_mapping_range', 'truncate_inode_pages', '__do_fault', 'filemap_fault'],
    broken: ['race/b22-unmapped-once'], repaired: ['race/b22-repaired', 'race/b22-truncate-count'],
    controls: [
      { what: 'the second call is not enough: the fault must look at i_size again under the page lock', case: 'race/b22-repaired#size-read-once' },
      { what: 'until 2.6.22 the count is what makes one call enough', case: 'race/b22-truncate-count#no-count' },
    ],
    notes: 'The commit takes truncate_count away and brings the second call, so no release had the race (mm/memory.c of 2.6.21 and 2.6.23). Not in the catalogue: the "recheck i_size under page lock" of filemap_fault is the other half. Without it a fault that read i_size before the truncation reads the page anew after it.',
  },
  {
    id: 'b31-mprotect-meets-no-pte', entry: 'B31', title: 'mprotect and munmap take "no PTE" for "no TLB entry" while reclaim\'s flush is still to come', subsystem: 'tlb',
    commits: [{ hash: '3ea277194daaeaa84ce75180ec7c7a2075027a68', subject: 'mm, mprotect: flush TLB if potentially racing with a parallel reclaim leaving stale TLB entries', release: '4.13-rc3', author: 'Mel Gorman' }],
    affected: { since: '4.3', fixed: '4.13-rc3' }, procedures: ['try_to_unmap_one', 'try_to_unmap_flush', 'change_pte_range', 'zap_pte_range', 'flush_tlb_batched_pending'],
    broken: ['race/b31-mprotect-meets-no-pte', 'race/b31-munmap-meets-no-pte'], repaired: ['race/b31-repaired', 'race/b31-munmap-repaired'],
    closest: { broken: 'race/b31-repaired#not-asked', repaired: 'race/b31-repaired' },
    controls: [
      { what: 'those who meet no PTE must ask', case: 'race/b31-repaired#not-asked' },
      { what: 'reclaim must say so before it drops the PTE lock', case: 'race/b31-repaired#told-late' },
    ],
  },
  {
    id: 'b32-second-dontneed', entry: 'B32', title: 'Two threads drop the same range: the second finds no PTE, flushes nothing, and returns before the first one\'s flush', subsystem: 'tlb',
    commits: [{ hash: '99baac21e4585f4258f919502c6e23f1e5edc98c', subject: 'mm: fix MADV_[FREE|DONTNEED] TLB flush miss problem', release: '4.13-rc5', author: 'Minchan Kim' }],
    affected: { since: '2.6.22', fixed: '4.13-rc5' }, procedures: ['madvise_dontneed', 'zap_pte_range', 'tlb_finish_mmu', 'mm_tlb_flush_nested'],
    broken: ['race/b32-second-dontneed'], repaired: ['race/b32-repaired'],
    controls: [
      { what: 'from 3.15 on B11\'s repair closes it for dirty file pages', case: 'race/b32-dirty-file-pages' },
      { what: 'the count must be there to be looked at', case: 'race/b32-repaired#not-counted' },
    ],
    notes: 'It needs MADV_DONTNEED to hold mmap_sem for reading, so it begins with 2.6.22 (0a27a14a6292). Not in the catalogue: 3.15 closes it by the way for dirty file pages, and what is left until 4.13 are anonymous pages. The repaired world is 2.6.30 with the rule of 4.13 alone, so that the diff is the repair.',
  },
];

export const corpus: readonly Race[] = [...writeback, ...others];
