/** Races of what hardware does: store buffers, and CPUs that switch to an mm. Their scenarios are in the folder `race/`. */
import type { Race } from './race.ts';

const flushes: readonly Race[] = [
  {
    id: 'b43-switch-vs-flush', entry: 'B43', title: 'A flush looks at mm_cpumask before a CPU is seen in it, which walks the page tables before the PTE is seen to be clear', subsystem: 'tlb', cve: 'CVE-2016-2069',
    commits: [{ hash: '71b3c126e61177eb693423f2e18a1914205b165e', subject: 'x86/mm: Add barriers and document switch_mm()-vs-flush synchronization', release: '4.5-rc1', author: 'Andy Lutomirski' }],
    affected: { since: '3.15', fixed: '4.5-rc1' }, procedures: ['switch_mm', 'flush_tlb_page', 'flush_tlb_mm_range', 'ptep_clear_flush'],
    broken: ['race/b43-mask-read-early'], repaired: ['race/b43-repaired', 'race/b43-locked-instructions'],
    controls: [
      { what: 'the barrier of the switching CPU alone is not enough', case: 'race/b43-repaired#no-barrier-in-flush' },
      { what: 'nor is that of the flusher', case: 'race/b43-repaired#cr3-not-serializing' },
    ],
    notes: 'Only the flusher\'s half was missing: cpumask_set_cpu is a locked instruction and loading CR3 is serializing, as the comment that the commit adds to switch_mm says. And on x86 ptep_get_and_clear is an xchg, which is a barrier as well, so what the new smp_mb orders there are plain stores to page tables (race/b43-locked-instructions holds without it). The broken world is the catalogue\'s: both stores wait in buffers. Looked at in 3.15; older trees were not.',
  },
  {
    id: 'b44-switching-not-flushed', entry: 'B44', title: 'A flush leaves a CPU alone that has loaded CR3 and not yet said so', subsystem: 'tlb', cve: 'CVE-2025-37964',
    commits: [
      { hash: 'fea4e317f9e7e1f449ce90dedc27a2d2a95bee5a', subject: 'x86/mm: Eliminate window where TLB flushes may be inadvertently skipped', release: '6.15', author: 'Dave Hansen' },
      { hash: '83b0177a6c4889b3a6e865da5e21b2c9d97d0551', subject: 'x86/mm: Fix SMP ordering in switch_mm_irqs_off()', release: '6.18-rc2', author: 'Ingo Molnar' },
    ],
    affected: { since: '6.14', fixed: '6.18-rc2' }, procedures: ['switch_mm_irqs_off', 'should_flush_tlb', 'flush_tlb_mm_range'],
    broken: ['race/b44-switching-not-flushed', 'race/b44-switching-not-seen'], repaired: ['race/b44-repaired', 'race/b44-seen'],
    controls: [
      { what: 'to look for SWITCHING is no use if it is not stored first', case: 'race/b44-repaired#not-marked' },
      { what: 'or if the store waits in the CPU\'s buffer', case: 'race/b44-seen#no-barrier' },
    ],
    notes: 'Not in the catalogue: the first repair left a race that x86 can have, the second commit\'s. A CPU whose bit in mm_cpumask is still set from earlier does not set it again, and then nothing between its store of SWITCHING and its load of tlb_gen is a barrier. Message and diff of the second commit were read (Peter Zijlstra\'s patch, committed 2025-10-13 in Ingo Molnar\'s name); the first release of 209954cbc7d0 ("x86/mm/tlb: Update mm_cpumask lazily"), which brought both, was not confirmed.',
  },
];

const pins: readonly Race[] = [
  {
    id: 'b70-pinned-page-discarded', entry: 'B70', title: 'Reclaim discards a page that was given up with MADV_FREE, and that a device is about to write through a pin', subsystem: 'cow',
    commits: [{ hash: '6c8e2a256915a223f6289f651d6b926cd7135c9e', subject: 'mm: fix race between MADV_FREE reclaim and blkdev direct IO read', release: '5.18-rc1', author: 'Mauricio Faria de Oliveira' }],
    affected: { since: '4.12', fixed: '5.18-rc1' }, procedures: ['try_to_unmap_one', 'gup_pte_range', '__blkdev_direct_IO_simple', 'shrink_page_list'],
    broken: ['race/b70-pinned-page-discarded', 'race/b70-no-barrier'], repaired: ['race/b70-repaired'],
    controls: [
      { what: 'to compare references is not enough: the PTE must be seen to be clear first', case: 'race/b70-no-barrier' },
      { what: 'and GUP-fast must read it again', case: 'race/b70-repaired#no-second-look' },
      { what: 'references first, then PG_dirty: otherwise who sets it without the page lock goes unnoticed', case: 'race/b70-repaired#dirty-first' },
    ],
    notes: 'The order of the last two loads (smp_rmb) is nothing to __blkdev_direct_IO_simple, which sets PG_dirty with the page locked and so waits for reclaim; the mutant takes the lock away. Where the PTE is cleared by a locked instruction (x86), or the flush is a barrier (arm64), the barrier that the commit adds costs nothing and gives nothing; the world without it is of an architecture where neither is so. mm/rmap.c of 6.2 was read; the first release is that of 802a3a92ad7a ("so 4.12 and up are affected", Artem Savkov of another bug of that commit, 2017).',
  },
  {
    id: 'b67-pinned-and-shared', entry: 'B67', title: 'GUP-fast pins a page while KSM takes PageAnonExclusive away: each misses the other\'s first store', subsystem: 'cow',
    commits: [{ hash: '088b8aa537c2c767765f1c19b555f21ffe555786', subject: 'mm: fix PageAnonExclusive clearing racing with concurrent RCU GUP-fast', release: '6.1-rc1', author: 'David Hildenbrand' }],
    affected: { since: '5.19', fixed: '6.1-rc1' }, procedures: ['gup_pte_range', 'try_grab_folio', 'gup_must_unshare', 'page_try_share_anon_rmap', 'write_protect_page'],
    broken: ['race/b67-pinned-and-shared'], repaired: ['race/b67-repaired', 'race/b67-pins-alone'],
    controls: [
      { what: 'a barrier after the PTE is cleared', case: 'race/b67-repaired#no-barrier-in-ksm' },
      { what: 'and one after the page is pinned, for those who look for pins alone', case: 'race/b67-pins-alone#no-barrier-in-gup' },
      { what: 'PageAnonExclusive is read after the PTE was read again', case: 'race/b67-repaired#exclusive-first' },
      { what: 'and cleared before the PTE is written back, as it was: comparing PTEs does not tell', case: 'race/b67-repaired#cleared-late' },
    ],
    notes: 'Not in the catalogue: KSM alone does not need the barrier of GUP-fast, because it compares all references, and the first of the two additions of try_grab_folio (folio_ref_try_add_rcu) is ordered; swap and migration look at the second one only. smp_rmb in gup_must_unshare and smp_mb__after_atomic in page_try_share_anon_rmap order two loads and two stores, which is always so here; the last two controls are what happens without. mm/gup.c, mm/ksm.c and include/linux/rmap.h of 6.2 were read. Where a flush is a barrier or an interrupt, as on x86 and arm64, ptep_clear_flush is enough for KSM.',
  },
];

const pageBits: readonly Race[] = [
  {
    id: 'b81-woken-for-another', entry: 'B81', title: 'end_page_writeback wakes those who wait for the next IO of the page, or of another page in the same frame', subsystem: 'writeback',
    commits: [
      { hash: '073861ed77b6b957c3c8d54a11dc503f7d986ceb', subject: 'mm: fix VM_BUG_ON(PageTail) and BUG_ON(PageWriteback)', release: '5.10-rc6', author: 'Hugh Dickins' },
      { hash: 'c2407cf7d22d0c0d94cf20342b3b8f06f1d904e7', subject: 'mm: make wait_on_page_writeback() wait for multiple pending writebacks', release: '5.11-rc3', author: 'Linus Torvalds' },
    ],
    affected: { since: '5.9', fixed: '5.11-rc3' }, procedures: ['end_page_writeback', 'wake_up_page_bit', 'wait_on_page_bit_common', 'write_cache_pages'],
    broken: ['race/b81-woken-for-another', 'race/b81-free-page-looked-at', 'race/b81-reference-alone'], repaired: ['race/b81-held', 'race/b81-repaired'],
    controls: [
      { what: 'a reference alone is not enough: the page need not be freed to be written again', case: 'race/b81-reference-alone' },
      { what: 'to look again is not enough: PG_waiters of a free page is read', case: 'race/b81-repaired#not-held' },
    ],
    notes: 'That end_page_writeback looks at a page that may be free is older than 5.9; that it matters to those who are woken came with 5.9, from which on they do not look at the bit again. The diff shows what 5.10 and 5.11 changed together. 5.9 is where 2a9127fcf229 is, which the first commit says that it fixes; it was merged between 5.10-rc5 and rc6, the second on 2021-01-05, between 5.11-rc2 and rc3.',
  },
  {
    id: 'b84-waiters-erased', entry: 'B84', title: 'A non-atomic change of page->flags erases PG_waiters, and who waits for the page lock is never woken', subsystem: 'thp',
    commits: [{ hash: '2d077d4b59924acd1f5180c6fb73b57f4771fde6', subject: 'mm/huge_memory.c: __split_huge_page() use atomic ClearPageDirty()', release: '4.18', author: 'Hugh Dickins' }],
    affected: { since: '4.10', fixed: '4.18' }, procedures: ['__split_huge_page', 'unlock_page', 'wait_on_page_bit_common'],
    broken: ['race/b84-waiters-erased'], repaired: ['race/b84-repaired'], controls: [],
    notes: 'The first of the three commits that the entry names. PG_waiters came with 4.10 (62906027091f), says its message, which was read as posted (2018-05-29, "not a 4.17-rc regression"); that 4.18 is the first release with it was not confirmed.',
  },
];

export const hardwareRaces: readonly Race[] = [...flushes, ...pins, ...pageBits];
