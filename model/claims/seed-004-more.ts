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
    verdict: 'false', scenarios: ['seed-004/a4.2-kill-dirtiers', 'seed-004/a4.2-kill-dirtiers-page-locked', 'seed-004/a4.2-kill-and-unmap'],
    why: 'A thread of another program makes its PTE writable after the walk has looked at it and before the page is gone; its sibling stores; the store is thrown away with the page and nobody is told. The page lock is held from before the walk to after the removal, and does not help, because a write-protect fault takes no page lock before it writes the PTE.',
  },
  {
    id: 'seed-004/kill-dirtiers-made-sound', thread, entry: 'A4.2', by: 'derived', date: LAST_DAY,
    claim: 'The repair can be made sound: every program whose store is thrown away gets SIGBUS, and no other.',
    verdict: 'conditional', scenarios: ['seed-004/a4.2-kill-and-unmap-page-locked', 'seed-004/a4.2-page-goes-first'],
    assumptions: [
      { what: 'The page is locked from the walk to the removal.', without: 'seed-004/a4.2-kill-and-unmap-page-locked#no-page-lock' },
      { what: 'The walk removes clean PTEs too, so that later faults must find the page anew.', without: 'seed-004/a4.2-kill-dirtiers-page-locked' },
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

export const seed004More: readonly Claim[] = [...fscache, ...enospc, ...phases, ...throttle];
