/** Races of file systems with faults whose scenarios are in the folder `race/`. */
import type { Race } from './race.ts';

export const filesystemRaces: readonly Race[] = [
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
    notes: 'The broken world is ext4 of 3.15, which drops the page a second time after the block is freed ("to reduce race window"): write-back must come between. Not in the catalogue: ext4\'s own lock does not cover read(2), which leaves old contents of the hole in the cache until 5.15. That ext4 punches holes since 3.0 is from memory.',
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
