/** The claims of thread 001: Peter Collingbourne's reference pages, v1 of 2020-07-31 and v2 as announced on 2020-08-13. */
import type { Claim } from './claim.ts';

const hubbard = { thread: '001', by: 'John Hubbard', date: '2020-08-02' } as const;
const collingbourne = { thread: '001', by: 'Peter Collingbourne', date: '2020-08-13' } as const;
const ours = { thread: '001', by: 'pterace' } as const;

const counters: readonly Claim[] = [
  {
    ...hubbard, id: 'seed-001/refcount-overflows', entry: 'A1.1', claim: 'Of v1\'s fault handler: "This will end up overflowing the page->_refcount in some situations."',
    verdict: 'true', scenarios: ['seed-001/a1.1-fork-overflows', 'seed-001/a1.1-fork-frees-mapped', 'seed-001/a1.1-faults-checked'],
    why: 'By fork, not by the fault handler that he comments on: get_user_pages refuses a count that is negative as a signed number, but copy_one_pte copies each PTE with an unchecked get_page. Shown with counters of two bits, three mms and six PTEs; with 32 bits it takes 2^32 PTEs, which is 32 GB of page tables.',
  },
  {
    ...collingbourne, id: 'seed-001/issue-is-mapcount', entry: 'A1.1', claim: '"it looks like the issue is not with _refcount but with _mapcount."',
    verdict: 'false', scenarios: ['seed-001/a1.1-fork-frees-mapped', 'seed-001/a1.1-fork-overflows'],
    why: 'In v1 both are the number of PTEs, and wrap together. It is the wrapped _refcount that frees the page under its mappings; _mapcount frees nothing.',
  },
  {
    ...collingbourne, id: 'seed-001/faults-overflow-mapcount', entry: 'A1.1', claim: '"a program could create a reference page mapping with 2^32 pages, fault every page in the mapping and thereby overflow _mapcount."',
    verdict: 'false', scenarios: ['seed-001/a1.1-faults-refused', 'seed-001/a1.1-faults-checked'],
    why: 'Each fault takes a reference before it adds to _mapcount, and from 5.1 on (8fde12ca79af) get_user_pages refuses at half the range: the program gets SIGSEGV at 2^31 mapped pages, and neither counter has wrapped. The mutant "unchecked" is 5.0 and earlier without that fix, where it is _refcount again that frees the page.',
  },
  {
    ...collingbourne, id: 'seed-001/v2-moves-no-counter', entry: 'A1.1', claim: 'v2: "Like the zero page, _mapcount is now not modified on reference pages to track PTEs."',
    verdict: 'conditional', scenarios: ['seed-001/a1.6-like-the-zero-page'],
    assumptions: [
      { what: 'zap_pte_range asks vm_normal_page', without: 'seed-001/a1.6-like-the-zero-page#zap-counts' },
      { what: 'wp_page_copy asks vm_normal_page', without: 'seed-001/a1.6-like-the-zero-page#copy-counts' },
      { what: 'copy_one_pte asks vm_normal_page', without: 'seed-001/a1.6-like-the-zero-page#fork-counts' },
    ],
    why: 'vm_normal_page answers NULL by VMA and page, and the three places that count ask it. Pins still count, checked.',
  },
  {
    ...collingbourne, id: 'seed-001/f-count-does-not-overflow', entry: 'A1.1', claim: '"A struct file\'s reference count is an atomic_long_t, which I assume cannot realistically overflow."',
    verdict: 'conditional', scenarios: ['seed-001/a1.1-file-count'],
    assumptions: [{ what: 'the count is wide enough for every VMA and descriptor there can be', without: 'seed-001/a1.1-file-count#two-bits' }],
    why: 'get_file checks nothing, so all rests on the width: 2^63 VMAs do not fit in memory. On 32 bits atomic_long_t has 32, and 2^32 VMAs do not fit there either. The model shows the dependence, not the arithmetic.',
  },
];

const lifetime: readonly Claim[] = [
  {
    ...collingbourne, id: 'seed-001/kept-alive-by-file', entry: 'A1.2', claim: 'v2: "the page is kept alive by the VMA\'s struct file reference."',
    verdict: 'conditional', scenarios: ['seed-001/a1.2-munmap', 'seed-001/a1.2-two-zaps', 'seed-001/a1.2-nested-flush', 'seed-001/a1.2-mmap-close', 'seed-001/a1.2-fork', 'seed-001/a1.2-pinned'],
    assumptions: [
      { what: 'zap flushes an entry that has no struct page', without: 'seed-001/a1.2-munmap#no-flush' },
      { what: 'munmap zaps and flushes before remove_vma drops the file', without: 'seed-001/a1.2-munmap#fput-first' },
      { what: 'mmap_lock keeps munmap from overtaking a zap that has not flushed yet; mm_tlb_flush_nested would do so too', without: 'seed-001/a1.2-two-zaps#no-mmap-lock' },
      { what: 'mmap gives the VMA a reference of its own', without: 'seed-001/a1.2-mmap-close#no-get-file' },
      { what: 'fork gives the child\'s VMA one, before entries are copied', without: 'seed-001/a1.2-fork#no-get-file' },
      { what: 'who uses the page without the VMA holds a page reference', without: 'seed-001/a1.2-pinned#no-reference' },
    ],
    why: 'The kernel keeps all six: tlb_finish_mmu comes before remove_vma, and from 4.20 on munmap lets go of its write lock only when the VMA can no longer be found; dup_mmap calls get_file, follow_page_pte takes a reference under the PTE lock. The order of munmap is what the thread leaves unsaid (B39 and B40 are kernels that had it wrong for other pages without counters). mremap and the split of a VMA call get_file too, and are not modelled.',
  },
];

const lockedAndMerged: readonly Claim[] = [
  {
    ...hubbard, id: 'seed-001/locked-means-locked', entry: 'A1.3', claim: 'VM_FAULT_LOCKED: "you only should set it after locking the page."',
    verdict: 'true', scenarios: ['seed-001/a1.3-locked', 'seed-001/a1.3-two-owners'],
    why: 'do_read_fault and do_cow_fault unlock the page on the word of the handler. With the lock taken its ownership is kept; without, the mutant "unlocked" breaks it.',
  },
  {
    ...hubbard, id: 'seed-001/safe-to-claim-locked', entry: 'A1.3', claim: 'The other reading that Hubbard asks about: the page is special, and the handler can safely claim that it is locked.',
    verdict: 'false', scenarios: ['seed-001/a1.3-two-owners'],
    why: 'v1\'s page is any anonymous page of the program, and migration, compaction or reclaim may have it locked. Where nobody has, a kernel with CONFIG_DEBUG_VM stops at VM_BUG_ON_PAGE; others do not notice.',
  },
  {
    ...collingbourne, id: 'seed-001/files-keep-vmas-apart', entry: 'A1.4', claim: 'v2 needs no change to is_mergeable_vma: "the function bails out if the struct file pointers in the VMAs are different."',
    verdict: 'conditional', scenarios: ['seed-001/a1.4-files-differ'],
    assumptions: [{ what: 'is_mergeable_vma compares vm_file', without: 'seed-001/a1.4-files-differ#any-file' }],
    why: 'Two mappings of the same file may merge: they have the same page. Shown for merging a new mapping with the one before it.',
  },
  {
    ...hubbard, id: 'seed-001/close-prevents-merging', entry: 'A1.4', claim: '"implementing a vma\'s .close() method will prevent vma merging", though "it depends on how that function is implemented".',
    verdict: 'conditional', scenarios: ['seed-001/a1.4-close'],
    assumptions: [
      { what: 'is_mergeable_vma asks for close()', without: 'seed-001/a1.4-close#no-close' },
      { what: 'the VMA with close() is the one that is there already', without: 'seed-001/new-close-one-way' },
    ],
    why: 'True of an anonymous mapping that would extend a reference mapping; the other way round nothing asks.',
  },
];

const resolution: readonly Claim[] = [
  {
    thread: '001', by: 'derived', date: '2020-07-31', id: 'seed-001/v1-maps-what-was-registered', entry: 'A1.5', claim: 'v1: a reference mapping shows the page that was at the address when it was made.',
    verdict: 'false', scenarios: ['seed-001/a1.5-remapped', 'seed-001/new-owner-stores', 'seed-001/new-remote-fault'],
    why: 'The address is looked up at each fault. Two pages of one mapping can so be two different reference pages.',
  },
  {
    ...collingbourne, id: 'seed-001/v2-owns-its-page', entry: 'A1.5', claim: 'v2: "Ownership is moved to the struct file": what becomes of the user\'s page after refpage_create does not matter.',
    verdict: 'conditional', scenarios: ['seed-001/a1.5-captured'],
    assumptions: [
      { what: 'refpage_create copies the contents into a page of the file\'s own', without: 'seed-001/a1.5-captured#not-copied' },
      { what: 'refpage_create holds mmap_lock over get_user_pages, which no posted version does', without: 'seed-001/new-create-unlocked' },
    ],
    why: 'That the page is copied is from v3 to v5; the thread does not say it. A page pinned as v1 pins it would change with the owner\'s stores (seed-001/new-owner-stores).',
  },
  {
    thread: '001', by: 'derived', date: '2020-08-13', id: 'seed-001/special-everywhere', entry: 'A1.6', claim: 'v2 is right if everything that treats the zero page specially treats a reference page so.',
    verdict: 'conditional', scenarios: ['seed-001/a1.6-like-the-zero-page', 'seed-001/a1.6-khugepaged', 'seed-001/a1.6-ksm', 'seed-001/a1.6-migration', 'seed-001/a1.6-migration-isolated'],
    assumptions: [
      { what: 'zap does not remove its rmap: _mapcount would underflow', without: 'seed-001/a1.6-like-the-zero-page#zap-counts' },
      { what: 'copy on write neither pins nor unmaps it', without: 'seed-001/a1.6-like-the-zero-page#copy-counts' },
      { what: 'fork does not count it', without: 'seed-001/a1.6-like-the-zero-page#fork-counts' },
      { what: 'its entries are never writable', without: 'seed-001/a1.6-like-the-zero-page#writable' },
      { what: 'get_user_pages hands it out as it does the zero page', without: 'seed-001/a1.6-like-the-zero-page#gup-refuses' },
      { what: 'the private page is a copy of it', without: 'seed-001/a1.6-like-the-zero-page#copies-zeroes' },
      { what: 'khugepaged does not take an entry that is none for the zero page', without: 'seed-001/a1.6-khugepaged#collapses' },
      { what: 'KSM asks PageAnon of what follow_page gave it', without: 'seed-001/a1.6-ksm#not-anonymous' },
      { what: 'migration looks for no PTE of a page whose _mapcount is 0', without: 'seed-001/a1.6-migration-isolated#unmapped-uncounted' },
    ],
    why: 'KSM and migration need nothing new: follow_page gives the page to them and they let it go, for it is not PageAnon and on no LRU list; a migration that took it all the same would unmap nothing, and give up for the file\'s reference. One place is left, without concurrency: a core dump (FOLL_DUMP in follow_page_pte) leaves a hole for a page that has no struct page, which reads as zeroes.',
  },
];

const found: readonly Claim[] = [
  {
    ...ours, date: '2020-08-13', id: 'seed-001/new-create-unlocked', entry: 'A1.5', claim: 'refpage_create, as posted in v3 to v5, may run beside munmap in another thread of the process.',
    verdict: 'false', scenarios: ['seed-001/new-create-unlocked', 'seed-001/new-create-locked'],
    why: 'get_user_pages is called without mmap_lock, and a VMA is freed under it (page tables as well). get_user_pages_unlocked or get_user_pages_fast would do.',
    new: { sure: 'Sure of v3 to v5, whose code is quoted in full in their reviews; nobody there says it. v2 was posted a day before v3 and was not seen.' },
  },
  {
    ...ours, date: '2020-07-31', id: 'seed-001/new-remote-fault', entry: 'A1.5', claim: 'v1: a fault finds the reference page of the process whose mapping it is.',
    verdict: 'false', scenarios: ['seed-001/new-remote-fault'],
    why: 'get_user_pages means current->mm. A tracer that reads an untouched page of the mapping puts a page of its own into the tracee, and looks its own VMAs up without its own mmap_lock.',
    new: { sure: 'Sure: the call is quoted in the thread, and access_remote_vm reaches ->fault by handle_mm_fault. No message that we have says it.' },
  },
  {
    ...ours, date: '2020-07-31', id: 'seed-001/new-owner-stores', entry: 'A1.5', claim: 'v1: a reference page that is mapped keeps its contents.',
    verdict: 'false', scenarios: ['seed-001/new-owner-stores'],
    why: 'The owner\'s PTE stays writable, so its store takes no fault and nothing looks at the raised counts. A program may want that; an allocator that fills with a pattern does not.',
    new: { sure: 'Sure of the steps. Perhaps intended: "the contents of this page" is nowhere said to be a copy in v1.' },
  },
  {
    ...ours, date: '2020-08-13', id: 'seed-001/new-khugepaged-zeroes', entry: 'A1.6', claim: 'v2 to v5: an untouched page of a reference mapping reads as the reference page, with transparent huge pages on.',
    verdict: 'false', scenarios: ['seed-001/new-khugepaged-zeroes', 'seed-001/a1.6-khugepaged'],
    why: 'After one store to another page of the range khugepaged may collapse it, and entries that are none become zeroes. v3 to v5 exclude reference mappings in transhuge_vma_suitable, which khugepaged does not call.',
    new: { sure: 'Sure of kernels where khugepaged goes by the VMA\'s kind: to 5.3 (v3 was measured on a backport to 4.14), and again since f1897f2f08b2 (6.14), which mends the same confusion for private mappings of /dev/zero. From 5.4 until then CONFIG_SHMEM=y hides it: a VMA with vm_file is scanned as a file\'s, and nothing is found. So 5.9 and 5.15-rc show it only without CONFIG_SHMEM.' },
  },
  {
    ...ours, date: '2020-08-02', id: 'seed-001/new-close-one-way', entry: 'A1.4', claim: 'v1: close() keeps a reference mapping from extending an anonymous one.',
    verdict: 'false', scenarios: ['seed-001/new-close-one-way'],
    why: 'vma_merge is tried before the new VMA exists, with the file, the flags and the offset alone. The mapping is then anonymous, and reads zeroes.',
    new: { sure: 'Sure of is_mergeable_vma, not of v1\'s mmap, which the thread does not show: it may skip vma_merge. And the offsets must go on, which takes an anonymous mapping moved by mremap.' },
  },
];

export const seed001: readonly Claim[] = [...counters, ...lifetime, ...lockedAndMerged, ...resolution, ...found];
