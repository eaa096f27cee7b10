/** Races at the PMD level: huge entries, and who splits, zaps or changes them. */
import type { Race } from './race.ts';

export const thpRaces: readonly Race[] = [
  {
    id: 'b40-huge-zero-page', entry: 'B40', title: 'The huge page of zeroes is given back before the TLB is flushed', subsystem: 'tlb',
    commits: [{ hash: 'aa88b68c3b1d', subject: 'thp: keep huge zero page pinned until tlb flush', release: '4.6', author: 'Kirill A. Shutemov' }],
    affected: { since: '3.8', fixed: '4.6' }, procedures: ['zap_huge_pmd', 'put_huge_zero_page', 'shrink_huge_zero_page_scan'],
    broken: ['race/b40-huge-zero-page'], repaired: ['race/b40-repaired'],
    controls: [{ what: 'the same obligation of a page that belongs to a file and is mapped without counters (A1.2)', case: 'seed-001/a1.2-munmap#fput-first' }],
    notes: 'The patch is of 2016-04-05, and the commit was in Linus\' tree by 2016-06-02 (a report of what it broke on s390); that 4.6 has it was not confirmed. The shrinker came with 97ae17497e99 (3.8, by later fixes\' tags for stable).',
  },
  {
    id: 'b45-none-for-a-moment', entry: 'B45', title: 'A huge entry that is cleared to be changed is none for a moment: MADV_DONTNEED passes it by', subsystem: 'thp',
    commits: [
      { hash: 'ced108037c2aa542b3ed8b7afd1576064ad1362a', subject: 'thp: fix MADV_DONTNEED vs. numa balancing race', release: '4.11-rc7', author: 'Kirill A. Shutemov' },
      { hash: '58ceeb6bec86d9140f9d91d71a710e963523d063', subject: 'thp: fix MADV_DONTNEED vs. MADV_FREE race', release: '4.11-rc7', author: 'Kirill A. Shutemov' },
      { hash: '5b7abeae3af8', subject: 'thp: fix MADV_DONTNEED vs clear soft dirty race', release: '4.11-rc7', author: 'Kirill A. Shutemov' },
      { hash: 'd7c3393413fe7e7dc54498ea200ea94742d61e18', subject: 'mm: thp: fix MADV_DONTNEED vs migrate_misplaced_transhuge_page race condition', release: '4.20-rc1', author: 'Andrea Arcangeli' },
      { hash: '024eee0e83f0df52317be607ca521e0fc572aa07', subject: 'mm: page_mkclean vs MADV_DONTNEED race', release: '5.2-rc1', author: 'Aneesh Kumar K.V' },
    ],
    affected: { since: '2.6.38', fixed: '5.2-rc1' }, procedures: ['change_huge_pmd', 'clear_soft_dirty_pmd', 'madvise_free_huge_pmd', 'migrate_misplaced_transhuge_page', 'page_mkclean_one', 'pmdp_invalidate', 'zap_pmd_range'],
    ingredients: ['transient entry'],
    broken: ['race/b45-numa', 'race/b45-soft-dirty', 'race/b45-madv-free', 'race/b45-migrate', 'race/b45-mkclean'],
    repaired: ['race/b45-numa-repaired', 'race/b45-soft-dirty-repaired', 'race/b45-madv-free-repaired', 'race/b45-migrate-repaired', 'race/b45-mkclean-repaired'],
    controls: [{ what: 'the repairs of 4.11 and 4.20 leave page_mkclean of DAX files', case: 'race/b45-mkclean' }],
    notes: 'The texts of ced108037c2a, d7c3393413fe and 024eee0e83f0 were read; they name the other two. Releases are the catalogue\'s. Migration copies before it clears: what comes back there is a copy of the old data in another page.',
  },
  {
    id: 'b46-split-loses-dirty', entry: 'B46', title: 'pmdp_invalidate reads the huge entry and writes it: a D bit that hardware sets in between is lost', subsystem: 'thp',
    commits: [{ hash: 'd52605d7cb30', subject: 'mm: do not lose dirty and accessed bits in pmdp_invalidate()', release: '4.16-rc1', author: 'Kirill A. Shutemov' }],
    affected: { since: '4.5', fixed: '4.16-rc1' }, procedures: ['pmdp_invalidate', 'pmdp_establish', '__split_huge_pmd_locked'],
    broken: ['seed-003/thp-split-dirty-lost'], repaired: ['seed-003/thp-split-dirty'],
    controls: [{ what: 'the D bit must reach the page as well as leave the entry', case: 'seed-003/thp-split-dirty#not-transferred' }],
    notes: 'Both worlds are 5.5, apart in the read and write of pmdp_invalidate alone. Commit and release are the catalogue\'s.',
  },
  {
    id: 'b47-mapcount-vs-split', entry: 'B47', title: 'The mapcount of a huge page is read while a split moves it from the whole to the small pages', subsystem: 'thp', cve: 'CVE-2020-29368',
    commits: [{ hash: 'c444eb564fb16645c172d550359cb3d75fe8a040', subject: 'mm: thp: make the THP mapcount atomic against __split_huge_pmd_locked()', release: '5.8-rc1', author: 'Andrea Arcangeli' }],
    affected: { since: '4.5', fixed: '5.8-rc1' }, procedures: ['__split_huge_pmd_locked', 'page_trans_huge_mapcount', 'reuse_swap_page', 'do_huge_pmd_wp_page'],
    broken: ['seed-003/thp-mapcount'], repaired: ['seed-003/thp-mapcount-repaired'],
    controls: [{ what: 'the split must hold the lock that the reader holds', case: 'seed-003/thp-mapcount-repaired#no-page-lock' }],
  },
  {
    id: 'b50-freeze-passes-by', entry: 'B50', title: 'split_huge_page looks at the PMD entry without its lock, and passes by one that is none for a moment', subsystem: 'thp',
    commits: [{ hash: '33f4751e99601b7bfd1d66aedabd3ee9140922de', subject: 'mm: thp: move pmd check inside ptl for freeze_page()', release: '4.8-rc1', author: 'Naoya Horiguchi' }],
    affected: { since: '4.5', fixed: '4.8-rc1' }, procedures: ['split_huge_page_to_list', 'freeze_page', 'split_huge_pmd_address', '__split_huge_pmd_locked', 'clear_soft_dirty_pmd'],
    broken: ['race/b50-freeze-passes-by'], repaired: ['race/b50-repaired'],
    controls: [{ what: 'clear_refs goes on making the entry none until 4.11 (B45); under the lock that does not matter', case: 'race/b50-repaired' }],
    notes: 'Commit and release are the catalogue\'s. The rest of split_huge_page is that of 4.8 on: the reference count is frozen, where 4.5 to 4.7 compare it; nobody here takes a reference.',
  },
  {
    id: 'b52-huge-is-bad', entry: 'B52', title: 'MADV_DONTNEED reads the PMD entry twice, takes a huge one for a bad one, and clears it', subsystem: 'thp', cve: 'CVE-2012-1179',
    commits: [{ hash: '1a5a9906d4e8d1976b701f889d8f35d54b928f25', subject: 'mm: thp: fix pmd_bad() triggering in code paths holding mmap_sem read mode', release: '3.4-rc1', author: 'Andrea Arcangeli' }],
    affected: { since: '2.6.38', fixed: '3.4-rc1' }, procedures: ['zap_pmd_range', 'pmd_none_or_clear_bad', 'pmd_none_or_trans_huge_or_clear_bad', 'do_huge_pmd_anonymous_page'],
    broken: ['race/b52-huge-is-bad'], repaired: ['race/b52-repaired'],
    controls: [{ what: 'the walk of 2019 as posted made the same mistake', case: 'seed-003/a3.3-posted' }],
    notes: 'The CVE was given on 2012-03-15 (oss-security), for what the message describes; the commit\'s release is the catalogue\'s and was not confirmed. The catalogue calls it a leak; the entry is also cleared without a flush, so that a CPU goes on with the page, which only the leak keeps from being freed.',
  },
];
