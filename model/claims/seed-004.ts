/** The claims of thread 004 that the worlds of one shared file page settle, and those of `seed-004-more.ts`. */
import type { Claim } from './claim.ts';
import { seed004More } from './seed-004-more.ts';

const thread = '004';
const POSTED = '2006-05-25';

/** Who is told before a page is written (A4.1 to A4.5). */
const notification: readonly Claim[] = [
  {
    id: 'seed-004/lameter-set-page-dirty-notifies', thread, entry: 'A4.1', by: 'Christoph Lameter', date: POSTED,
    claim: '"set_page_dirty() is already a notification that a page is to be dirtied. Why do we need it twice?" Let it sleep and return an error, and page_mkwrite is not needed.',
    verdict: 'false', scenarios: ['dirty/a4.1-set-page-dirty-notifies', 'dirty/a4.1-mkwrite-first'],
    why: 'set_page_dirty comes after the PTE has been made writable. From then on a thread on another CPU that shares the page table may store through it, before the file system has heard of anything; the trace ends where the PTE is writable and nobody was told, dirty/a4.2-sigbus-suffices has that store and what becomes of it.',
  },
  {
    id: 'seed-004/howells-mkwrite-first', thread, entry: 'A4.1', by: 'David Howells', date: '2006-05-30',
    claim: '"page_mkwrite() is called before any of the PTEs referring to a page are made writable", and so before the page can be dirtied through a mapping.',
    verdict: 'conditional', scenarios: ['dirty/a4.1-mkwrite-first', 'dirty/b06-repaired'],
    assumptions: [
      { what: 'The file system is asked first, not told by set_page_dirty afterwards.', without: 'dirty/a4.1-mkwrite-first#set-page-dirty-notifies' },
      { what: 'The frame cannot be freed and used again for the same place between page_mkwrite and pte_same: the caller keeps its reference until the PTE lock is held again. The patch as posted does not.', without: 'dirty/b06-frame-reuse' },
    ],
    why: 'No PTE becomes writable before the file system was told of this use of the frame, with two CPUs and one mm. The second assumption needs truncation and extension between the two; it was met in no file system of the time (docs/findings.md, B06).',
  },
  {
    id: 'seed-004/lameter-sigbus-suffices', thread, entry: 'A4.2', by: 'Christoph Lameter', date: '2006-05-26',
    claim: '"Since we are terminating the application with extreme prejudice on an error (SIGBUS) it does not matter if another process has written to the page in the meantime."',
    verdict: 'false', scenarios: ['dirty/a4.2-sigbus-suffices', 'dirty/a4.2-reserve-first'],
    why: 'The task that gets SIGBUS is the one that faulted. The store of the other CPU has succeeded; it is in a page that has no block and that nobody marked dirty, and it is lost.',
  },
  {
    id: 'seed-004/howells-enospc-before-pte', thread, entry: 'A4.2', by: 'David Howells', date: '2006-05-30',
    claim: '"You have to detect ENOSPC before you modify the PTE, otherwise someone else can jump through your hoop and dirty the page before you can stop them."',
    verdict: 'conditional', scenarios: ['dirty/a4.2-reserve-first', 'dirty/b07-repaired'],
    assumptions: [
      { what: 'The block is reserved before the PTE is writable.', without: 'dirty/a4.2-reserve-first#set-page-dirty-notifies' },
      { what: 'Write-back does not use the reservation up before the page is dirtied: the page stays locked from page_mkwrite to set_page_dirty, as from 2.6.30 on.', without: 'dirty/b07-reservation-consumed' },
    ],
    why: 'With a clean page at the start every store that succeeds has a block. With a page that is dirty at the start the patch as posted loses the reservation to write-back (B07), which nobody in the thread saw.',
  },
  {
    id: 'seed-004/lameter-zap-skips-shared', thread, entry: 'A4.3', by: 'Christoph Lameter', date: '2006-05-26',
    claim: '"zap_pte_range would only have to dirty anonymous pages. The pages of shared mappings would already be dirty."',
    verdict: 'false', scenarios: ['dirty/a4.3-window-2', 'dirty/a4.3-zap-transfers', 'dirty/a4.3-window-2-no-buffers'],
    why: 'A page under write-back is not dirty any more, and its PTE may be: the D bit is then the only thing that makes write-out write what was stored. It takes a journal that has cleaned the buffers, or a store through a stale TLB entry; without buffers and without TLBs nothing is lost. Searched in the protocol of 2.6.23, because v5 itself loses stores to the journal (B01).',
  },
  {
    id: 'seed-004/window-before-set-page-dirty', thread, entry: 'A4.3', by: 'derived', date: '2006-05-26',
    claim: 'A zap that leaves shared pages alone does no harm between a fault\'s PTE write and its set_page_dirty, when PTE and page disagree.',
    verdict: 'conditional', scenarios: ['dirty/a4.3-window-1-reference'],
    assumptions: [{ what: 'The fault holds a page reference until set_page_dirty has run (A4.8), so that the page is dirtied late but is still there.', without: 'dirty/a4.3-window-1' }],
    why: 'The other half of "would already be dirty": here it is not, yet. When the mail was written mmap_sem closed the window, because MADV_DONTNEED took it for writing until 2.6.22; the scenario runs the protocol of 2.6.23, where it is open.',
  },
  {
    id: 'seed-004/lameter-set-page-dirty-sleeps', thread, entry: 'A4.3', by: 'Christoph Lameter', date: POSTED,
    claim: '"What we would need to do is to make sure that set_page_dirty can sleep" (as it would have to, to reserve space).',
    verdict: 'false', scenarios: ['dirty/a4.3-zap-sleeps'],
    why: 'Howells, 2006-05-26: zap_pte_range calls it with the PTE lock held. As long as zap must move the D bit (dirty/a4.3-window-2) that call cannot go, and there it must not sleep.',
  },
  {
    id: 'seed-004/howells-revalidate', thread, entry: 'A4.4', by: 'David Howells', date: POSTED,
    claim: '"Since we dropped the lock we need to revalidate the PTE as someone else may have changed it. If they did, we just return, as we can count on the MMU to tell us if they didn\'t also make it writable." (Comment in his patch, which Zijlstra posted.)',
    verdict: 'conditional', scenarios: ['dirty/a4.4-recheck', 'dirty/accessed-bit'],
    assumptions: [
      { what: 'The PTE is compared after the lock was taken again.', without: 'dirty/a4.4-recheck#no-recheck' },
      { what: 'Equal bits mean the same page: the frame was not freed and used again meanwhile.', without: 'dirty/b06-frame-reuse' },
    ],
    why: 'Truncation during page_mkwrite is noticed, and a fault that returns without doing anything is taken again. Hardware that sets A makes the comparison fail, and that is harmless too.',
  },
  {
    id: 'seed-004/reference-dropped-early', thread, entry: 'A4.5', by: 'derived', date: POSTED,
    claim: 'do_wp_page may drop its page reference as soon as page_mkwrite has returned, before it takes the PTE lock again (the order of patch -1/3).',
    verdict: 'false', scenarios: ['dirty/b06-frame-reuse', 'dirty/b06-repaired'],
    why: 'Truncation frees the frame, a read fault gets it back for the same place, and pte_same sees equal bits: the PTE is made writable without a word to the file system. The order is the same from the posted patch to 2.6.20; Hugh Dickins put it right in c3704ceb4ad (2.6.21-rc1).',
  },
];

/** What the dirty bits owe (A4.6 to A4.11). */
const tracking: readonly Claim[] = [
  {
    id: 'seed-004/howells-dirty-before-store', thread, entry: 'A4.6', by: 'David Howells', date: '2006-05-30',
    claim: '"It\'s possible that the page will be marked dirty in do_wp_page() and then will get written back before the write actually succeeds." The store is not lost by that.',
    verdict: 'conditional', scenarios: ['dirty/a4.6-dirty-before-store'],
    assumptions: [
      { what: 'page_mkclean flushes the TLBs, so that the store faults again.', without: 'dirty/a4.6-dirty-before-store#no-flush' },
      { what: 'Nobody uses up the announcement before the store comes: what page_mkclean finds in the PTEs makes the buffers dirty again. From v5 to 2.6.19 it does not.', without: 'dirty/b02-two-writers' },
    ],
    why: 'It does happen (the scenario reaches write-back before the store). Lameter: "Yes we are aware of that case." What nobody saw: it is the root of the corruption of December 2006, because dirtiness is announced before the contents change. Searched in 2.6.23. Safety only; how often a fault can lose the race is a question of progress.',
  },
  {
    id: 'seed-004/zijlstra-private-lock', thread, entry: 'A4.7', by: 'Peter Zijlstra', date: POSTED,
    claim: '"remove clear_page_dirty() from under ->private_lock. This seems to be save, since ->private_lock is used to serialize access to the buffers, not the page itself."',
    verdict: 'false', scenarios: ['dirty/b04-lost-dirty-bit', 'dirty/b04-repaired'],
    why: 'private_lock keeps "has no dirty buffer" and "is not dirty" together. __set_page_dirty_buffers finds no buffers and sets PG_dirty, and try_to_free_buffers, on its way from the lock, clears it.',
  },
  {
    id: 'seed-004/clear-page-dirty-stays-inside', thread, entry: 'A4.7', by: 'derived', date: POSTED,
    claim: 'clear_page_dirty(), which calls page_mkclean() now, could have stayed under private_lock.',
    verdict: 'false', scenarios: ['dirty/a4.7-lock-inversion', 'dirty/a4.7-no-inversion'],
    why: 'page_mkclean takes i_mmap_lock and the PTE lock, and zap takes private_lock (by set_page_dirty) under the PTE lock. So neither order of v5\'s choice works; the repair cancels PG_dirty inside private_lock and leaves the PTEs alone.',
  },
  {
    id: 'seed-004/new-clean-buffers-clean-page', thread, entry: 'A4.7', by: 'pterace', date: '2007-01-26',
    claim: 'With PG_dirty cancelled inside private_lock (2.6.20 and later, commit ecdfc9787fe) msync and fsync still find every store.',
    verdict: 'false', scenarios: ['dirty/new-strip-after-journal', 'dirty/new-strip-after-journal-weak'],
    why: 'Clean buffers do not mean a clean page while a PTE is writable: the journal cleans the buffers, a program stores, reclaim frees the buffers and cancels PG_dirty. The PTE still knows, so nothing is lost for good.',
    new: { sure: 'Sure of the steps, which were read in the source from 2.6.20 on. It needs a journal that writes data buffers without the page lock (ext3 data=ordered) and too many buffer heads; how often that was met is not known.' },
  },
  {
    id: 'seed-004/lameter-set-page-dirty-outside-lock', thread, entry: 'A4.8', by: 'Christoph Lameter', date: POSTED,
    claim: 'set_page_dirty() can move outside the PTE lock (v3 of the patch, at his suggestion).',
    verdict: 'conditional', scenarios: ['dirty/a4.8-reference', 'dirty/b03-before'],
    assumptions: [
      { what: 'A page reference is taken before the lock is dropped.', without: 'dirty/a4.8-no-reference' },
      { what: 'Write-back clears PG_dirty before it cleans the PTEs, as in v5; or the fault waits for the page lock first. The order of 2.6.20 has neither.', without: 'dirty/b03-clear-vs-fault' },
      { what: 'set_page_dirty does not sleep: zap goes on calling it with the lock held.', without: 'dirty/a4.8-reference#zap-sleeps' },
    ],
    why: 'v5 takes the reference (get_page(dirty_page)); what write-back may do in between was searched in 2.6.19, which has the same order (dirty/b03-before). The changelog names Lameter as the one who suggested the move; the day is that of v5.',
  },
  {
    id: 'seed-004/new-dirty-outside-the-cache', thread, entry: 'A4.8', by: 'pterace', date: POSTED,
    claim: 'The page that a fault dirties after the PTE lock is still in the page cache.',
    verdict: 'false', scenarios: ['dirty/i8-dirty-without-mapping', 'dirty/i8-mkwrite-locked'],
    why: 'Truncation zaps the PTE and removes the page between the two. The flag dies with the frame, which the reference keeps, so it is harmless; with page_mkwrite it ends in 2.6.30, without it it is there in 6.2 still.',
    new: { sure: 'Sure, and harmless: the code of 2.6.23 and 6.2 was read.' },
  },
  {
    id: 'seed-004/van-riel-clear-the-dirty-bit', thread, entry: 'A4.9', by: 'Rik van Riel', date: POSTED,
    claim: '"also clear the pte dirty bit when we make pages read-only again" (v2, spotted by him).',
    verdict: 'conditional', scenarios: ['dirty/a4.9-clean-means-clean'],
    assumptions: [{ what: 'page_mkclean_one clears D together with W.', without: 'dirty/a4.9-clean-means-clean#dirty-kept' }],
    why: 'After page_mkclean every PTE of the page is read-only and clean. A kept D loses nothing; it makes the next zap dirty a clean page, and v5, which passes read-only PTEs over, would never clean it.',
  },
  {
    id: 'seed-004/mkclean-reads-then-writes', thread, entry: 'A4.10', by: 'derived', date: POSTED,
    claim: 'page_mkclean_one may read the PTE and write a clean one back, although hardware may set D in between.',
    verdict: 'conditional', scenarios: ['dirty/a4.10-read-then-write', 'dirty/a4.10-discard-repaired'],
    assumptions: [
      { what: 'The TLBs are flushed before the page is written.', without: 'dirty/a4.10-read-then-write#no-flush' },
      { what: 'The page is written afterwards. try_to_free_buffers, which v5 sends the same way, throws away what was found.', without: 'dirty/a4.10-discard' },
    ],
    why: 'The D bit that is overwritten belongs to a store that happened before the flush, and the IO comes after the flush and carries it.',
  },
  {
    id: 'seed-004/page-lock-pins-mapping', thread, entry: 'A4.11', by: 'Peter Zijlstra', date: POSTED,
    claim: '"We can continue to use `mapping\' here because the page is locked, which pins the address_space" (comment that Andrew Morton asked for).',
    verdict: 'conditional', scenarios: ['dirty/a4.11-page-lock-pins-mapping'],
    assumptions: [{ what: 'The page lock is held from reading page->mapping to the end of page_mkclean.', without: 'dirty/a4.11-page-lock-pins-mapping#no-page-lock' }],
    why: 'Truncation takes the page lock before it clears page->mapping. Searched in the merged protocol of 2.6.19, with one file: that the mapping is another file\'s cannot happen here.',
  },
];

/** Who relies on it (A4.12, A4.14). */
const users: readonly Claim[] = [
  {
    id: 'seed-004/new-mprotect-old-flags', thread, entry: 'A4.12', by: 'pterace', date: POSTED,
    claim: 'After mprotect(PROT_READ|PROT_WRITE) v5 keeps clean pages of a shared mapping write-protected.',
    verdict: 'false', scenarios: ['dirty/a4.12-mprotect-old-flags', 'dirty/a4.12-repaired'],
    why: 'mprotect_fixup asks is_shared_writable() before it assigns the new flags, so the mapping does not look writable yet, and change_protection makes every clean PTE writable. Only for file systems without page_mkwrite: with one the same expression asks for write notification whatever the flags are.',
    new: { sure: 'Sure: it is in the posted hunk. The merged version assigns the flags first.' },
  },
  {
    id: 'seed-004/zijlstra-msync-needs-no-scan', thread, entry: 'A4.14', by: 'Peter Zijlstra', date: POSTED,
    claim: '"With the tracking of dirty pages properly done now, msync doesn\'t need to scan the pte\'s anymore to determine the dirty status."',
    verdict: 'conditional', scenarios: ['dirty/a4.14-msync-after', 'dirty/a4.14-msync-before'],
    assumptions: [
      { what: 'The fault dirties the page.', without: 'dirty/a4.14-msync-after#no-set-page-dirty' },
      { what: 'No PTE of a shared mapping is writable while its page is clean. v5\'s own mprotect makes such PTEs.', without: 'dirty/a4.12-mprotect-old-flags' },
      { what: 'Nobody clears PG_dirty of a page that was stored to. v5\'s own try_to_free_buffers does.', without: 'dirty/b04-lost-dirty-bit' },
    ],
    why: 'What a thread stored is on disk when its msync(MS_SYNC) returns. From v5 on PG_dirty alone must know of every store (I1-strong); until 2.6.17 it was enough that a PTE knew, because msync looked (dirty/a4.14-msync-before).',
  },
];

export const seed004: readonly Claim[] = [...notification, ...tracking, ...users, ...seed004More];
