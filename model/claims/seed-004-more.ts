/** The claims of thread 004 that the scenarios of its own folder settle. */
import type { Claim } from './claim.ts';

const thread = '004';
const POSTED = '2006-05-25';
const LAST_DAY = '2006-05-30';

/** FS-Cache: the copy of the clean page (A4.1). */
const fscache: readonly Claim[] = [
  {
    id: 'seed-004/howells-waits-for-the-copy', thread, entry: 'A4.1', by: 'David Howells', date: LAST_DAY,
    claim: 'page_mkwrite "wait[s] for page to be written to the cache" before the PTE is modified, and so "we don\'t let the clean page be modified or released until the write to the cache is complete".',
    verdict: 'conditional', scenarios: ['seed-004/a4.1-fscache-mkwrite', 'seed-004/a4.1-fscache-one-thread'],
    assumptions: [
      { what: 'The wait is in page_mkwrite, before the PTE.', without: 'seed-004/a4.1-fscache-mkwrite#no-wait' },
      { what: 'It is not in set_page_dirty, after the PTE.', without: 'seed-004/a4.1-fscache-set-page-dirty' },
      { what: 'A page is copied once, after it was fetched: no copy begins between the wait and the PTE write.', without: 'seed-004/a4.1-fscache-second-copy' },
    ],
    why: 'Two threads store while the copy reads the page in two halves: each half is the version that came from the server. The model\'s copy is two reads; a real one tears in more ways, not in fewer.',
  },
  {
    id: 'seed-004/lameter-the-page-is-marked-dirty', thread, entry: 'A4.1', by: 'Christoph Lameter', date: LAST_DAY,
    claim: 'With the wait in set_page_dirty: "Regardless of what \'written to the cache\' exactly means here we have the page marked dirty in the mapping and queued for write back."',
    verdict: 'false', scenarios: ['seed-004/a4.1-fscache-set-page-dirty', 'seed-004/a4.1-fscache-one-thread'],
    why: 'The page will be written to the server, and that was not the question: the copy in the cache holds half of one version and half of the next, and nothing says so. It takes a second thread that shares the page table, as Howells wrote; with one thread the order does no harm.',
  },
  {
    id: 'seed-004/new-second-copy', thread, entry: 'A4.1', by: 'pterace', date: LAST_DAY,
    claim: 'To wait in page_mkwrite is enough for a file system that copies clean pages at other times than after the fetch.',
    verdict: 'false', scenarios: ['seed-004/a4.1-fscache-second-copy', 'seed-004/a4.1-fscache-second-copy-locked'],
    why: 'The wait is over before the PTE is writable, and no lock is kept: a copy that begins in between is torn by the store. It is the shape of B07 with a reader in place of write-back, and what closes B07 closes it: from 2.6.30 page_mkwrite returns the page locked.',
    new: { sure: 'Sure of the protocol. The patches of May 2006 copy a page after they have read it, so they do not meet it; a file system that refreshes its cache would.' },
  },
];

/** No room in set_page_dirty: whom to kill (A4.2). */
const enospc: readonly Claim[] = [
  {
    id: 'seed-004/lameter-kill-who-maps', thread, entry: 'A4.2', by: 'Christoph Lameter', date: LAST_DAY,
    claim: 'set_page_dirty may, when there is no room, "track down all processes that use the mapping" and "terminate them with SIGBUS".',
    verdict: 'false', scenarios: ['seed-004/a4.2-kill-who-maps'],
    why: 'A program that only reads is killed. Howells: "They should not be terminated if they haven\'t attempted to write to the mapping." Nothing is raced for; it is what the policy says.',
  },
  {
    id: 'seed-004/lameter-kill-dirtiers', thread, entry: 'A4.2', by: 'Christoph Lameter', date: LAST_DAY,
    claim: '"One can track down the processes that have dirtied the pte to the page in question and just terminate those and remove the page."',
    verdict: 'false', scenarios: ['seed-004/a4.2-kill-dirtiers', 'seed-004/a4.2-kill-dirtiers-page-locked', 'seed-004/a4.2-kill-and-unmap', 'seed-004/a4.2-kill-late', 'seed-004/a4.2-kill-late-stale'],
    why: 'A clean PTE that the walk has left is made writable later, the program stores, and the store is thrown away with the page; set_page_dirty of a page that is gone has never been an error. The page lock, held from before the walk to after the removal, does not help: a write-protect fault takes none before it writes the PTE. The kindest reading makes that an error and tells every loser (a4.2-kill-late), but it leaves readers with a page that is no longer the file\'s (a4.2-kill-late-stale).',
  },
  {
    id: 'seed-004/kill-dirtiers-made-sound', thread, entry: 'A4.2', by: 'derived', date: LAST_DAY,
    claim: 'The repair can be made sound: every program whose store is thrown away gets SIGBUS, and no other.',
    verdict: 'conditional', scenarios: ['seed-004/a4.2-kill-and-unmap-page-locked', 'seed-004/a4.2-page-goes-first'],
    assumptions: [
      { what: 'The page is locked from the walk to the removal.', without: 'seed-004/a4.2-kill-and-unmap-page-locked#no-page-lock' },
      { what: 'The walk removes clean PTEs too, so that later faults must find the page anew.', without: 'seed-004/a4.2-kill-dirtiers-page-locked' },
      { what: 'That stays so if set_page_dirty kills whoever comes to a page that is gone: readers are not told.', without: 'seed-004/a4.2-kill-late-stale' },
      { what: 'Faults take the page lock before they install a PTE (2.6.23), or the page leaves the cache before its PTEs go.', without: 'seed-004/a4.2-kill-and-unmap' },
      { what: 'In the second case: the walk counts truncate_count.', without: 'seed-004/a4.2-page-goes-first#no-count' },
      { what: 'And the walk takes the PTE lock before it looks, unlike rmap walks before 2.6.27.', without: 'seed-004/a4.2-page-goes-first#peek' },
    ],
    why: 'The catalogue says that the repair is racy "unless the page lock is held across both". That is neither enough (see seed-004/lameter-kill-dirtiers) nor the only way. Sound means that nobody loses a store unawares: the data are destroyed all the same, which Howells calls not "really an acceptable answer". Searched without TLBs, and only for stores through mappings: write(2) is not there.',
  },
  {
    id: 'seed-004/lameter-reserve-in-set-page-dirty', thread, entry: 'A4.2', by: 'Christoph Lameter', date: LAST_DAY,
    claim: '"We could do the reservation in as part of the set_page_dirty FS method."',
    verdict: 'false', scenarios: ['dirty/a4.2-sigbus-suffices', 'seed-004/a4.2-kill-dirtiers'],
    why: 'set_page_dirty is called after the PTE is writable, so a reservation that fails there comes after another CPU\'s store. Called before, it loses the record of dirtiness instead: seed-004/howells-dirty-first-would-work.',
  },
  {
    id: 'seed-004/lameter-no-sleep-no-error', thread, entry: 'A4.2', by: 'Christoph Lameter', date: '2006-05-26',
    claim: '"We can then avoid doing too many things on set_page_dirty so that we do not have to sleep or return an error."',
    verdict: 'conditional', scenarios: ['dirty/a4.8-reference'],
    assumptions: [{ what: 'It indeed does not sleep: zap calls it with the PTE lock held.', without: 'dirty/a4.8-reference#zap-sleeps' }],
    why: 'As a first stage without page_mkwrite, for file systems that need neither reservation nor cache: what v5 does where there is no page_mkwrite.',
  },
];

/** One call or two, and when (A4.1, A4.2, A4.18). */
const phases: readonly Claim[] = [
  {
    id: 'seed-004/lameter-called-before-the-write', thread, entry: 'A4.1', by: 'Christoph Lameter', date: '2006-05-26',
    claim: '"The tracking patch changes that behavior. set_page_dirty is called before the write to the page occurs and so its similar to the new method introduced by David\'s patch."',
    verdict: 'false', scenarios: ['seed-004/lameter-dirty-before-write', 'seed-004/lameter-dirty-before-write-one-thread'],
    why: 'Before the write of the thread that faults: true of a program of one thread. A second thread finds the PTE writable and stores before set_page_dirty is called.',
  },
  {
    id: 'seed-004/lameter-potentially-dirty', thread, entry: 'A4.1', by: 'Christoph Lameter', date: '2006-05-26',
    claim: '"The page_mkwrite() method does not really allow the tracking of dirty pages. It is a way to track the potentially dirty pages."',
    verdict: 'true', scenarios: ['seed-004/mkwrite-tells-of-maybe'],
    why: 'The scenario reaches a page that the file system was told of and that nobody stored to: truncation came after page_mkwrite. What follows from it, that page_mkwrite is not wanted, does not: it is called before every store, which set_page_dirty is not.',
  },
  {
    id: 'seed-004/lameter-pte-dirty-is-enough', thread, entry: 'A4.14', by: 'Christoph Lameter', date: LAST_DAY,
    claim: '"The page dirty state may also be reflected by any dirty bit set in a pte pointing to the page even if the dirty state is not set on the page itself"; so the order "continues established usage".',
    verdict: 'conditional', scenarios: ['dirty/a4.14-msync-before'],
    assumptions: [{ what: 'msync looks for dirt in the PTEs. Patch 3/3 of the same series takes that away.', without: 'dirty/a4.14-msync-before#no-scan' }],
    why: 'True of 2.6.17. With the patch under discussion PG_dirty alone must know, and the usage ends.',
  },
  {
    id: 'seed-004/howells-dirty-first-would-work', thread, entry: 'A4.2', by: 'David Howells', date: LAST_DAY,
    claim: '"Of course, if you\'re proposing to call set_page_dirty() before the PTE is modified, that would work. But you still have to make sure that it isn\'t called under spinlock."',
    verdict: 'false', scenarios: ['seed-004/howells-dirty-first', 'seed-004/a4.18-one-call-locked'],
    why: 'It would work as a notification. As the record of dirtiness it fails: write-back takes PG_dirty away between the call and the PTE write, finds the PTE read-only, and the store that follows is known to nobody. Nobody in the thread said so; he says himself that the page must not be marked dirty too early, of the call after the PTE.',
  },
  {
    id: 'seed-004/dickins-prepare-and-commit', thread, entry: 'A4.18', by: 'Hugh Dickins', date: LAST_DAY,
    claim: 'page_mkwrite and set_page_dirty cannot be combined "unless we sacrifice the guarantee that one or the other is there to give. It\'s much like the relationship between ->prepare_write and ->commit_write."',
    verdict: 'conditional', scenarios: ['seed-004/a4.18-two-phase', 'seed-004/a4.18-two-phase-v5'],
    assumptions: [
      { what: 'The first call comes before the PTE write: after it alone the file system is told too late.', without: 'seed-004/a4.18-two-phase#only-after' },
      { what: 'The second comes after it: before it alone, with no lock kept, write-back takes the dirt away.', without: 'seed-004/a4.18-two-phase#only-before' },
      { what: 'What the first prepares is still there at the second: the page is locked in between, as from 2.6.30 on.', without: 'seed-004/a4.18-two-phase#unlocked' },
    ],
    why: 'Two calls give both guarantees, and in May 2006, with no lock from one to the other, either alone gives one. The patch as posted keeps I12, I3 and I1 (a4.18-two-phase-v5) and loses a reservation to write-back. "Cannot" is too strong: seed-004/new-one-call-under-the-page-lock.',
  },
  {
    id: 'seed-004/new-one-call-under-the-page-lock', thread, entry: 'A4.18', by: 'pterace', date: LAST_DAY,
    claim: 'One call before the PTE write gives both guarantees if the page stays locked until the PTE is written.',
    verdict: 'conditional', scenarios: ['seed-004/a4.18-one-call-locked'],
    assumptions: [{ what: 'The page lock is kept until the PTE is written.', without: 'seed-004/a4.18-one-call-locked#unlocked' }],
    why: 'Write-back cleans pages under the page lock, so it cannot come between. With ext3\'s journal, which takes no page lock, only the buffers are cleaned, and page_mkclean makes them dirty again (from 2.6.20 on). Not modelled: a file system that cannot take the page lock there for reasons of its own order of locks.',
    new: { sure: 'Sure in the model: one writer and one pass of write-back. block_page_mkwrite does it: it dirties the page, and 2.6.30 keeps the lock; the kernel calls set_page_dirty again all the same.' },
  },
];

/** The throttle of patch 2/3 (A4.16); that it sleeps with mmap_sem held is a question of progress. */
const throttle: readonly Claim[] = [
  {
    id: 'seed-004/zijlstra-throttles-writers', thread, entry: 'A4.16', by: 'Peter Zijlstra', date: POSTED,
    claim: '"Now that we can detect writers of shared mappings, throttle them."',
    verdict: 'conditional', scenarios: ['seed-004/a4.16-balanced', 'seed-004/a4.16-repaired'],
    assumptions: [
      { what: 'The page is clean when set_page_dirty_balance comes: page_mkwrite has not dirtied it. block_page_mkwrite does.', without: 'seed-004/a4.16-mkwrite-dirtied' },
      { what: 'Or, from 2.6.23 on (a200ee182a0), it throttles whenever page_mkwrite was called.', without: 'seed-004/a4.16-repaired#if-newly-dirty' },
      { what: 'The fault goes through.', without: 'seed-004/a4.16-backed-out' },
    ],
    why: 'Every fault that dirties a page and goes through calls balance_dirty_pages. v5 has no file system whose page_mkwrite dirties the page; Zijlstra closed that himself in October 2007.',
  },
  {
    id: 'seed-004/new-backs-out-unthrottled', thread, entry: 'A4.16', by: 'pterace', date: '2007-10-08',
    claim: 'With a200ee182a0 every fault that dirties a page throttles its writer.',
    verdict: 'false', scenarios: ['seed-004/a4.16-backed-out', 'seed-004/a4.16-repaired'],
    why: 'Two threads fault on one page, page_mkwrite dirties it in the first, the second is faster with the PTE, and the first backs out at pte_same without a call. Harmless by itself: the faster thread throttles.',
    new: { sure: 'Sure: in the source of 2.6.23 the branch for a changed PTE leaves before dirty_page is set. That it lets anybody escape the throttle for long is not claimed.' },
  },
];

/** Walks that miss a mapping, faults that map what has gone, and the other hunks (A4.13 to A4.15, A4.20, A4.21). */
const hunks: readonly Claim[] = [
  {
    id: 'seed-004/new-nonlinear-missed', thread, entry: 'A4.13', by: 'pterace', date: POSTED,
    claim: 'page_mkclean of v5 finds every PTE of the page in a shared mapping.',
    verdict: 'false', scenarios: ['seed-004/a4.13-nonlinear-missed', 'seed-004/a4.13-nonlinear-msync', 'seed-004/a4.13-linear-instead', 'seed-004/a4.13-nonlinear-weak'],
    why: 'remap_file_pages moves its VMA from the i_mmap tree to the i_mmap_nonlinear list, and page_mkclean walks the tree. The PTE stays writable over write-back; the next store is known to the PTE alone, and msync(MS_SYNC) returns without it. It is moved to the page when the PTE goes, so nothing is lost for good.',
    new: { sure: 'Sure: read in the source of 2.6.17 to 2.6.22, and repaired in 2.6.23 by commit 3ee6dafc677 with a comment that says so.' },
  },
  {
    id: 'seed-004/linear-where-accounted', thread, entry: 'A4.13', by: 'derived', date: '2007-07-19',
    claim: 'Where dirty pages are accounted, remap_file_pages can be emulated with linear VMAs, and page_mkclean misses nothing (3ee6dafc677).',
    verdict: 'conditional', scenarios: ['seed-004/a4.13-linear-instead'],
    assumptions: [{ what: 'The VMA is in the i_mmap tree.', without: 'seed-004/a4.13-linear-instead#nonlinear' }],
    why: 'The world has one page of one file: that the page is at another place of the file is said, not shown.',
  },
  {
    id: 'seed-004/zijlstra-async-does-nothing', thread, entry: 'A4.14', by: 'Peter Zijlstra', date: POSTED,
    claim: 'msync(MS_ASYNC) "doesn\'t do anything, since dirty pages are properly tracked. The application may now run fsync() to write out the dirty pages".',
    verdict: 'conditional', scenarios: ['seed-004/a4.14-async-does-nothing', 'seed-004/a4.14-async-before'],
    assumptions: [
      { what: 'The fault dirties the page.', without: 'seed-004/a4.14-async-does-nothing#no-set-page-dirty' },
      { what: 'page_mkclean meets every mapping. v5 misses nonlinear ones.', without: 'seed-004/a4.13-nonlinear-msync' },
      { what: 'No PTE becomes writable without a fault. v5\'s own mprotect makes such PTEs.', without: 'dirty/a4.12-mprotect-old-flags' },
    ],
    why: 'After store, msync(MS_ASYNC) and fsync the store is on disk. In 2.6.17 the same needs MS_ASYNC to look at the PTEs (a4.14-async-before#no-scan). That v5 returns before it checks its arguments is not modelled.',
  },
  {
    id: 'seed-004/truncate-count-suffices', thread, entry: 'A4.15', by: 'derived', date: POSTED,
    claim: 'do_no_page may call page_mkwrite on an unlocked page: if the page is truncated meanwhile, truncate_count tells.',
    verdict: 'conditional', scenarios: ['seed-004/a4.15-truncate-vs-fault', 'seed-004/a4.15-page-locked'],
    assumptions: [
      { what: 'Who takes the page away counts truncate_count after the fault has read it.', without: 'seed-004/a4.15-truncate-vs-fault#no-count' },
      { what: 'It is truncation. Invalidation of a page that nobody maps does not count.', without: 'seed-004/a4.15-invalidate-vs-fault' },
    ],
    why: 'The store of the second case goes into a page that is no longer in the file. From 2.6.23 on the fault holds the page lock while it installs the PTE, and asks whose page it is (d00806b1831); that covers both.',
  },
  {
    id: 'seed-004/new-invalidate-drops-dirt', thread, entry: 'A4.15', by: 'pterace', date: POSTED,
    claim: 'A store that v5 tracks as dirt survives invalidate_inode_pages2.',
    verdict: 'false', scenarios: ['seed-004/a4.15-invalidate-drops-dirt', 'seed-004/a4.15-dirty-page-stays'],
    why: 'Direct IO writes the file\'s pages out and then invalidates them. A store in between dirties the page; invalidate_inode_pages2_range clears that with test_clear_page_dirty, which v5 has just taught to clean PTEs, and the look at PG_dirty that should keep the page comes after.',
    new: { sure: 'Sure of the code: 2.6.17 and 2.6.19 were read, and fba2591bf4e (2.6.20-rc2) takes the call away. Direct IO beside a writable mapping promises little, so it may have been nobody\'s bug.' },
  },
  {
    id: 'seed-004/install-page-keeps-its-value', thread, entry: 'A4.20', by: 'Peter Zijlstra', date: POSTED,
    claim: 'install_page may pass on the PTE value that it wrote, and need not read the PTE again (hunk of mm/fremap.c).',
    verdict: 'true', scenarios: ['seed-004/a4.20-keeps-the-value', 'seed-004/a4.20-reads-again'],
    why: 'Either value is good for a TLB that software loads: the one that was read again may have a D that hardware has set meanwhile, the one that was written lacks it, and the next store walks. Only to write it back would lose a store (a4.20-reads-again#writes-back). In v5 the PTE is read-only and nothing can be set.',
  },
  {
    id: 'seed-004/lameter-establish-flushes', thread, entry: 'A4.21', by: 'Christoph Lameter', date: POSTED,
    claim: '"You only changed protections on an estisting pte and ptep_establish already flushed the tlb. No need to call update_mmu_cache."',
    verdict: 'conditional', scenarios: ['seed-004/a4.21-establish-flushes'],
    assumptions: [{ what: 'ptep_establish flushes before the PTE lock is dropped.', without: 'seed-004/a4.21-establish-flushes#no-flush' }],
    why: 'Without update_mmu_cache, which the model does not call there, no CPU holds a translation that allows more than the PTE once the lock is free. That holds for page_mkclean; zap before 3.15 and mprotect flush after the lock.',
  },
];

/** A file system that writes elsewhere (A4.17). */
const logStructured: readonly Claim[] = [
  {
    id: 'seed-004/anderson-lee-before-the-pte', thread, entry: 'A4.17', by: 'Jeff Anderson-Lee', date: '2006-05-26',
    claim: 'A function called "BEFORE the pte\'s writeable bit is set so that the pages\' mapping can either be unmapped or remapped" prevents "readers of the old (read-only) version of the page from seeing any changes".',
    verdict: 'conditional', scenarios: ['seed-004/a4.17-mkwrite', 'seed-004/a4.17-page-locked'],
    assumptions: [
      { what: 'It is called before the PTE is writable.', without: 'seed-004/a4.17-set-page-dirty' },
      { what: 'Look-ups of the old version do not find the page any more; to unmap it is not enough.', without: 'seed-004/a4.17-unmap-only' },
      { what: 'They lose it before its PTEs go, or faults ask under the page lock whose page it is (2.6.23).', without: 'seed-004/a4.17-mkwrite#unmap-first' },
      { what: 'A fault that had found it before is told (truncate_count).', without: 'seed-004/a4.17-mkwrite#no-count' },
      { what: 'In the second case: the page says that it has changed hands.', without: 'seed-004/a4.17-page-locked#mapping-stays' },
    ],
    why: 'The reader maps the old version in another mm and faults at any time. The catalogue asks for the page lock from the unmapping to set_page_dirty; that is not needed where the page changes hands first, and it does not help where the page is unmapped only. One page, one old version, no write-back.',
  },
  {
    id: 'seed-004/anderson-lee-set-page-dirty-too-late', thread, entry: 'A4.17', by: 'derived', date: '2006-05-26',
    claim: 'The file system could take the page from the old version\'s readers in set_page_dirty. Anderson-Lee: "I looked at using set_page_dirty for the first of these hooks, but it comes too late."',
    verdict: 'false', scenarios: ['seed-004/a4.17-set-page-dirty'],
    why: 'He is right. The PTE is writable, a second thread stores, and the old version\'s reader still has the page.',
  },
];

export const seed004More: readonly Claim[] = [...fscache, ...enospc, ...phases, ...throttle, ...hunks, ...logStructured];
