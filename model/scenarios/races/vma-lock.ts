/** What the locks of single VMAs are for (6.4 on): fork, munmap, mprotect and khugepaged against a fault that holds no mmap_lock. */
import { and, drop, eq, FALSE, ne, not, peek, quiescent, TRUE, type Init } from '../../language/index.ts';
import { collapse_huge_page } from '../../kernel/collapse_huge_page.ts';
import { __do_munmap } from '../../kernel/mmap.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { mapcount_at, mapping_at, page_cache, page_count_at, slot_t } from '../../kernel/page.ts';
import { move_vma_dontunmap } from '../../kernel/mremap.ts';
import { user_store } from '../../kernel/user.ts';
import { anon_vma_at, vma_detached, vma_lock_at, vma_write_locked } from '../../kernel/vma_lock.ts';
import { rwsem_t } from '../../machine/locks.ts';
import { pmd, pmd_trans_huge, range_t, table_t, table_used } from '../../machine/pmd.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../../machine/types.ts';
import { I1Parent, I2, I2Entry, I4Anywhere, I5, I5Mapped, I5Tables, I10b, I14 } from '../../../properties/index.ts';
import { Tidy } from '../../../properties/tidy.ts';
import { forks, kthread, loads, mprotectsReadOnly, munmaps, program, sibling, stores } from '../actors.ts';
import { hugeScenario, type HugeScenario } from '../seed-003/huge-world.ts';
import { HugeCountsApart } from '../seed-003/properties-huge.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { ownPage, storesOnce } from './anonymous.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
type HugeCommon = Omit<HugeScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const entry = (mm = 0) => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const linked = () => vma_t.get(peek(vma_at.at(mm_t.lit(0), va_t.lit(0))), 'linked');
const detached = () => peek(vma_detached.at(mm_t.lit(0), va_t.lit(0)));
const writeLocked = () => peek(vma_write_locked.at(mm_t.lit(0), va_t.lit(0)));
/** A fault is under way that holds the lock of the VMA. */
const reading = () => {
  const lock = peek(vma_lock_at.at(mm_t.lit(0), va_t.lit(0)));
  return and(not(rwsem_t.get(lock, 'writer')), ne(lock, rwsem_t.of({})));
};
const anonVmaThere = () => peek(anon_vma_at.at(mm_t.lit(0), va_t.lit(0)));
const violates = (property: string) => ({ verdict: 'violated', property }) as const;
const holds = { verdict: 'holds' } as const;

const own = ownPage('rw', { freeFrames: 1 });
const fork: Common = {
  machine: { eviction: false }, properties: [I1Parent],
  start: {
    ...own, maps: [...own.maps, { pte: 'none', shared: false, linked: false }],
    also: (set: Init) => {
      own.also?.(set);
      set(anon_vma_at.at(mm_t.lit(0), va_t.lit(0)), TRUE);
    },
  },
  cpus: [sibling(0, stores), { ...program(0, storesOnce), name: 'other_thread' }, kthread('fork', () => { forks(1)(0); })],
  about: 'Commits 2b4f3b4987b5 and fb49c455323f (Suren Baghdasaryan, 6.5-rc1 and 6.4.3), "fork: lock VMAs of the parent process when forking", repair 0bff0aaea03e (6.4-rc1; bugzilla 217624). fork makes the parent\'s entries read-only and flushes at its end, which was safe while faults waited for mmap_lock. A fault that holds the lock of its VMA alone copies a page between the two; another thread stores to the page, through its TLB, when it has been copied. The parent loses the store.',
};
const forkKernel = { vmaLocks: true, anonymous: true, newest: true } as const;

const dontunmap: Common = {
  machine: { eviction: false }, properties: [Tidy, I4Anywhere],
  start: {
    maps: [{ pte: 'none', shared: false }], addresses: 2, freeFrames: 1,
    also: (set: Init) => {
      set(page_cache.at(), slot_t.of({}));
      set(mapping_at.at(pfn_t.lit(0)), FALSE);
      set(page_count_at.at(pfn_t.lit(0)), count_t.lit(0));
      set(anon_vma_at.at(mm_t.lit(0), va_t.lit(0)), TRUE);
    },
  },
  cpus: [sibling(0, stores), kthread('mremap', () => { move_vma_dontunmap({ mm: mm_t.lit(0), from: va_t.lit(0), to: va_t.lit(1) }); })],
  about: 'Commit 657b5146955e (Jann Horn, 6.5-rc4 and 6.4.10), "mm: lock_vma_under_rcu() must check vma->anon_vma under vma lock": who has no anon_vma looks at the neighbouring VMAs for one, and the lock of one VMA does not keep those. Faults of such VMAs go by mmap_lock; 6.4 asked before it had the lock, and mremap with MREMAP_DONTUNMAP takes a VMA its anon_vma away.',
};
const anonVma = { vmaLocks: true, anonymous: true } as const;

const munmap: Common = {
  machine: { eviction: false }, properties: [Tidy, I5, I5Mapped, I2, I2Entry, I4Anywhere, I10b, I14],
  start: { dirty: true, maps: [{ pte: 'none' }] },
  cpus: [sibling(0, loads), program(0, munmaps)],
  about: 'munmap since 6.4: the VMA is write-locked, marked as detached and taken out of the maple tree; mmap_lock is given back to readers; then the range is unmapped. A fault that has the VMA is waited for, one that finds it later is turned away, and one that found it before and locks it after sees that it is detached.',
};
const mprotect: Common = {
  machine: { eviction: false }, properties: [I2Entry, I2, I5, I4Anywhere, I10b, I14, Tidy],
  start: { dirty: true, maps: [{ pte: 'ro' }] },
  cpus: [sibling(0, stores), program(0, mprotectsReadOnly)],
  about: 'mprotect since 6.4: the VMA is write-locked before its flags change, so that no fault goes on with those that it has read. A page that a fault makes writable behind change_pte_range stays so.',
};
const tables: HugeCommon = {
  huge: { mapping: 'file' }, mms: [['none']], spareTables: 1, machine: { walkCaches: false, eviction: false }, properties: [I5Tables, I10b, I14],
  cpus: [{ name: 'program', mm: 0, does: [() => { user_store(at()); }] }, { name: 'munmapper', does: [() => { __do_munmap(at()); }] }],
  about: 'munmap frees the page tables of what it has unmapped with mmap_lock held for reading: that nobody walks them rests on the VMA, which no fault holds and none finds.',
};
const collapse: HugeCommon = {
  huge: { mapping: 'anon', counted: true, anonFaults: true }, mms: [['table']], spareTables: 1, frames: 3, machine: { walkCaches: false, eviction: false }, properties: [HugeCountsApart, I5Tables, I10b, I14],
  start: (set) => { set(mapcount_at.at(pfn_t.lit(0)), count_t.lit(1)); },
  cpus: [{ name: 'program', mm: 0, does: [() => { user_store(at()); }] }, { name: 'khugepaged', does: [() => { collapse_huge_page(at()); }] }],
  about: 'khugepaged clears the PMD entry, copies the small pages, and sets the entry of the huge page: BUG_ON(!pmd_none(*pmd)). Since 6.4 mmap_lock alone does not keep a fault from filling the entry in between.',
};

const K68 = { version: '6.8', vmaLocks: true } as const;
const collapsed = () => pmd_trans_huge(peek(pmd.at(mm_t.lit(0), range_t.lit(0))));

export const vmaLockRaces = [
  fileScenario({ ...fork, id: 'vma/fork-unlocked', title: 'A fault in the parent copies a page that fork has made read-only and not flushed: a store by another thread is lost', kernel: { version: '6.4', ...forkKernel }, expect: { ...violates('I1-parent'), steps: 44 } }),
  fileScenario({
    ...fork, id: 'vma/fork-locked', title: 'fork locks the VMAs of the parent: faults wait until it has flushed', kernel: { version: '6.6', ...forkKernel }, properties: [I1Parent, I5, I5Mapped, I4Anywhere, I10b, I14, Tidy], expect: holds,
    reaches: () => ({
      'copied for the parent': and(quiescent(), pte_present(entry(1)), not(eq(pte_pfn(entry()), pfn_t.lit(0)))),
      'a fault had the VMA first': and(reading(), not(writeLocked())),
      'taken over, with nobody to share it': and(pte_write(entry()), not(pte_present(entry(1)))),
    }),
    mutants: [
      { name: 'not-locked', what: 'fork of 6.4', kernel: { version: '6.4' }, expect: violates('I1-parent') },
      { name: 'no-flush', what: 'fork does not flush', mutations: [drop('dup_mmap', 'flush_tlb_mm')], expect: violates('I1-parent') },
      { name: 'not-looked-at', what: 'a fault goes on in a VMA that is write-locked', mutations: [drop('vma_start_read', 'is_vma_write_locked')], expect: violates('I1-parent') },
    ],
  }),
  fileScenario({ ...dontunmap, id: 'vma/anon-vma-early', title: 'A fault finds an anon_vma, locks the VMA, and then there is none', kernel: { version: '6.4', ...anonVma }, expect: { ...violates('assertion'), steps: 26 } }),
  fileScenario({
    ...dontunmap, id: 'vma/anon-vma-locked', title: 'A fault asks for the anon_vma once it has the VMA', kernel: { version: '6.6', ...anonVma }, properties: [Tidy, I4Anywhere, I5, I5Mapped, I10b, I14], expect: holds,
    reaches: () => ({
      'moved, and a new anon_vma': and(quiescent(), pte_present(entry()), anonVmaThere()),
      'moved, and none yet': and(not(anonVmaThere()), vma_t.get(peek(vma_at.at(mm_t.lit(0), va_t.lit(1))), 'linked')),
      'faulted before': and(quiescent(), pte_present(peek(pte.at(mm_t.lit(0), va_t.lit(1))))),
    }),
    mutants: [{ name: 'early', what: 'the order of 6.4', kernel: { version: '6.4' }, expect: violates('assertion') }],
  }),
  fileScenario({
    ...munmap, id: 'vma/munmap', title: 'munmap locks and detaches the VMA before it unmaps with mmap_lock held for reading', kernel: { ...K68, fs: { mkwrite: true } }, expect: holds,
    reaches: () => ({
      'unmapped what was mapped by VMA lock': and(pte_present(entry()), detached()),
      'detached while the file still finds it': and(detached(), linked(), not(writeLocked())),
      'a fault locks what is detached': and(reading(), detached()),
    }),
    mutants: [
      { name: 'not-locked', what: 'the VMA is not write-locked', mutations: [drop('do_munmap', 'vma_start_write')], expect: violates('tidy') },
      { name: 'not-looked-at', what: 'a fault does not ask whether the VMA that it has locked is detached', mutations: [drop('lock_vma_under_rcu', 'is_vma_detached')], expect: violates('tidy') },
    ],
  }),
  hugeScenario({
    ...tables, id: 'vma/munmap-tables', title: 'munmap frees page tables under the faults of an address space, and none of them is in its VMA', kernel: K68, expect: holds,
    reaches: () => ({ 'freed': and(quiescent(), not(peek(table_used.at(table_t.lit(0)))), detached()), 'a fault locks what is detached': and(reading(), detached()) }),
    mutants: [
      { name: 'not-locked', what: 'the VMA is not write-locked', mutations: [drop('__do_munmap', 'vma_start_write')], expect: violates('I5-tables') },
      { name: 'not-looked-at', what: 'a fault does not ask whether the VMA that it has locked is detached', mutations: [drop('lock_vma_under_rcu', 'is_vma_detached')], expect: violates('I5-tables') },
    ],
  }),
  fileScenario({
    ...mprotect, id: 'vma/mprotect', title: 'mprotect locks the VMA before its flags change', kernel: { ...K68, fs: { mkwrite: true } }, expect: holds,
    reaches: () => ({ 'stored before': and(quiescent(), not(pte_write(entry()))), 'a fault under way': reading(), 'locked while the PTE is writable': and(writeLocked(), pte_write(entry())) }),
    mutants: [{ name: 'not-locked', what: 'the VMA is not write-locked', mutations: [drop('mprotect_fixup', 'vma_start_write')], expect: violates('I2-entry') }],
  }),
  hugeScenario({
    ...collapse, id: 'vma/collapse', title: 'khugepaged locks the VMA before it takes the PMD entry away', kernel: K68, expect: holds,
    reaches: () => ({ collapsed: and(quiescent(), collapsed()), 'a fault comes when the entry is gone': writeLocked() }),
    mutants: [{ name: 'not-locked', what: 'the VMA is not write-locked', mutations: [drop('collapse_huge_page', 'vma_start_write')], expect: violates('I4-huge') }],
  }),
];
