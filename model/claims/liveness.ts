/** The claims of the threads about progress: what keeps happening, or never does, under weak or strong fairness. */
import type { Claim } from './claim.ts';

const [t000, t004] = ['000', '004'] as const;

export const livenessClaims: readonly Claim[] = [
  {
    id: 'seed-004/store-beats-write-back', thread: t004, entry: 'A4.6', by: 'David Howells', date: '2006-05-30',
    claim: '"The common case is probably that the store instruction will beat the writeback": a store whose page is cleaned before it comes is tried again, and comes about in the end.',
    verdict: 'conditional', scenarios: ['seed-004/a4.6-passes-end', 'seed-004/a4.6-fault-for-ever'],
    assumptions: [
      { what: 'Write-back pauses: somewhere between two passes the program is fast enough to fault and to store.', without: 'seed-004/a4.6-fault-for-ever' },
      { what: 'The fault leaves the PTE writable.', without: 'seed-004/a4.6-passes-end#no-W' },
      { what: 'page_mkclean gives the PTE lock back.', without: 'seed-004/a4.6-passes-end#keeps-the-PTE-lock' },
    ],
    why: 'With as many passes as one likes, as long as they end, weak fairness is enough. If write-back never pauses there is a run, fair even where every lock serves in order, in which program and write-back both go round for ever: the fault makes the page dirty and writable, a pass cleans it, the store faults. Each round writes a page to disk that nobody has changed. Nothing in the protocol bounds the number of rounds; what does is that a pass takes longer than a store.',
  },
  {
    id: 'seed-004/throttle-frees-all', thread: t004, entry: 'A4.16', by: 'derived', date: '2006-05-25',
    claim: 'A write fault that sleeps in balance_dirty_pages with mmap_sem held keeps nobody for ever: write-back sets all free.',
    verdict: 'conditional', scenarios: ['seed-004/a4.16-unstuck-by-write-back', 'seed-004/a4.16-server-faults'],
    assumptions: [
      { what: 'Write-back goes on, whatever the device.', without: 'seed-004/a4.16-unstuck-by-write-back#device-stalls' },
      { what: 'Nobody whom write-back needs takes mmap_sem of the throttled process: a file system in user space served by one of its threads is stuck behind the waiting writer.', without: 'seed-004/a4.16-server-faults' },
    ],
    why: 'One program that is throttled, one writer of mmap_sem behind it, one reader behind that, and a thread that writes pages of other files. The thread of 2006 speaks of neither.',
  },
  {
    id: 'seed-004/throttle-holds-writer-alone', thread: t004, entry: 'A4.16', by: 'derived', date: '2006-05-25',
    claim: 'Throttling in the fault holds back the one who writes, and nobody else ("Now that we can detect writers of shared mappings, throttle them").',
    verdict: 'false', scenarios: ['seed-004/a4.16-ps-hangs', 'seed-004/a4.16-readers-pass'],
    why: 'While the device stalls, ps, which only reads from the process, hangs: a writer of mmap_sem waits for the throttled fault, and readers wait behind it. With a semaphore that lets readers pass waiting writers ps gets its answer: what couples them is the fairness to writers.',
  },
  {
    id: 'seed-004/throttle-unlocked', thread: t004, entry: 'A4.16', by: 'pterace', date: '2026-11-22',
    claim: 'It is enough to give mmap_sem back before the fault throttles.',
    verdict: 'conditional', scenarios: ['seed-004/a4.16-throttled-unlocked'],
    assumptions: [{ what: 'It is given back on every fault that throttles.', without: 'seed-004/a4.16-throttled-unlocked#under-mmap-sem' }],
    why: 'As fault_dirty_shared_page of 6.2 does: "Drop the mmap_lock before waiting on IO, if we can." It cannot for a fault that has been tried before, or where a lock of the VMA is all that is held; those are not modelled.',
    new: { sure: 'Nobody in the thread saw the inversion. Sure: the sources of 2.6.24 throttle under mmap_sem and those of 6.2 say that they do not, and why.' },
  },
  {
    id: 'seed-004/howells-nowhere-to-write', thread: t004, entry: 'A4.2', by: 'David Howells', date: '2006-05-30',
    claim: 'ENOSPC must be known before the PTE changes, so "that the kernel isn\'t left with dirty pages attached to inodes it\'d like to dispose of but can\'t because there\'s nowhere to write the data".',
    verdict: 'conditional', scenarios: ['seed-004/a4.2-block-first', 'seed-004/a4.2-nowhere-to-write'],
    assumptions: [{ what: 'The block was reserved before the page was dirty.', without: 'seed-004/a4.2-nowhere-to-write' }],
    why: 'With a block the next pass writes the page, however full the disk is. Without one a file system that leaves the page dirty writes at it for ever (I15). That a page becomes dirty without a block is shown by dirty/a4.2-sigbus-suffices.',
  },
  {
    id: 'seed-004/unwritable-pages-wait', thread: t004, entry: 'A4.2', by: 'David Howells', date: '2006-05-30',
    claim: 'Without page_mkwrite there are "unwritable pages sat around in the pagecache because there\'s no space on the backing device to write them back": they wait there.',
    verdict: 'conditional', scenarios: ['seed-004/a4.2-space-comes-back', 'seed-004/a4.2-given-up'],
    assumptions: [
      { what: 'The file system leaves the page dirty when it finds no block. Those of fs/buffer.c do not: the page ends clean, with an error noted for fsync, and the next reclaim drops what was stored.', without: 'seed-004/a4.2-given-up' },
      { what: 'Somebody frees a block.', without: 'seed-004/a4.2-space-comes-back#nobody-frees' },
    ],
    why: 'The dirty page that can never be cleaned and the data that is silently destroyed are the two ends of the same choice, made in ->writepage; the thread speaks of both as if they came together.',
  },
  {
    id: 'seed-000/writer-gets-to-write', thread: t000, entry: 'A0.1', by: 'Jérôme Glisse', date: '2020-01-21',
    claim: '"This write protection is intend to be broken at anytime in reasonable time (like KSM today) so that we never block more than necessary anything that need to write to the page."',
    verdict: 'conditional', scenarios: ['seed-000/a0.1-in-reasonable-time', 'seed-000/a0.1-protected-again'],
    assumptions: [
      { what: 'Who protects does not begin again before the writer has stored: ksmd sleeps.', without: 'seed-000/a0.1-protected-again' },
      { what: 'Who protects waits for nobody while the page is locked.', without: 'seed-000/a0.1-in-reasonable-time#waits-for-the-writer' },
    ],
    why: 'From every state that one store and one pass of ksmd of 5.5 can come to, the store comes about under weak fairness. "Reasonable time" itself is not settled: progress knows no time. A protector without a pause can undo the break before every store, even where every lock serves in order; the store is then never made.',
  },
];
