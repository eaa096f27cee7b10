/** Races of file systems with faults whose scenarios are in the folder `race/`. */
import type { Race } from './race.ts';

export const filesystemRaces: readonly Race[] = [
  {
    id: 'b09-not-laundered', entry: 'B09', title: 'Direct IO invalidates a page that is stored to after the write-out', subsystem: 'truncate',
    commits: [{ hash: 'e3db7691e9f3dff3289f64e3d98583e28afe03db', subject: '[PATCH] NFS: Fix race in nfs_release_page()', release: '2.6.20-rc5', author: 'Trond Myklebust' }],
    affected: { since: '2.6.17', fixed: '2.6.20-rc5' }, procedures: ['invalidate_inode_pages2', 'do_launder_page', 'unmap_mapping_range', 'invalidate_complete_page2', 'clear_page_dirty'],
    broken: ['race/b09-not-laundered', 'race/b09-dirt-dropped'], repaired: ['race/b09-repaired', 'race/b09-laundered-first'],
    closest: { broken: 'race/b09-repaired#not-laundered', repaired: 'race/b09-repaired' },
    controls: [
      { what: 'a page that is not laundered stays, and the call fails', case: 'race/b09-repaired#not-laundered' },
      { what: 'until 2.6.29 a fault may dirty the page when it is laundered already: the call fails all the same', case: 'race/b09-repaired#dirtied-unlocked' },
    ],
    notes: 'The loss was mended by fba2591bf4e4 (2.6.20-rc2), which stopped cleaning pages that are thrown away; what e3db7691e9f3 adds is that NFS need not fail, nor write from ->releasepage. That writing from there deadlocks in reclaim (the last iput truncates the page that is locked) takes inode references, which the model does not have. Nothing of the repair holds before 2.6.30, where a fault keeps the page lock until the page is dirty: the model finds the call failing with the faults of 2.6.23. From then on the page may as well be laundered before it is unmapped.',
  },
  {
    id: 'b14-key-dirties-clean-page', entry: 'B14', title: 's390: unmapping dirties a page that was written by write(2) and written out since', subsystem: 'writeback',
    commits: [{ hash: 'ef5d437f71afdf4afdbab99213add99f4b1318fd', subject: 'mm: fix XFS oops due to dirty pages without buffers on s390', release: '3.7-rc3', author: 'Jan Kara' }],
    affected: { since: '2.6.19', fixed: '3.7-rc3' }, procedures: ['page_remove_rmap', 'page_test_dirty', 'page_mkclean', 'generic_perform_write', 'clear_page_dirty_for_io'],
    broken: ['race/b14-key-dirties-clean-page', 'race/b14-key-in-hand'], repaired: ['race/b14-repaired', 'race/b14-stored'],
    controls: [
      { what: 'the key of a file\'s page must not be moved to PG_dirty', case: 'race/b14-repaired#key-transferred' },
      { what: 'to clear the key in write-back, mapped or not, as 2.6.20 did, leaves a key that was taken before', case: 'race/b14-key-in-hand' },
    ],
    notes: 'The release candidate is from memory; hash, subject, message and author were read. Where 2.6.20 cleared the key of unmapped pages too, 6e1beb3c2249 (Martin Schwidefsky, 2.6.21-rc6, "[S390] page_mkclean data corruption.") stopped that, for it dirtied pages that were not yet read: with that the race needs no concurrency at all. Before it, it takes write-back between page_remove_rmap\'s reading of the key and its set_page_dirty, which the model found. Storage keys went in 3.9.',
  },
  {
    id: 'b25-fault-while-punching', entry: 'B25', title: 'A fault brings a page back whose block a punched hole is about to free', subsystem: 'truncate',
    commits: [
      { hash: 'ea3d7209ca01da209cda6f0dea8be9cc4b7a933b', subject: 'ext4: fix races between page faults and hole punching', release: '4.5-rc1', author: 'Jan Kara' },
      { hash: '730633f0b7f951726e87f912a6323641f674ae34', subject: 'mm: Protect operations adding pages to page cache with invalidate_lock', release: '5.15-rc1', author: 'Jan Kara' },
      { hash: 'd4f5258eae7b38c2a28d0a7b28a6d0a8c1f9fe8e', subject: 'ext4: Convert to use mapping->invalidate_lock', release: '5.15-rc1', author: 'Jan Kara' },
    ],
    cve: 'CVE-2015-8839', affected: { since: '3.0', fixed: '4.5-rc1' }, procedures: ['ext4_punch_hole', 'truncate_pagecache_range', 'filemap_nopage', 'page_mkwrite', '__block_write_begin'],
    broken: ['race/b25-fault-while-punching', 'race/b25-read-while-punching'], repaired: ['race/b25-repaired', 'race/b25-read-repaired', 'race/b25-mkwrite-unlocked'],
    controls: [
      { what: 'faults must share the lock', case: 'race/b25-repaired#fault-unlocked' },
      { what: 'it must be held until the block is free', case: 'race/b25-repaired#freed-unlocked' },
      { what: 'page_mkwrite alone need not take it, but then the fault must', case: 'race/b25-mkwrite-unlocked#fault-unlocked' },
      { what: 'read(2) brings pages in too, and shares the lock only from 5.15 on', case: 'race/b25-read-repaired#read-unlocked' },
    ],
    notes: 'The broken world is ext4 of 3.15, which drops the page a second time after the block is freed ("to reduce race window"): write-back must come between. Not in the catalogue: ext4\'s own lock does not cover read(2), which leaves old contents of the hole in the cache until 5.15. That ext4 punches holes since 3.0 is in fallocate(2).',
  },
  {
    id: 'b27-source-unmapped', entry: 'B27', title: 'write(2) from a mapping of the page that it writes waits for its own page lock', subsystem: 'truncate',
    commits: [{ hash: '08291429cfa6258c4cd95d8833beb40f828b194e', subject: 'mm: fix pagecache write deadlocks', release: '2.6.24-rc1', author: 'Nick Piggin' }],
    affected: { since: '2.6.23', fixed: '2.6.24-rc1' }, procedures: ['generic_perform_write', 'fault_in_pages_readable', 'do_no_page', 'madvise_dontneed'],
    broken: ['race/b27-source-unmapped', 'race/b27-source-untouched'], repaired: ['race/b27-repaired', 'race/b27-before-page-lock'],
    controls: [
      { what: 'touching the source first is not enough', case: 'race/b27-repaired#copies-with-faults' },
      { what: 'it takes faults that lock a page which is up to date: from 2.6.23 on', case: 'race/b27-before-page-lock#fault-locks' },
    ],
    notes: '2.6.23 touches the source before it locks the page, and copies atomically first (mm/filemap.c, mm/filemap.h): the catalogue\'s deadlock after one step leaves both out. Until 2.6.22 only a page that is being read is locked by a fault, which the model does not have. The commit message lists two more: two tasks that copy between each other\'s pages, which takes two pages, and mmap_sem held for writing over a fault (mlock).',
  },
];
