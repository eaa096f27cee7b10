/** Races of GUP with copy on write and with fork; scenarios/races/gup.ts. */
import type { Race } from './race.ts';

export const gupRaces: readonly Race[] = [
  {
    id: 'b48-huge-dirty-cow', entry: 'B48', title: 'Huge Dirty COW: a look at the huge page of zeroes makes its entry dirty, and a forced write takes it for the copy', subsystem: 'cow',
    commits: [{ hash: 'a8f97366452ed491d13cf1e44241bc0b5740b1f0', subject: 'mm, thp: Do not make page table dirty unconditionally in touch_p[mu]d()', release: '4.15-rc2', author: 'Kirill A. Shutemov' }],
    affected: { since: '4.10', fixed: '4.15-rc2' }, cve: 'CVE-2017-1000405', procedures: ['follow_trans_huge_pmd', 'touch_pmd', 'can_follow_write_pmd', '__get_user_pages', 'zap_huge_pmd'],
    broken: ['race/b48-huge-dirty-cow'], repaired: ['race/b48-repaired'],
    controls: [{ what: 'FOLL_COW alone is not enough: a read fault that maps the page of zeroes will do', case: 'race/b48-repaired#dirty-not-asked' }],
    notes: 'mm/huge_memory.c of 3.15 makes every entry dirty too, and says that the bit means nothing; but it pins for writing only what is writable. The bit has had a meaning since 8310d48b125d (Keno Fischer, 2017-01-24, so 4.10-rc6), which brought B63\'s repair to huge pages and went to stable kernels too. The commit is of 2017-11-27, the day after 4.15-rc1.',
  },
  {
    id: 'b63-dirty-cow', entry: 'B63', title: 'Dirty COW: a forced write to a private read-only mapping reaches the file', subsystem: 'cow',
    commits: [{ hash: '19be0eaffa3ac7d8eb6784ad9bdbc7d67ed8e619', subject: 'mm: remove gup_flags FOLL_WRITE games from __get_user_pages()', release: '4.9-rc2', author: 'Linus Torvalds' }],
    affected: { since: '2.6.22', fixed: '4.9-rc2' }, cve: 'CVE-2016-5195', procedures: ['__get_user_pages', 'follow_page_pte', 'can_follow_write_pte', 'do_wp_page', 'madvise_dontneed'],
    broken: ['race/b63-dirty-cow'], repaired: ['race/b63-repaired', 'race/b63-before'],
    controls: [
      { what: 'FOLL_COW alone is not enough: the PTE must be dirty, else a read fault of another thread will do', case: 'race/b63-repaired#dirty-not-asked' },
      { what: 'with mmap_sem held for writing MADV_DONTNEED cannot come between; 2.6.22 made it share the lock', case: 'race/b63-before#shared-lock' },
    ],
    notes: 'Subject and message are those of the commit. 4ceb5db9757a (2.6.13-rc) had closed it by asking for the dirty bit, and f33ea7f404e5 took that back because of s390 (the message says so). mm/memory.c of 2.6.24 drops FOLL_WRITE whatever the VMA allows; that of 3.15 only where the VMA forbids writing.',
  },
  {
    id: 'b64-cow-either-way', entry: 'B64', title: 'COW can break either way: a parent takes over a page that its child has pinned and unmapped', subsystem: 'cow',
    commits: [
      { hash: '17839856fd588f4ab6b789f482ed3ffd7c403e1f', subject: 'gup: document and work around "COW can break either way" issue', release: '5.8-rc1', author: 'Linus Torvalds' },
      { hash: '09854ba94c6aad7886996bfbee2530b3d8a7f4f4', subject: 'mm: do_wp_page() simplification', release: '5.9-rc1', author: 'Linus Torvalds' },
    ],
    affected: { since: '2.6.17', fixed: '5.8-rc1' }, cve: 'CVE-2020-29374', procedures: ['vmsplice', 'get_user_pages_fast', '__get_user_pages', 'do_wp_page'],
    broken: ['race/b64-cow-either-way'], repaired: ['race/b64-repaired', 'race/b64-by-references'],
    controls: [
      { what: 'repair A: the fast path must refuse read-only PTEs too', case: 'race/b64-repaired#fast-path-forgotten' },
      { what: 'repair B: references decide, not mappings', case: 'race/b64-by-references#by-mapcount' },
    ],
    notes: 'vmsplice(2) is of 2.6.17; whether an earlier pin would have done was not looked at. Each repair holds by itself. 5.9 has the second alone: a308c71bf1e6 ("mm/gup: Remove enfornced COW mechanism") took the first back.',
  },
  {
    id: 'b66-gup-fast-vs-fork', entry: 'B66', title: 'GUP-fast pins a page after fork has looked for pins and before it write-protects', subsystem: 'cow',
    commits: [
      { hash: '70e806e4e645019102d0e09d4933654fb5fb58ce', subject: 'mm: Do early cow for pinned pages during fork() for ptes', release: '5.9-rc7', author: 'Peter Xu' },
      { hash: '57efa1fe5957694fa541c9062de0a127f0b9acb0', subject: 'mm/gup: prevent gup_fast from racing with COW during fork', release: '5.11-rc1', author: 'Jason Gunthorpe' },
    ],
    affected: { since: '5.9', fixed: '5.11-rc1' }, procedures: ['copy_one_pte', 'copy_present_page', 'lockless_pages_from_mm', 'get_user_pages_fast', 'do_wp_page'],
    broken: ['race/b66-gup-fast-vs-fork'], repaired: ['race/b66-repaired', 'race/b66-exclusive'],
    controls: [
      { what: 'GUP-fast must compare the count after its walk', case: 'race/b66-repaired#count-not-read-again' },
      { what: 'and fork must make it odd before it looks for pins', case: 'race/b66-repaired#begun-late' },
      { what: 'fork must copy what is pinned', case: 'race/b66-repaired#no-early-copy' },
      { what: 'mm->has_pinned must be set before the walk, not after it', case: 'race/b66-repaired#told-late' },
    ],
    notes: 'The interleaving is the one in the message of 57efa1fe5957. The first commit is the one that made forks copy, so nothing before 5.9 keeps a pinned page from being shared; it was merged hours before 5.9-rc7 (the catalogue has no release). From 5.11 to 6.2 nothing of the repair changes; with PageAnonExclusive (5.19) it is still needed (race/b66-exclusive#count-not-read-again).',
  },
  {
    id: 'b68-dirty-read-only', entry: 'B68', title: 'A forced write takes a dirty read-only page of a shmem file for the copy that it has made', subsystem: 'cow',
    commits: [{ hash: '5535be3099717646781ce1540cf725965d680e7b', subject: 'mm/gup: fix FOLL_FORCE COW security issue and remove FOLL_COW', release: '6.0-rc3', author: 'David Hildenbrand' }],
    affected: { since: '5.16', fixed: '6.0-rc3' }, cve: 'CVE-2022-2590', procedures: ['__get_user_pages', 'can_follow_write_pte', 'mfill_atomic_install_pte', 'madvise_dontneed'],
    broken: ['race/b68-dirty-read-only'], repaired: ['race/b68-repaired', 'race/b68-clean-before', 'race/b68-shared-by-fork'],
    controls: [
      { what: 'a clean PTE, as before 5.16, is not taken for the copy', case: 'race/b68-clean-before#dirty' },
      { what: 'an anonymous page will not do: it may be shared with a child', case: 'race/b68-shared-by-fork#anonymous-is-enough' },
    ],
    notes: 'Since 9ae0f87d009c (5.16) UFFDIO_CONTINUE maps pages dirty; "Linux >= v5.16 is affected", says David Hildenbrand\'s report to oss-security. UFFDIO_CONTINUE on shmem is 153132571f02, of 5.14 from memory. mm/gup.c of 6.2 was read.',
  },
];
