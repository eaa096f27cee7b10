/** Races of file systems with faults: direct IO (B09), dirty bits in storage keys (B14), holes that are punched (B25), a write(2) whose source is the page that it writes (B27). */
import { and, drop, eq, moveAfter, ne, not, peek, quiescent, type Init, type Mutation } from '../../language/index.ts';
import { b_blocknr, extent_at, extent_t, invalidate_lock } from '../../kernel/extents.ts';
import { disk, last_store, page_cache, PG_dirty, PG_locked, slot_t } from '../../kernel/page.ts';
import { rwsem_t } from '../../machine/locks.ts';
import { data, storage_key } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, owner_t, pfn_t, pte_present, va_t, version_t } from '../../machine/types.ts';
import { I10b, I12b, I14, I1Frame, I1Strong, I3, I4, I6Disk, I8, I8Hole, Invalidated } from '../../../properties/index.ts';
import { dontneed, invalidates, kthread, loads, munmaps, program, punchesHole, readsFile, sibling, stores, writesBack, writesFile, writesFromMapping, writesOtherFile } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = () => pfn_t.lit(0);
const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const cached = () => slot_t.get(peek(page_cache.at()), 'present');
const UNTOUCHED = { variants: ['write(2) does not touch its source first'] } as const;

const b27: Common = {
  entry: 'B27',
  about: 'Commit 08291429cfa6 (Nick Piggin, 2.6.24-rc1), "mm: fix pagecache write deadlocks": write(2) locks the page of the file and copies into it from the program\'s memory. If that is a mapping of the same page, and its PTE is gone, the copy faults, and from 2.6.23 on the fault waits for the page lock that its own task holds.',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, writesFromMapping), sibling(0, dontneed)],
  properties: [I1Frame],
};

const HOLES = { fs: { mkwrite: true, extents: true } } as const;
/** On disk is version 2: a page of zeroes is version 0, and one store to it makes version 1. */
const onDisk = (set: Init): void => {
  const old = version_t.lit(2);
  [data.at(page()), disk.at(), last_store.at()].forEach((at) => { set(at, old); });
  set(extent_at.at(), extent_t.is.BLOCK);
};
const b25: Common = {
  entry: 'B25',
  about: 'Commit ea3d7209ca01 (Jan Kara, 4.5-rc1, CVE-2015-8839), "ext4: fix races between page faults and hole punching": "This can result in page fault faulting in a page into a range that we are punching after truncate_pagecache_range() has been called and thus we can end up with a page mapped to disk blocks that will be shortly freed. Filesystem corruption will shortly follow." Truncation is told by i_size; a hole has nothing like it.',
  start: { maps: [{ pte: 'none' }], freeFrames: 1, also: onDisk },
  cpus: [program(0, stores), kthread('puncher', punchesHole), kthread('pdflush', writesOtherFile, writesBack)],
  properties: [I6Disk],
};
const unlocked = (caller: string): readonly Mutation[] => ['lock', 'unlock'].map((op) => drop(caller, `filemap_invalidate_${op}_shared`));

const b09: Common = {
  entry: 'B09',
  about: 'Commit e3db7691e9f3 (Trond Myklebust, 2.6.20-rc5), "NFS: Fix race in nfs_release_page()": "invalidate_inode_pages2() may find the dirty bit has been set on a page owing to the fact that the page may still be mapped after it was locked. Only after the call to unmap_mapping_range() are we sure that the page can no longer be dirtied." Direct IO invalidates the cache; a page that is dirty then may neither be dropped nor stay.',
  start: { dirty: true, maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), kthread('direct-io', writesBack, invalidates)],
  properties: [I1Strong],
};
const NFS = { fs: { mkwrite: true, launders: true } } as const;

const b14: Common = {
  entry: 'B14',
  about: 'Commit ef5d437f71af (Jan Kara, 3.7-rc3), "mm: fix XFS oops due to dirty pages without buffers on s390": "any write to a page (even from kernel itself) sets architecture specific page dirty bit. Thus when a page is written to via buffered write, HW dirty bit gets set and when we later map and unmap the page, page_remove_rmap() finds the dirty bit and calls set_page_dirty()." The page was written out since: the file system has nothing reserved for it, and its buffers may be gone.',
  start: { maps: [{ pte: 'none' }] },
  machine: { storageKeys: true },
  cpus: [program(0, loads, munmaps), kthread('writer', writesFile, writesBack)],
  properties: [I12b],
};
const XFS = { fs: { mkwrite: true, writeBegin: true } } as const;
const written = () => ({ 'written, and the key set': and(quiescent(), eq(peek(data.at(page())), peek(disk.at())), peek(storage_key.at(page()))) });

export const filesystemRaces = [
  fileScenario({ ...b09, id: 'race/b09-dirt-dropped', title: '2.6.19 cleans the page and drops it, with what was stored since the write-out', kernel: { version: '2.6.19', fs: { mkwrite: true } }, expect: { verdict: 'violated', property: 'I1-strong', steps: 80 } }),
  fileScenario({ ...b09, id: 'race/b09-not-laundered', title: 'Without a write-out after the unmapping the page stays, and direct IO fails', kernel: { version: '2.6.30', ...NFS, variants: ['a dirty page is not laundered'] }, properties: [Invalidated], expect: { verdict: 'violated', property: 'B09', steps: 68 } }),
  fileScenario({
    ...b09, id: 'race/b09-repaired', title: 'The page is written out after it was unmapped, under its lock', kernel: { version: '2.6.30', ...NFS }, properties: [I1Strong, Invalidated, I4, I8, I12b], expect: { verdict: 'holds' },
    reaches: () => ({ 'stored, laundered and dropped': and(not(cached()), ne(peek(disk.at()), version_t.lit(1))) }),
    mutants: [
      { name: 'not-laundered', what: 'a dirty page is not written out', mutations: [drop('invalidate_inode_pages2', 'do_launder_page')], properties: [Invalidated], expect: { verdict: 'violated', property: 'B09' } },
      { name: 'dirtied-unlocked', what: 'faults of 2.6.23, which dirty the page after they have let go of it', kernel: { version: '2.6.23' }, properties: [Invalidated], expect: { verdict: 'violated', property: 'B09' } },
    ],
  }),
  fileScenario({
    ...b09, id: 'race/b09-laundered-first', title: 'From 2.6.30 on it may as well be written out before it is unmapped', about: 'Found by the model: the commit message\'s "Only after the call to unmap_mapping_range() are we sure that the page can no longer be dirtied" is true while faults dirty pages that they have not locked. From 2.6.30 on page_mkwrite keeps the page lock until the page is dirty, and laundering write-protects the PTEs.',
    kernel: { version: '2.6.30', ...NFS, variants: ['a page is laundered before it is unmapped'] }, properties: [I1Strong, Invalidated, I4, I8, I12b], expect: { verdict: 'holds' },
    reaches: () => ({ 'stored, laundered and dropped': and(not(cached()), ne(peek(disk.at()), version_t.lit(1))) }),
    mutants: [{ name: 'dirtied-unlocked', what: 'faults of 2.6.23', kernel: { version: '2.6.23' }, properties: [Invalidated], expect: { verdict: 'violated', property: 'B09' } }],
  }),
  fileScenario({ ...b14, id: 'race/b14-key-dirties-clean-page', title: 'write(2) sets the key, write-back does not clear it, and unmapping dirties the page', kernel: { version: '2.6.30', ...XFS }, expect: { verdict: 'violated', property: 'I12b', steps: 39 } }),
  fileScenario({
    ...b14, id: 'race/b14-repaired', title: 'The key of a file\'s page is not asked for when it is unmapped', kernel: { version: '3.7', ...XFS }, properties: [I12b, I4], expect: { verdict: 'holds' }, reaches: written,
    mutants: [{ name: 'key-transferred', what: 'page_remove_rmap of 2.6.30', kernel: { version: '2.6.30' }, properties: [I12b], expect: { verdict: 'violated', property: 'I12b' } }],
  }),
  fileScenario({
    ...b14, id: 'race/b14-stored', title: 'Nothing is lost by that: a PTE is writable only while PG_dirty is set', cpus: [program(0, loads, stores, munmaps), kthread('writer', writesFile, writesBack)], kernel: { version: '3.7', ...XFS }, properties: [I12b, I1Frame, I3, I4], expect: { verdict: 'holds' }, reaches: written,
    mutants: [{ name: 'not-dirtied', what: 'the fault does not dirty the page', mutations: [drop('set_page_dirty_after_fault', 'set_page_dirty')], properties: [I1Frame], expect: { verdict: 'violated', property: 'I1-frame' } }],
  }),
  fileScenario({ ...b14, id: 'race/b14-key-in-hand', title: '2.6.20, whose page_mkclean takes the key of a page that nobody maps too, dirties the page after write-back with the key that it took before', kernel: { version: '2.6.20', ...XFS }, expect: { verdict: 'violated', property: 'I12b', steps: 39 } }),
  fileScenario({ ...b25, id: 'race/b25-fault-while-punching', title: 'A fault brings the page back, and to its old block, before the hole frees that', kernel: { version: '3.15', ...HOLES }, expect: { verdict: 'violated', property: 'I6-disk', steps: 69 } }),
  fileScenario({
    ...b25, id: 'race/b25-repaired', title: 'Faults share a lock that punching a hole has alone', kernel: { version: '4.8', ...HOLES }, properties: [I6Disk, I1Strong, I4, I12b], expect: { verdict: 'holds' },
    reaches: () => ({ 'stored in another block': and(quiescent(), eq(peek(extent_at.at()), extent_t.is.ANOTHER)), 'dropped, not freed': and(not(cached()), eq(peek(extent_at.at()), extent_t.is.BLOCK)) }),
    mutants: [
      { name: 'fault-unlocked', what: 'the fault takes no lock', mutations: unlocked('do_no_page'), properties: [I6Disk], expect: { verdict: 'violated', property: 'I6-disk' } },
      { name: 'freed-unlocked', what: 'the lock is dropped before the block is freed', mutations: [moveAfter('ext4_punch_hole', 'ext4_ext_remove_space', 'filemap_invalidate_unlock')], properties: [I6Disk], expect: { verdict: 'violated', property: 'I6-disk' } },
    ],
  }),
  fileScenario({
    ...b25, id: 'race/b25-mkwrite-unlocked', title: 'page_mkwrite alone needs no such lock: the page lock and page->mapping tell it', about: 'Found by the model. ext4 and XFS take the lock in page_mkwrite too. For a page that is in the cache, and whose block is the page itself, the fault that brings the page in is enough.',
    cpus: [program(0, loads, stores), kthread('puncher', punchesHole), kthread('pdflush', writesOtherFile, writesBack)], kernel: { version: '4.8', variants: ['page_mkwrite takes no invalidate_lock'], ...HOLES }, properties: [I6Disk, I1Strong, I12b], expect: { verdict: 'holds' },
    reaches: () => ({ 'stored in another block': and(quiescent(), eq(peek(extent_at.at()), extent_t.is.ANOTHER)), 'told of the write while the hole is punched': and(eq(peek(b_blocknr.at(page())), extent_t.is.BLOCK), rwsem_t.get(peek(invalidate_lock.at()), 'writer')) }),
    mutants: [{ name: 'fault-unlocked', what: 'the fault takes no lock either', mutations: unlocked('do_no_page'), properties: [I6Disk], expect: { verdict: 'violated', property: 'I6-disk' } }],
  }),
  fileScenario({ ...b25, id: 'race/b25-read-while-punching', title: 'read(2) takes no such lock, and keeps the old contents of a hole in the cache', cpus: [program(0, loads), kthread('puncher', punchesHole), kthread('reader', readsFile)], kernel: { version: '4.8', ...HOLES }, properties: [I8Hole], expect: { verdict: 'violated', property: 'I8-hole', steps: 52 } }),
  fileScenario({
    ...b25, id: 'race/b25-read-repaired', title: 'From 5.15 on read(2) takes the lock too, before it brings a page into the cache', cpus: [program(0, loads), kthread('puncher', punchesHole), kthread('reader', readsFile)], kernel: { version: '5.15', ...HOLES }, properties: [I8Hole, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'hole in the cache': and(quiescent(), cached(), eq(peek(extent_at.at()), extent_t.is.HOLE)) }),
    mutants: [{ name: 'read-unlocked', what: 'read(2) takes no lock', mutations: unlocked('do_generic_file_read'), expect: { verdict: 'violated', property: 'I8-hole' } }],
  }),
  fileScenario({ ...b27, id: 'race/b27-source-unmapped', title: 'The source is touched first, but unmapped before the copy', kernel: { version: '2.6.23' }, expect: { verdict: 'deadlock', steps: 22 }, catalogueSteps: 1, lengthNote: 'The catalogue starts with the page locked, and copies without touching the source first. 2.6.23 touches it, so a second thread must unmap it between that and the copy.' }),
  fileScenario({ ...b27, id: 'race/b27-source-untouched', title: 'If nobody touches the source first, the program needs no second thread', start: { maps: [{ pte: 'none' }] }, cpus: [program(0, writesFromMapping)], kernel: { version: '2.6.23', ...UNTOUCHED }, expect: { verdict: 'deadlock', steps: 10 } }),
  fileScenario({
    ...b27, id: 'race/b27-before-page-lock', title: 'Until 2.6.22 a fault took no page lock for a page that was up to date', kernel: { version: '2.6.21' }, properties: [I1Frame, I4, I10b, I14], expect: { verdict: 'holds' },
    reaches: () => ({ 'faults with the page locked': and(owner_t.get(peek(PG_locked.at(page())), 'held'), not(pte_present(entry()))), 'written': and(quiescent(), ne(peek(data.at(page())), peek(disk.at()))) }),
    mutants: [{ name: 'fault-locks', what: 'faults lock the page, as from 2.6.23 on', kernel: { version: '2.6.23' }, expect: { verdict: 'deadlock' } }],
  }),
  fileScenario({
    ...b27, id: 'race/b27-repaired', title: 'The copy does not fault: if it comes out short the page is unlocked, the source touched, and all done again', kernel: { version: '2.6.27' }, properties: [I1Frame, I4, I10b, I14], expect: { verdict: 'holds' },
    reaches: () => ({ 'written, source unmapped': and(quiescent(), peek(PG_dirty.at(page())), not(pte_present(entry()))) }),
    mutants: [{ name: 'copies-with-faults', what: 'the copy is made again with the page locked', kernel: { version: '2.6.23' }, expect: { verdict: 'deadlock' } }],
  }),
];
