/** Races of the dirty tracking of shared pages whose scenarios are in the folder `dirty/`. */
import type { Race } from './race.ts';

const december = {
  hash: '7658cc289288b8ae7dd2c2224549a048431222b3', subject: 'VM: Fix nasty and subtle race in shared mmap\'ed page writeback',
  release: '2.6.20-rc3', author: 'Linus Torvalds',
} as const;

/** December 2006, and what its repair left behind. */
const december2006: readonly Race[] = [
  {
    id: 'b01-december-2006', entry: 'B01', title: 'The journal cleans the buffers under a writable PTE, and write-back throws the PTE\'s dirty bit away',
    subsystem: 'writeback', commits: [december], affected: { since: '2.6.19', fixed: '2.6.20-rc3' },
    procedures: ['clear_page_dirty_for_io', 'page_mkclean', '__set_page_dirty_buffers', '__block_write_full_page', 'journal_submit_data_buffers'],
    broken: ['dirty/b01-december-2006'], repaired: ['dirty/b01-repaired', 'dirty/b01-today'],
    closest: { broken: 'dirty/b01-repaired#flag-first', repaired: 'dirty/b01-repaired' },
    controls: [
      { what: 'what page_mkclean finds must dirty the page again', case: 'dirty/b01-repaired#findings-ignored' },
      { what: 'page_mkclean must flush', case: 'dirty/b01-repaired#no-flush' },
    ],
    notes: 'The journal\'s IO must be over before write-out looks at the buffer: it holds the buffer lock until then, and write-back that does not wait dirties the page again (fs/jbd/commit.c and fs/buffer.c of 2.6.19).',
  },
  {
    id: 'b02-two-writers', entry: 'B02', title: 'No journal: one pass of write-back consumes the announcement of a store that is still to come',
    subsystem: 'writeback', commits: [december], affected: { since: '2.6.19', fixed: '2.6.20-rc3' },
    procedures: ['do_wp_page', 'clear_page_dirty_for_io', 'page_mkclean', '__set_page_dirty_buffers', '__block_write_full_page'],
    broken: ['dirty/b02-two-writers'], repaired: ['dirty/b02-repaired', 'dirty/b02-first-repair'],
    closest: { broken: 'dirty/b02-first-repair#flag-first', repaired: 'dirty/b02-first-repair' },
    controls: [{ what: 'the fault must wait for the page lock', case: 'dirty/b02-repaired#no-wait' }, { what: 'that it waits is enough by itself', case: 'dirty/b02-wait-alone' }],
    notes: 'An answer to Andrew Morton\'s question of 2006-12-29 why ext2 and data=writeback corrupted too; nobody is known to have met it. Not in the catalogue: B03\'s repair of seven months later would have closed it as well (dirty/b02-wait-alone).',
  },
  {
    id: 'b03-clear-vs-fault', entry: 'B03', title: 'A fault comes between page_mkclean and the clearing of PG_dirty',
    subsystem: 'writeback',
    commits: [{ hash: '79352894b28550ee0eee919149f57626ec1b3572', subject: 'mm: fix clear_page_dirty_for_io vs fault race', release: '2.6.23-rc1', author: 'Nick Piggin' }],
    affected: { since: '2.6.20-rc3', fixed: '2.6.23-rc1' },
    procedures: ['do_wp_page', 'do_no_page', 'clear_page_dirty_for_io', 'wait_on_page_locked'],
    broken: ['dirty/b03-clear-vs-fault'], repaired: ['dirty/b03-repaired'],
    closest: { broken: 'dirty/b03-repaired#no-wait', repaired: 'dirty/b03-repaired' },
    controls: [
      { what: 'the fault must wait for the page lock', case: 'dirty/b03-repaired#no-wait' },
      { what: '2.6.19, which clears PG_dirty first, does not have it', case: 'dirty/b03-before' },
    ],
  },
  {
    id: 'b04-lost-dirty-bit', entry: 'B04', title: 'try_to_free_buffers clears the dirty flag of a page that was dirtied after its buffers went',
    subsystem: 'writeback',
    commits: [
      { hash: '46d2277c796f9f4937bfa668c40b2e3f43e93dd0', subject: 'Clean up and make try_to_free_buffers() not race with dirty pages', release: '2.6.20-rc2', author: 'Linus Torvalds' },
      { hash: 'ecdfc9787fe527491baefc22dce8b2dbd5b2908d', subject: 'Resurrect \'try_to_free_buffers()\' VM hackery', release: '2.6.20-rc7', author: 'Linus Torvalds' },
      { hash: '87df7241bd547da5d4d4a4e5397866dfe422e439', subject: '[PATCH] Fix try_to_free_buffer() locking', release: '2.6.20-rc7', author: 'Nick Piggin' },
    ],
    affected: { since: '2.6.19', fixed: '2.6.20-rc2' },
    procedures: ['try_to_free_buffers', '__set_page_dirty_buffers', 'clear_page_dirty'],
    broken: ['dirty/b04-lost-dirty-bit'], repaired: ['dirty/b04-repaired', 'dirty/a4.7-no-inversion'],
    closest: { broken: 'dirty/b04-repaired#cleared-late', repaired: 'dirty/b04-repaired' },
    controls: [
      { what: 'clearing inside private_lock, but with page_mkclean, deadlocks with zap', case: 'dirty/a4.7-lock-inversion' },
      { what: 'cancelling the flag is wrong under a writable PTE whose buffers the journal has cleaned', case: 'dirty/new-strip-after-journal' },
    ],
    notes: 'The third commit, which the catalogue could not confirm, is in 2.6.20-rc7, 55 commits after the second, which had opened the race again.',
  },
];

/** The fault's side: rmap walk, page_mkwrite. */
const faults: readonly Race[] = [
  {
    id: 'b05-transient-none', entry: 'B05', title: 'The rmap walk skips a PTE that is none for a moment',
    subsystem: 'writeback',
    commits: [{ hash: '479db0bf408e65baa14d2a9821abfcbc0804b847', subject: 'mm: dirty page tracking race fix', release: '2.6.27-rc4', author: 'Nick Piggin' }],
    affected: { since: '2.6.19', fixed: '2.6.27-rc4' },
    procedures: ['page_check_address', 'page_mkclean_one', 'set_pte_at', 'change_pte_range'],
    ingredients: ['transient entry'],
    broken: ['dirty/b05-transient-none'], repaired: ['dirty/b05-repaired'],
    controls: [
      { what: 'the fault\'s own rewrite, on an architecture that clears first, is covered by its wait for the page lock', case: 'dirty/b05-clear-first' },
      { what: 'but only by that', case: 'dirty/b05-clear-first#no-wait' },
    ],
    notes: 'The commit speaks of architectures whose set_pte_at clears first. mprotect clears and sets on every architecture and makes a dirty entry writable again by itself (mm/mprotect.c of 2.6.19), so the race is everywhere.',
  },
  {
    id: 'b06-frame-reuse', entry: 'B06', title: 'pte_same cannot tell a frame from its next use at the same place',
    subsystem: 'writeback',
    commits: [{ hash: 'c3704ceb4ad055b489b143f4e37c57d128908012', subject: '[PATCH] page_mkwrite caller race fix', release: '2.6.21-rc1', author: 'Hugh Dickins' }],
    affected: { since: '2.6.18', fixed: '2.6.21-rc1' },
    procedures: ['do_wp_page', 'page_mkwrite', 'vmtruncate'],
    broken: ['dirty/b06-frame-reuse'], repaired: ['dirty/b06-repaired'],
    controls: [{ what: 'the reference must be dropped after the PTE lock is taken', case: 'dirty/b06-repaired#early-put' }],
    notes: 'Hash and subject, which the catalogue could not confirm, are in the history. No file system in the tree had a page_mkwrite before 2.6.22, so no released kernel could meet it.',
  },
  {
    id: 'b07-reservation-consumed', entry: 'B07', title: 'Write-back uses up what page_mkwrite reserved before the page is dirty',
    subsystem: 'writeback',
    commits: [{ hash: 'b827e496c893de0c0f142abfaeb8730a2fd6b37f', subject: 'mm: close page_mkwrite races', release: '2.6.30-rc5', author: 'Nick Piggin' }],
    affected: { since: '2.6.18', fixed: '2.6.30-rc5' },
    procedures: ['do_wp_page', 'page_mkwrite', 'write_cache_pages', 'set_page_dirty'],
    broken: ['dirty/b07-reservation-consumed'], repaired: ['dirty/b07-repaired', 'dirty/i8-mkwrite-locked'],
    closest: { broken: 'dirty/b07-repaired#unlocked-between', repaired: 'dirty/b07-repaired' },
    controls: [{ what: 'page_mkwrite must return the page locked', case: 'dirty/b07-repaired#early-unlock' }],
  },
];

/** Zap against write-back. */
const zap: readonly Race[] = [
  {
    id: 'b11-zap-before-flush', entry: 'B11', title: 'Zap moves D to the page and flushes after the PTE lock: a store through the stale TLB entry is lost',
    subsystem: 'writeback',
    commits: [{ hash: '1cf35d47712dd5dc4d62c6ce984f04ac6eab0408', subject: 'mm: split \'tlb_flush_mmu()\' into tlb flushing and memory freeing parts', release: '3.15-rc3', author: 'Linus Torvalds' }],
    affected: { since: '2.6.19', fixed: '3.15-rc3' },
    procedures: ['zap_pte_range', 'tlb_flush_mmu', 'page_mkclean'],
    broken: ['dirty/b11-zap-mapped-twice', 'dirty/b11-zap-mapped-once'], repaired: ['dirty/b11-repaired'],
    controls: [
      { what: 'it needs B05\'s repair: a walk that peeks without the PTE lock does not wait for the flush', case: 'dirty/b11-repaired#peek' },
      { what: 'the flush must come before the PTE lock is dropped', case: 'dirty/b11-repaired#flush-late' },
      { what: 'it does not help for the last mapping (B12)', case: 'dirty/b12-last-mapping' },
    ],
  },
  {
    id: 'b12-last-mapping', entry: 'B12', title: 'With the last mapping gone from rmap, page_mkclean never meets the PTE lock under which zap flushes',
    subsystem: 'writeback',
    commits: [{ hash: '5df397dec7c4c08c23bd14f162f1228836faa4ce', subject: 'mm: delay page_remove_rmap() until after the TLB has been flushed', release: '6.2-rc1', author: 'Linus Torvalds' }],
    affected: { since: '2.6.19', fixed: '6.2-rc1' },
    procedures: ['zap_pte_range', 'page_remove_rmap', 'page_mkclean'],
    broken: ['dirty/b12-last-mapping'], repaired: ['dirty/b12-repaired', 'dirty/munmap'],
    closest: { broken: 'dirty/b12-repaired#rmap-before-flush', repaired: 'dirty/b12-repaired' },
    controls: [
      { what: 'rmap removal delayed, but past the PTE lock as well', case: 'dirty/b12-repaired#rmap-after-lock' },
      { what: 'it needs B05\'s repair too', case: 'dirty/b12-repaired#peek' },
    ],
  },
];

export const dirtyRaces: readonly Race[] = [...december2006, ...faults, ...zap];
