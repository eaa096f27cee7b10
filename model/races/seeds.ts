/** Races whose scenarios are those of the seed threads. */
import type { Race } from './race.ts';

export const seedRaces: readonly Race[] = [
  {
    id: 'b13-balance-skipped', entry: 'B13', title: 'page_mkwrite has dirtied the page: set_page_dirty says no news, and the writer is never throttled', subsystem: 'writeback',
    commits: [{ hash: 'a200ee182a016752464a12cb2e8762e48254bb09', subject: 'mm: set_page_dirty_balance() vs ->page_mkwrite()', release: '2.6.23', author: 'Peter Zijlstra' }],
    affected: { since: '2.6.19', fixed: '2.6.23' }, procedures: ['do_wp_page', 'set_page_dirty_balance', 'page_mkwrite'],
    broken: ['seed-004/a4.16-mkwrite-dirtied', 'seed-004/a4.16-backed-out'], repaired: ['seed-004/a4.16-repaired', 'seed-004/a4.16-balanced'],
    closest: { broken: 'seed-004/a4.16-repaired#not-always', repaired: 'seed-004/a4.16-repaired' },
    controls: [{ what: 'without a page_mkwrite that dirties v5 is right', case: 'seed-004/a4.16-balanced' }, { what: 'with one it is not', case: 'seed-004/a4.16-balanced#mkwrite-dirties' }],
    notes: 'Hash, subject and release, which the catalogue could not confirm, are in the history. Not in the catalogue: a fault that backs out because the PTE has changed does not throttle in 2.6.23 either (seed-004/a4.16-backed-out).',
  },
  {
    id: 'b21-fault-vs-invalidate', entry: 'B21', title: 'A page is taken out of the file between the fault\'s look-up and its PTE', subsystem: 'truncate',
    commits: [{ hash: 'd00806b183152af6d24f46f0c33f14162ca1262a', subject: 'mm: fix fault vs invalidate race for linear mappings', release: '2.6.23-rc1', author: 'Nick Piggin' }],
    affected: { since: '2.6.11', fixed: '2.6.23-rc1' }, procedures: ['do_no_page', '__do_fault', 'invalidate_inode_pages2', 'unmap_mapping_range'],
    broken: ['seed-004/a4.15-invalidate-vs-fault'], repaired: ['seed-004/a4.15-page-locked'],
    closest: { broken: 'seed-004/a4.15-page-locked#not-locked', repaired: 'seed-004/a4.15-page-locked' },
    controls: [{ what: 'against truncation the count is enough', case: 'seed-004/a4.15-truncate-vs-fault' }, { what: 'without it that race is there as well', case: 'seed-004/a4.15-truncate-vs-fault#no-count' }],
    notes: 'The broken world is v5, with page_mkwrite; the page is unlocked in the same way without it. Whether 2.6.11 had it was not looked up: it is where the history that was read begins.',
  },
  {
    id: 'b72-ksm-compare-first', entry: 'B72', title: 'KSM compares references before nobody can take one any more, and merges a page under a pin', subsystem: 'cow',
    commits: [{ hash: '31dbd01f314364b70c2e026a5793a29a4da8a9dc', subject: 'ksm: Kernel SamePage Merging', release: '2.6.32-rc1', author: 'Izik Eidus' }],
    affected: null, procedures: ['write_protect_page', 'replace_page', 'get_user_pages_fast'],
    broken: ['seed-000/a0.2-compare-first', 'seed-000/new-read-pin'], repaired: ['seed-000/a0.2-gup-fast', 'seed-000/a0.2-recheck-alone', 'seed-000/a0.2-interrupts-alone'],
    controls: [{ what: 'GUP-fast must read the PTE again, or run with interrupts off', case: 'seed-000/a0.2-gup-fast#neither' }, { what: 'ksmd must give up on raised references', case: 'seed-000/a0.2-gup-fast#no-comparison' }],
    notes: 'The right order is there since KSM was merged; no release had the other one. Not in the catalogue: a PTE that is read-only and clean already is merged without any comparison (seed-000/new-read-pin).',
  },
  {
    id: 'b79-notifier-retry', entry: 'B79', title: 'A device maps a page that it read from a page table which has changed meanwhile', subsystem: 'swap',
    commits: [{ hash: 'e930bffe95e1e886a1ede80726ea38df5838d067', subject: 'KVM: Synchronize guest physical memory map to host virtual memory map', release: '2.6.27-rc2', author: 'Andrea Arcangeli' }],
    affected: null, procedures: ['mmu_interval_read_begin', 'hmm_range_fault', 'mmu_interval_read_retry', 'mmu_notifier_invalidate_range_start'],
    broken: ['seed-002/a2.2-walk-only'], repaired: ['seed-002/a2.2-notifier'],
    closest: { broken: 'seed-002/a2.2-notifier#no-retry', repaired: 'seed-002/a2.2-notifier' },
    controls: [
      { what: 'notified, but the device does not ask whether it was invalidated meanwhile', case: 'seed-002/a2.2-notifier#no-retry' },
      { what: 'asked with a number that was read too late', case: 'seed-002/a2.2-notifier#begin-late' },
      { what: 'made without the device\'s lock', case: 'seed-002/a2.2-notifier#unlocked' },
    ],
    notes: 'Hash and subject, which the catalogue could not confirm, are in the history. The scenario is the interval notifier of 5.5, the same protocol for a device; the broken side leaves the notification out, the control no-retry is the catalogue\'s interleaving.',
  },
  {
    id: 'b83-refcount-overflow', entry: 'B83', title: 'References taken without a check make a counter wrap, and a page is freed that is still in use', subsystem: 'cow', cve: 'CVE-2019-11487',
    commits: [
      { hash: '15fab63e1e57be9fdb5eec1bbc5916e9825e9acb', subject: 'fs: prevent page refcount overflow in pipe_buf_get', release: '5.1', author: 'Matthew Wilcox' },
      { hash: '8fde12ca79af', subject: 'mm: prevent get_user_pages() from overflowing page refcount', release: '5.1', author: 'Linus Torvalds' },
    ],
    affected: { since: '2.6.11', fixed: '5.1' }, procedures: ['get_user_pages', 'try_grab_page', 'get_page'],
    broken: ['seed-001/a1.1-fork-frees-mapped'], repaired: ['seed-001/a1.1-faults-checked'],
    closest: { broken: 'seed-001/a1.1-faults-checked#unchecked', repaired: 'seed-001/a1.1-faults-checked' },
    controls: [{ what: 'get_user_pages without the check', case: 'seed-001/a1.1-faults-checked#unchecked' }, { what: 'with the check a fault is refused at half the range', case: 'seed-001/a1.1-faults-refused' }],
    notes: 'The commits check get_user_pages and pipes; fork takes its references unchecked to this day, and is what overflows here, in worlds of the reference pages of 2020 (v1). The pipe itself is not modelled. Commits and release are the catalogue\'s.',
  },
];
